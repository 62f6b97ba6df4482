#!/usr/bin/env bash
# Loads one large file with gffdb and with its peers, side by side, and writes
# benches/RESULTS.md and benches/results.svg.
#
#   benches/compare/run.sh [--copies N] [--runs N] [--maker SCRIPT] [--template FILE]
#                          [--work DIR] [--no-setup] [--note TEXT]
#
# --copies    copies of the template; 340 (the default) are 138 MB, 3400 are 1.38 GB
# --runs      rounds; medians are of this many (default 3)
# --maker     makes the data: SCRIPT TEMPLATE COPIES > OUT (or $GFFDB_BENCH_MAKER)
# --template  the lines that are copied (or $GFFDB_BENCH_TEMPLATE)
# --work      where data, peers and results of the tools go; needs 10 times the data
#             (default target/compare)
# --no-setup  installs nothing; peers that are not there are left out and named
# --note      a line for RESULTS.md, such as what else the machine was doing
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
copies=340 runs=3 setup=yes note=
work=$root/target/compare
maker=${GFFDB_BENCH_MAKER:-$root/../shared/bench/make_gencode_scale.py}
template=${GFFDB_BENCH_TEMPLATE:-$root/../shared/data/whole/gencode.v41.head.gff3}

while [ $# -gt 0 ]; do
    case $1 in
        --copies) copies=$2; shift 2 ;;
        --runs) runs=$2; shift 2 ;;
        --maker) maker=$2; shift 2 ;;
        --template) template=$2; shift 2 ;;
        --work) work=$2; shift 2 ;;
        --note) note=$2; shift 2 ;;
        --no-setup) setup=no; shift ;;
        -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0" | sed '$d'; exit ;;
        *) echo "run.sh: unknown option $1; --help lists them" >&2; exit 2 ;;
    esac
done

for file in "$maker" "$template"; do
    if [ ! -f "$file" ]; then
        echo "run.sh: $file is not there; name the maker and its template with --maker and" \
            "--template" >&2
        exit 2
    fi
done
mkdir -p "$work"
work=$(cd "$work" && pwd)

# Peers, at fixed versions: a newer one is another comparison.
if [ "$setup" = yes ]; then
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        # libclang-dev and perl are for building GFFx.
        apt-get install -y -qq sqlite3 bedtools tabix gffread hyperfine time libclang-dev perl \
            >/dev/null
    else
        echo "run.sh: not root, so nothing is installed from Debian: sqlite3 bedtools tabix" \
            "gffread hyperfine time libclang-dev perl" >&2
    fi
    [ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q --disable-pip-version-check \
        gffutils==0.14 gffbase==0.3.0 duckdb==2.0.0
    if ! [ -x "$work/tools/bin/gffx" ]; then
        CARGO_TARGET_DIR=$work/tools/build \
            cargo install gffx --version 0.4.0 --locked --root "$work/tools" --quiet ||
            echo "run.sh: GFFx could not be built; it is left out" >&2
    fi
fi
cargo build --release --quiet --manifest-path "$root/Cargo.toml" --bin gffdb
export PYTHONDONTWRITEBYTECODE=1
gffdb=${CARGO_TARGET_DIR:-$root/target}/release/gffdb

data=$work/gencode.$copies.gff3
if [ ! -f "$data" ]; then
    python3 "$maker" "$template" "$copies" >"$data.part"
    mv "$data.part" "$data"
fi

exec python3 "$root/benches/compare/compare.py" --data "$data" --copies "$copies" \
    --runs "$runs" --work "$work" --gffdb "$gffdb" --note "$note" --out "$root/benches"
