#!/usr/bin/env python3
"""What other programs keep of small, odd annotation files, beside gffdb.

Each file goes through each program and comes out again, with options chosen to keep as much as
they can, and the result is compared with the file. The answer is a Markdown table on standard output, one row a
file, then the versions. What runs exactly is in `PEERS` below, and in the functions above it.

    python3 tests/peers/run.py [DIRECTORY]

DIRECTORY holds the files; the default is tests/data/handmade.
Only the standard library is needed. Programs are looked for on PATH, or where these variables say:

    GFFDB            gffdb; else target/release/gffdb, else PATH
    GFFUTILS_PYTHON  a Python that can import gffutils (PyPI); else the one that runs this script
    GFFREAD          gffread (Debian package gffread)
    GT               gt (Debian package genometools)
    BEDTOOLS         bedtools (Debian package bedtools)

A program that is missing is named on standard error and has no column.

What a cell says:

    identical          the same bytes
    N of M records     N of the file's M records came out with the same seqid, type, start, end, strand,
                       phase, ID and Parent; lines that are no records are not compared
    IDs changed: K of M
                       all M records came out, K of them with another ID or Parent, or without
    K with IDs changed beside N of M records: K more came out, but with another ID or Parent, or without
    +K                 K records came out that are at no place of the file's (seqid to phase)
    FASTA lost         the file has sequences, the result has none
    column 9 differs   the records are all there, but their other attributes have other keys or values
    error: ...         the program failed, or wrote no record; its first words

Escapes (%2C) are decoded before the comparison. In GTF a gene's ID is its gene_id; a transcript's is
its transcript_id, and its Parent the gene_id; everything else has the transcript_id as Parent. So GTF
can be compared with GFF3 made from it; column 9 is compared only where the result is GTF too.

Exit codes: 0 the table was printed and gffdb gave back every file, 1 it did not give back one of them,
2 no table (gffdb or the files are missing).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 60  # seconds that one program may take for one file
WORDS = 32  # characters of a message that a cell shows

CASES = {
    "big": "coordinates beyond 2^31",
    "circ": "circular sequence",
    "crlf": "CRLF line ends",
    "depth": "four levels",
    "dup": "one ID on two sequences",
    "exononly": "exons only",
    "fasta": "`##FASTA`",
    "fasta_implied": "FASTA without `##FASTA`",
    "latin1": "Latin-1 text",
    "mlcds": "CDS on two lines",
    "mparent": "several parents",
    "noid": "records without ID",
    "order": "children first",
    "pct": "escapes in columns 1 and 9",
    "same": "gene and transcript of one name",
    "semi": "`;` in quotes, repeated keys",
}

# Reads with gffutils and writes what its database holds: directives, then features in file order.
GFFUTILS_RUN = """
import sys, gffutils
options = {"merge_strategy": sys.argv[2]} if len(sys.argv) > 2 else {}
try:
    db = gffutils.create_db(sys.argv[1], ":memory:", **options)
    lines = ["##" + d for d in db.directives] + [str(f) for f in db.all_features(order_by="file_order")]
except Exception as e:
    sys.exit(f"{type(e).__name__}: {e}")
sys.stdout.buffer.write("".join(l + "\\n" for l in lines).encode("utf-8", "surrogateescape"))
"""


def run(*command):
    """Runs a command in the current directory: exit code, standard output, standard error."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return 124, b"", b"no end after %d seconds" % TIMEOUT
    return done.returncode, done.stdout, done.stderr


def gffdb(path, file):
    """convert, then export."""
    made = run(path, "convert", "-q", file, "-o", "peer.sqlite", "--force")
    return made if made[0] else run(path, "export", "peer.sqlite")


def gffutils(path, file):
    """create_db with its defaults."""
    return run(path, "-W", "ignore", "-c", GFFUTILS_RUN, file)


