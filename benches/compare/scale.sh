#!/usr/bin/env bash
# Loads files of 1, 2, 4 and 10 times a size, and many small files against one of the same bytes;
# writes benches/SCALING.md and benches/scaling.svg.
#
#   benches/compare/scale.sh [--copies N] [--runs N] [--small-files N] [--maker SCRIPT]
#                            [--template FILE] [--work DIR] [--out DIR] [--note TEXT]
#
# --copies       copies of the template in the smallest file; 340 (the default) are 138 MB, so that
#                the largest file is 1.38 GB; 3400 are ten times that
# --runs         rounds; medians are of this many (default 3)
# --small-files  how many files of 1 MB (default 1000); 0 leaves them out
# --maker        makes the data: SCRIPT TEMPLATE COPIES > OUT (or $GFFDB_BENCH_MAKER)
# --template     the lines that are copied (or $GFFDB_BENCH_TEMPLATE)
# --work         where data and results go (default target/scale); needs 2.5 times the largest file,
#                or 3.5 MB for each small file, and is empty afterwards
# --out          where the page and the picture go (default benches)
# --note         a line for SCALING.md, such as what else the machine was doing
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
copies=340 runs=3 small=1000 note=
work=$root/target/scale
out=$root/benches
maker=${GFFDB_BENCH_MAKER:-$root/../shared/bench/make_gencode_scale.py}
template=${GFFDB_BENCH_TEMPLATE:-$root/../shared/data/whole/gencode.v41.head.gff3}

while [ $# -gt 0 ]; do
    case $1 in
        --copies) copies=$2; shift 2 ;;
        --runs) runs=$2; shift 2 ;;
        --small-files) small=$2; shift 2 ;;
        --maker) maker=$2; shift 2 ;;
        --template) template=$2; shift 2 ;;
        --work) work=$2; shift 2 ;;
        --out) out=$2; shift 2 ;;
        --note) note=$2; shift 2 ;;
        -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0" | sed '$d'; exit ;;
        *) echo "scale.sh: unknown option $1; --help lists them" >&2; exit 2 ;;
    esac
done

for file in "$maker" "$template" /usr/bin/time; do
    if [ ! -f "$file" ]; then
        echo "scale.sh: $file is not there; --maker and --template name the maker and its" \
            "template, and Debian's package time has /usr/bin/time" >&2
        exit 2
    fi
done
mkdir -p "$work"
cargo build --release --quiet --manifest-path "$root/Cargo.toml" --bin gffdb
export PYTHONDONTWRITEBYTECODE=1
gffdb=${CARGO_TARGET_DIR:-$root/target}/release/gffdb

exec python3 "$root/benches/compare/scale.py" --maker "$maker" --template "$template" \
    --copies "$copies" --runs "$runs" --small-files "$small" --work "$work" --gffdb "$gffdb" \
    --note "$note" --out "$out"
