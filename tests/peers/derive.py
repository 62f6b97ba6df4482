#!/usr/bin/env python3
"""What `gffdb derive` makes of gene models beside what other programs make of them, file by file.

The answer is a Markdown table on standard output, one row a file and question: how many places or transcripts,
how many are the same, how many differ for a reason that `EXPLAINED` gives. What differs without a reason is shown on
standard error.

    python3 tests/peers/derive.py [FILE …]

Without FILE: the made-up genome of `gffdb demo`, ../shared/data/whole and ../shared/data/oracles/agat, beside the
repository, where they are there. Programs are looked for on PATH, or where these variables say; the question of one
that is missing is left out, and that is said on standard error:

    GFFDB            gffdb; else target/release/gffdb, else PATH
    GT               genometools (Debian package genometools)
    BEDTOOLS         bedtools (Debian package bedtools)
    GFFREAD          gffread (Debian package gffread)
    GFFUTILS_PYTHON  a Python that can import gffutils (PyPI); else the one that runs this script

The questions:

    gt introns         gt gff3 -addintrons, against derive introns: how often each place is an intron
    gffutils introns   create_introns(), against the same
    gffutils sites     create_splice_sites(), against derive splice-sites
    gffread table      gffread --table: exons, their bases, coding bases of each transcript, against derive transcripts
    bedtools gaps      bedtools complement of the genes, against derive intergenic, with and without the ends of sequences
    AGAT introns       agat_sp_add_introns' own output for its own input, against derive introns

Exit codes: 0 every difference has a reason, 1 one has none, 2 no table (gffdb or the files are missing).
"""

import csv
import functools
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"


def program(variable, name, built=None):
    """Returns where a program is, or None."""
    named = os.environ.get(variable)
    return named or (str(built) if built and built.exists() else shutil.which(name))


GFFDB = program("GFFDB", "gffdb", ROOT / "target/release/gffdb")
GT = program("GT", "gt")
BEDTOOLS = program("BEDTOOLS", "bedtools")
GFFREAD = program("GFFREAD", "gffread")
PYTHON = os.environ.get("GFFUTILS_PYTHON", sys.executable)

GFFUTILS = """
import sys, gffutils
db = gffutils.create_db(sys.argv[1], ':memory:', merge_strategy='create_unique', keep_order=True,
                        disable_infer_genes=True, disable_infer_transcripts=True)
make = db.create_introns if sys.argv[2] == 'introns' else db.create_splice_sites
for f in make():
    print(f.seqid, f.start, f.end, f.strand, sep='\\t')
"""