def gffutils_unique(path, file):
    """create_db again, where the defaults fail."""
    return run(path, "-W", "ignore", "-c", GFFUTILS_RUN, file, "create_unique")


def gffread(path, file):
    """All records, all attributes, genes and comments; as GFF3, since its GTF leaves genes out."""
    return run(path, "-O", "-F", "--keep-genes", "--keep-exon-attrs", "--keep-comments", file)


def genometools(path, file):
    """gt gff3; GTF goes through its converter first."""
    if file.endswith(".gtf"):
        made = run(path, "gtf_to_gff3", file)
        if made[0]:
            return made
        file = "from_gtf.gff3"
        Path(file).write_bytes(made[1])
    return run(path, "gff3", "-sort", "no", "-retainids", file)


def bedtools_sort(path, file):
    """bedtools sort, with the header."""
    return run(path, "sort", "-header", "-i", file)


def bedtools_intersect(path, file):
    """Those records that overlap one of the same file: all of them should."""
    return run(path, "intersect", "-u", "-header", "-a", file, "-b", file)


# Heading, program as found by `find`, how it runs.
PEERS = [
    ("gffdb", "gffdb", gffdb),
    ("gffutils", "gffutils", gffutils),
    ("gffutils `create_unique`", "gffutils", gffutils_unique),
    ("gffread", "gffread", gffread),
    ("genometools", "genometools", genometools),
    ("bedtools `sort`", "bedtools", bedtools_sort),
    ("bedtools `intersect -u`", "bedtools", bedtools_intersect),
]


def find():
    """Programs that are there, and their versions; the others are named on standard error."""
    built = ROOT / "target/release/gffdb"
    asked = {
        "gffdb": (os.environ.get("GFFDB") or (str(built) if built.exists() else "gffdb"), ["--version"]),
        "gffutils": (
            os.environ.get("GFFUTILS_PYTHON") or sys.executable,
            ["-c", "import gffutils; print(gffutils.__version__)"],
        ),
        "gffread": (os.environ.get("GFFREAD") or "gffread", ["--version"]),
        "genometools": (os.environ.get("GT") or "gt", ["--version"]),
        "bedtools": (os.environ.get("BEDTOOLS") or "bedtools", ["--version"]),
    }
    found, versions = {}, {}
    for name, (path, arguments) in asked.items():
        path = shutil.which(path)
        code, out, err = run(path, *arguments) if path else (1, b"", b"")
        if code:
            print(f"run.py: {name} is missing, skipped", file=sys.stderr)
            continue
        number = re.search(r"\d+(\.\d+)+", (out + err).decode())
        found[name] = os.path.abspath(path)
        versions[name] = number.group(0) if number else "of unknown version"
    return found, versions


def attributes(column):
    """Column 9 as (is it GTF, {key: values in order}); quotes are taken off, escapes decoded."""
    values = {}
    if not column.strip(" ;."):
        return False, values
    gtf = not re.match(r'\s*[^\s="]+=', column)
    if gtf:
        for key, quoted, bare in re.findall(r'([^\s;"]+)\s+(?:"([^"]*)"|([^\s;"]+))', column):
            values.setdefault(key, []).append(quoted or bare)
    else:
        for part in filter(None, (p.strip() for p in column.split(";"))):
            key, _, value = part.partition("=")
            values.setdefault(unquote(key), []).extend(unquote(v, "latin-1") for v in value.split(","))
    return gtf, values


def records(data):
    """The records of a GFF3 or GTF file as (place, ids, is it GTF, other attributes)."""
    found = []
    for line in data.decode("latin-1").split("\n"):
        line = line.rstrip("\r")
        if line.startswith((">", "##FASTA")):
            break
        cells = line.split("\t")
        if line.startswith("#") or len(cells) < 8:
            continue
        seqid, _, kind, start, end, _, strand, phase = cells[:8]
        gtf, values = attributes(cells[8] if len(cells) > 8 else "")
        if gtf:
            gene, transcript = (tuple(v for v in values.get(k, []) if v) for k in ("gene_id", "transcript_id"))
            ids = {"gene": (gene, ()), "transcript": (transcript, gene)}.get(kind, ((), transcript))
            rest = values
        else:
            ids = tuple(values.get("ID", [])), tuple(values.get("Parent", []))
            rest = {k: v for k, v in values.items() if k not in ("ID", "Parent")}
        place = unquote(seqid), kind, start, end, strand, phase
        found.append((place, ids, gtf, tuple(sorted((k, tuple(v)) for k, v in rest.items()))))
    return found


def first_words(error):
    """The start of a message, fit for a table cell."""
    lines = [l.strip() for l in error.decode("utf-8", "replace").splitlines() if l.strip()]
    # Warnings, and an echo of the command, may come before the line that says what failed.
    lines = [l for l in lines if re.search(r"error|unable|unexpected|invalid|fail", l, re.I)] or lines
    text = re.sub(r"^(\S*gt\S* \S+: )?(error: )", "", lines[0], flags=re.I) if lines else "no record came out"
    words = text.replace("|", "\\|").replace("`", "'")
    if len(words) > WORDS:
        words = words[:WORDS].rsplit(" ", 1)[0] + " …"
    return words


def verdict(before, code, after, error):
    """What one cell says; see the head of this file."""
    if code:
        return "error: " + first_words(error)
    if before == after:
        return "identical"
    old, new = records(before), records(after)
    if not new:
        return "error: " + first_words(error)
    total = len(old)
    same = sum((Counter(r[:2] for r in old) & Counter(r[:2] for r in new)).values())
    placed = sum((Counter(r[0] for r in old) & Counter(r[0] for r in new)).values())
    if same < placed == total:
        text = f"IDs changed: {total - same} of {total}"
    else:
        text = f"{same} of {total} records" + (f", {placed - same} with IDs changed" if placed > same else "")
    # A record whose ID changed is no addition.
    if len(new) > placed:
        text += f", +{len(new) - placed}"
    like = old[0][2] == new[0][2]
    if same == total and like:
        whole = Counter((r[0], r[1], r[3]) for r in old) - Counter((r[0], r[1], r[3]) for r in new)
        if whole:
            text += ", column 9 differs"
    if re.search(rb"^>", before, re.M) and not re.search(rb"^>", after, re.M):
        text += ", FASTA lost"
    return text


def main():
    """Prints the table and the versions; gives the exit code."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests/data/handmade"
    files = sorted(f for f in folder.resolve().glob("*") if f.suffix in (".gff3", ".gtf"))
    found, versions = find()
    if not files or "gffdb" not in found:
        print(f"run.py: {'gffdb is missing' if files else f'no .gff3 or .gtf in {folder}'}", file=sys.stderr)
        return 2
    peers = [p for p in PEERS if p[1] in found]
    print("| File | Lines | " + " | ".join(p[0] for p in peers) + " |")
    print("|---|---:|" + "---|" * len(peers))
    code = 0
    for file in files:
        before = file.read_bytes()
        cells = []
        for heading, name, peer in peers:
            # A fresh directory for each, so that messages hold bare names and nothing is left over.
            with tempfile.TemporaryDirectory() as there:
                shutil.copy(file, there)
                os.chdir(there)
                cell = verdict(before, *peer(found[name], file.name))
                os.chdir(ROOT)
            if peer is gffutils_unique and not cells[-1].startswith("error"):
                cell = "–"
            if name == "gffdb" and cell != "identical":
                code = 1
            cells.append(cell)
        case = CASES.get(file.stem)
        title = f"`{file.name}`" + (f" {case}" if case else "")
        print(f"| {title} | {len(before.splitlines())} | " + " | ".join(cells) + " |")
    print("\nVersions: " + ", ".join(f"{n} {v}" for n, v in versions.items()) + ".")
    return code


if __name__ == "__main__":
    sys.exit(main())