def run(words, **options):
    """Runs a program; returns its output, or None where it fails."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, **options)
    return done.stdout if done.returncode == 0 else None


def derived(database, what):
    """Returns the rows of gffdb derive."""
    text = run([GFFDB, "derive", database, what, "-q"])
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def places(rows):
    """Returns how often each place is there."""
    return Counter((r["seqid"], r["start"], r["end"], r["strand"] or ".") for r in rows)


def lines(text, kinds):
    """Returns how often each place is a line of one of these types."""
    found = Counter()
    for line in text.splitlines():
        columns = line.split("\t")
        if len(columns) >= 9 and columns[2] in kinds:
            found[columns[0], columns[3], columns[4], columns[6]] += 1
    return found


def gt_introns(path, database, _):
    if not GT:
        return None
    text = run([GT, "gff3", "-addintrons", "-retainids", str(path)])
    if text is None:
        return "refused"
    before = lines(path.read_text(errors="replace"), {"intron"})
    return places(derived(database, "introns")), lines(text, {"intron"}) - before


def gffutils_of(what, column):
    def ask(path, database, _):
        if run([PYTHON, "-c", "import gffutils"]) is None:
            return None
        text = run([PYTHON, "-c", GFFUTILS, str(path), what])
        if text is None:
            return "refused"
        theirs = Counter(tuple(line.split("\t")) for line in text.splitlines())
        return places(derived(database, column)), theirs

    return ask


def gffread_table(path, database, scratch):
    if not GFFREAD:
        return None
    out = scratch / "table.tsv"
    columns = "@id,@numexons,@covlen,@cdslen"
    if run([GFFREAD, "--table", columns, "-o", str(out), str(path)]) is None or not out.exists():
        return "refused"
    theirs = Counter()
    for line in out.read_text().splitlines():
        name, exons, bases, coding = line.split("\t")
        theirs[name, exons, bases, coding if coding != "." else "0"] += 1
    ours = Counter(
        (r["transcript"], r["exon_count"], r["exon_bp"], r["cds_bp"])
        for r in derived(database, "transcripts")
    )
    return ours, theirs


def bedtools_gaps(path, database, scratch):
    if not BEDTOOLS:
        return None
    query = [GFFDB, "query", database, "--type", "class:gene", "--format", "bed", "--sort", "-q"]
    genes = run(query)
    lengths = run([
        GFFDB, "sql", database, "--format", "tsv", "--no-header", "-q",
        "SELECT seqid, length FROM sequence WHERE length > 0 AND known_by <> 'extent' ORDER BY seqid",
    ])
    if not genes or not lengths:
        return "refused"
    known = {line.split("\t")[0] for line in lengths.splitlines()}
    genes = [line for line in genes.splitlines() if line.split("\t")[0] in known]
    (scratch / "genes.bed").write_text("".join(line + "\n" for line in sorted(genes, key=by_place)))
    (scratch / "genome").write_text(lengths)
    text = run([BEDTOOLS, "complement", "-i", str(scratch / "genes.bed"), "-g", str(scratch / "genome")])
    if text is None:
        return "refused"
    theirs = Counter()
    for line in text.splitlines():
        seqid, start, end = line.split("\t")
        theirs[seqid, str(int(start) + 1), end, "."] += 1
    rows = [r for r in derived(database, "intergenic") if r["seqid"] in known]
    return places(rows), theirs


def by_place(line):
    columns = line.split("\t")
    return columns[0], int(columns[1]), int(columns[2])


def agat_introns(path, database, _):
    made = path.parent / "agat_sp_add_introns_1.gff"
    if path.name != "in.1.gff" or not made.exists():
        return None
    before = lines(path.read_text(errors="replace"), {"intron"})
    return places(derived(database, "introns")), lines(made.read_text(errors="replace"), {"intron"}) - before


QUESTIONS = {
    "gt introns": gt_introns,
    "gffutils introns": gffutils_of("introns", "introns"),
    "gffutils sites": gffutils_of("sites", "splice-sites"),
    "gffread table": gffread_table,
    "bedtools gaps": bedtools_gaps,
    "AGAT introns": agat_introns,
}



@functools.cache
def asked(database, sql):
    """Returns the rows of a query."""
    text = run([GFFDB, "sql", database, "--format", "tsv", "--no-header", "-q", sql])
    return [tuple(line.split("\t")) for line in (text or "").splitlines()]


def has_no_exons(case, sign, ours, theirs, database):
    return sign == "gffdb" and asked(database, "SELECT COUNT(*) FROM gff WHERE type = 'exon'") == [("0",)]


@functools.cache
def below_genes(database):
    """Returns first and last bases of the introns between exon records below a transcript below a record of type gene."""
    rows = asked(
        database,
        """SELECT DISTINCT i.seqid, i.start, i."end" FROM intron AS i JOIN gff AS g ON g.record_id = gene_record
           WHERE g.type = 'gene' AND gene_record <> transcript_record""",
    )
    return {(seqid, int(base)) for seqid, start, end in rows for base in (start, end)}


def gene_is_of_another_type(case, sign, ours, theirs, database):
    """Tells whether no intron below a record of type gene begins or ends there, or all exons are derived."""
    seqid, start, end, _ = case
    near = below_genes(database)
    is_none = (seqid, int(start)) not in near and (seqid, int(end)) not in near
    return sign == "gffdb" and (is_none or has_no_exons(case, sign, ours, theirs, database) or is_beside(case, database))


def is_beside(case, database):
    """Tells whether the place is an intron of a gene of another type, too."""
    rows = asked(
        database,
        """SELECT i.seqid, i.start, i."end" FROM intron AS i LEFT JOIN gff AS g ON g.record_id = gene_record
           WHERE coalesce(g.type, '') <> 'gene' OR gene_record = transcript_record""",
    )
    bases = {(seqid, base) for seqid, start, end in rows for base in (start, end)}
    return (case[0], case[1]) in bases or (case[0], case[2]) in bases


def is_no_transcript(case, sign, ours, theirs, database):
    return sign == "peer" and all(row[0] != case[0] for row in ours)


def codon_is_no_exon(case, sign, ours, theirs, database):
    name = case[0].replace("'", "''")
    codons = f"""SELECT COUNT(*) FROM gff WHERE Parent = '{name}' AND type IN ('start_codon', 'stop_codon')"""
    return has_no_exons(case, "gffdb", ours, theirs, database) and asked(database, codons) != [("0",)]


def is_on_a_circle(case, sign, ours, theirs, database):
    seqid = case[0].replace("'", "''")
    return asked(database, f"SELECT circular FROM sequence WHERE seqid = '{seqid}'") == [("1",)]


# Why a case may differ: question, whether it is so of this case, the reason.
EXPLAINED = [
    ("gt introns", has_no_exons, "gt looks at lines of type exon alone; where a file has none, gffdb takes other types of exons, or CDS and UTRs"),
    *[
        (question, gene_is_of_another_type, "gffutils looks at exon lines below a transcript below a record of type gene, not"
         " ncRNA_gene, pseudogene and others, and not without a gene")
        for question in ("gffutils introns", "gffutils sites")
    ],
    ("gffread table", is_no_transcript, "gffread takes every record that nobody is a transcript of for one, and makes one of"
     " parts whose parent is not in the file"),
    ("gffread table", codon_is_no_exon, "gffread counts start and stop codons among the bases of exons where there are no exon"
     " lines, and among the coding ones"),
    ("bedtools gaps", is_on_a_circle, "bedtools knows no circles: a gene over the origin goes on at base 1"),
]


def files(words):
    if words:
        return [Path(word) for word in words]
    found = []
    for folder, pattern in (("whole", "*.gff*"), ("oracles/agat", "in.*.gff")):
        found += sorted((SHARED / folder).glob(pattern))
    return found


def main():
    if not GFFDB:
        print("gffdb is not built: cargo build --release", file=sys.stderr)
        return 2
    unexplained = 0
    missing = set()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        all_files = files(sys.argv[1:])
        if not sys.argv[1:]:
            run([GFFDB, "demo", str(scratch / "demo"), "-q"])
            all_files.insert(0, scratch / "demo" / "demo.gff3")
        print("| file | question | cases | same | differ, with a reason | without |")
        print("| --- | --- | ---: | ---: | ---: | ---: |")
        totals = {question: [0, 0, 0, 0] for question in QUESTIONS}
        for path in all_files:
            # Answers are remembered by the database's name.
            database = str(scratch / f"{path.parent.name}.{path.name}.sqlite")
            if run([GFFDB, "convert", "-q", "--force", str(path), "-o", database]) is None:
                print(f"{path}: not loaded", file=sys.stderr)
                continue
            for question, ask in QUESTIONS.items():
                answer = ask(path, database, scratch)
                if answer is None:
                    missing.add(question)
                    continue
                if answer == "refused":
                    print(f"| {path.name} | {question} | refused | | | |")
                    continue
                ours, theirs = answer
                same = sum((ours & theirs).values())
                cases = sum((ours | theirs).values())
                with_reason, without = 0, []
                for sign, rest in (("gffdb", ours - theirs), ("peer", theirs - ours)):
                    for case, count in sorted(rest.items()):
                        told = (
                            is_so(case, sign, ours, theirs, database)
                            for of, is_so, _ in EXPLAINED
                            if of == question
                        )
                        if any(told):
                            with_reason += count
                        else:
                            without.append((sign, case, count))
                row = [cases, same, with_reason, sum(count for *_, count in without)]
                totals[question] = [a + b for a, b in zip(totals[question], row)]
                if cases:
                    print(f"| {path.name} | {question} | " + " | ".join(map(str, row)) + " |")
                for sign, case, count in without[:5]:
                    print(f"{path.name}, {question}: only {sign}: {case} ×{count}", file=sys.stderr)
                unexplained += len(without)
        for question, row in totals.items():
            print(f"| all | {question} | " + " | ".join(map(str, row)) + " |")
    print()
    for question, _, reason in EXPLAINED:
        print(f"- {question}: {reason}")
    for question in sorted(missing):
        print(f"{question}: left out for some files; the program or its input is missing", file=sys.stderr)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
