#!/usr/bin/env python3
"""The answers of `gffdb query` beside those of other programs, case by case.

Each file is asked the same questions by gffdb and by a peer. The answer is a Markdown table on standard
output, one row a file and question: how many cases, how many agree, how many differ for a
reason that `EXPLAINED` below gives; then the reasons, and the versions. A case that differs
without a reason is shown on standard error.

    python3 tests/peers/query.py [FILE …]

Without FILE: the made-up genome of `gffdb demo`, tests/data/handmade, and ../shared/data/whole, beside the
repository, where that is there. Regions and IDs are drawn with a fixed seed. Only the standard library is
needed. Programs are looked for on PATH, or where these variables say; the question of one that is missing is
left out, and that is said on standard error:

    GFFDB            gffdb; else target/release/gffdb, else PATH
    BEDTOOLS         bedtools (Debian package bedtools)
    TABIX, BGZIP     tabix and bgzip (Debian package tabix)
    GFFUTILS_PYTHON  a Python that can import gffutils (PyPI); else the one that runs this script
    GFFREAD          gffread (Debian package gffread)

The questions:

    bedtools overlap   hits of each region, counted and named (intersect -c, -wa -wb), and all
                       records hit (-u), against --count, --with-query, and --regions-file
    bedtools within    the same with -F 1.0 (-u: -f 1.0), against --mode within
    bedtools contains  the same with -f 1.0 (-u: -F 1.0), against --mode contains
    tabix              the lines of single regions, and of all at once (-R), against --region and
                       --regions-file
    gffutils region    region(), overlapping and completely_within, against --region and --mode within
    gffutils children, all children, parents, all parents
                       children() and parents(), at level 1 and at all, against --with
    gffread CDS        the CDS of a GTF file as gffread has them in GFF3, with their stop codons, against
                       --stop-codon in

Lines are compared as they are, but without column 9 in GTF, whose syntax bedtools and tabix leave as it is and
gffdb turns into GFF3, and for gffutils, which writes column 9 anew.

Exit codes: 0 every difference has a reason, 1 one has none, 2 no table (gffdb or the files are missing).
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import unquote

import run as peers

REGIONS = 300  # regions a file
SINGLE = 60  # of these, asked one by one
IDS = 100  # features a file whose relatives are asked for

# Why a case may differ: file (or any), question, whether it is so for this case, the reason.
EXPLAINED = [
    (
        "any",
        "bedtools|tabix|gffutils region",
        lambda case: case["seqid"] in case["circles"] and not case["only peer"],
        "gffdb also goes round a circular sequence, which the others lay out straight",
    ),
    (
        "depth.gff3",
        "gffutils all (children|parents)",
        lambda case: True,
        "gffutils records two levels of relatives, gffdb all",
    ),
    (
        "dup.gff3",
        "gffutils (all )?(children|parents)",
        lambda case: True,
        "one ID on two sequences: gffutils links by ID alone, gffdb by ID and sequence",
    ),
    (
        "same.gtf",
        "gffutils (all )?children",
        lambda case: True,
        "a gene and its transcript share an ID: --id chooses both, gffutils the first",
    ),
]

# Reads questions as JSON on standard input: how relatives and regions are asked of gffutils.
GFFUTILS = """
import json, sys, gffutils
asked = json.load(sys.stdin)
db = gffutils.create_db(asked["file"], ":memory:", merge_strategy="create_unique", keep_order=True,
    disable_infer_genes=True, disable_infer_transcripts=True)
def shown(features):
    return [[f.seqid, f.source, f.featuretype, str(f.start), str(f.end), f.score, f.strand, f.frame]
            for f in features]
answers = []
for kind, *rest in asked["cases"]:
    if kind == "region":
        seqid, start, end, within = rest
        answers.append(shown(db.region(seqid=seqid, start=start, end=end, completely_within=within)))
    else:
        try:
            one = db[rest[0]]
        except gffutils.FeatureNotFoundError:
            answers.append(None)
            continue
        # In GTF a feature is its own child and parent there.
        others = (f for f in getattr(db, kind)(one, level=rest[1]) if f.id != one.id)
        answers.append(shown(others))
json.dump(answers, sys.stdout)
"""


def tool(variable, name, *arguments):
    """The path of a program and its version; nothing where it does not run."""
    path = shutil.which(os.environ.get(variable) or name)
    code, out, err = peers.run(path, *arguments) if path else (1, b"", b"")
    if code:
        print(f"query.py: {name} is missing, its questions are left out", file=sys.stderr)
        return None, None
    number = re.search(r"\d+(\.\d+)+", (out + err).decode())
    return os.path.abspath(path), number.group(0) if number else "of unknown version"


def find():
    """Programs that are there, and their versions."""
    built = peers.ROOT / "target/release/gffdb"
    asked = {
        "gffdb": ("GFFDB", str(built) if built.exists() else "gffdb", "--version"),
        "bedtools": ("BEDTOOLS", "bedtools", "--version"),
        "tabix": ("TABIX", "tabix", "--version"),
        "bgzip": ("BGZIP", "bgzip", "--version"),
        "gffutils": ("GFFUTILS_PYTHON", sys.executable, "-c", "import gffutils; print(gffutils.__version__)"),
        "gffread": ("GFFREAD", "gffread", "--version"),
    }
    made = {name: tool(*how) for name, how in asked.items()}
    paths = {name: path for name, (path, _) in made.items() if path}
    return paths, {name: version for name, (_, version) in made.items() if version}


def output(*command, data=None):
    """Standard output of a command that must succeed."""
    done = subprocess.run(command, input=data, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}:\n{done.stderr.decode(errors='replace')}")
    return done.stdout.decode("latin-1")


def last_words(error):
    """What a program said last."""
    return str(error).splitlines()[-1].strip()


class File:
    """One file: its records, a database of it, and questions with what came of them."""

    def __init__(self, path, tools):
        self.path, self.tools, self.gtf = path, tools, path.suffix == ".gtf"
        text = path.read_bytes().decode("latin-1")
        self.lines = []
        for line in text.split("\n"):
            if line.startswith((">", "##FASTA")):
                break
            cells = line.rstrip("\r").split("\t")
            if not line.startswith("#") and len(cells) == 9 and int(cells[3]) <= int(cells[4]):
                self.lines.append("\t".join(cells))
        Path("records.gff").write_bytes("".join(l + "\n" for l in self.lines).encode("latin-1"))
        output(tools["gffdb"], "convert", "-q", "--force", "--no-infer", path, "-o", "a.sqlite")
        sql = "SELECT seqid FROM sequence WHERE circular"
        circles = output(tools["gffdb"], "sql", "a.sqlite", "--format", "jsonl", sql)
        self.circles = {json.loads(l)["seqid"] for l in circles.splitlines()}
        self.cases, self.agree, self.reasons, self.bad, self.unread = Counter(), Counter(), defaultdict(Counter), 0, []
        self.draw()

    def draw(self):
        """Draws regions, as many to each sequence as it has records, short, long and at the edges of records."""
        dice = random.Random(41)
        ends = defaultdict(int)
        places = [(c[0], int(c[3]), int(c[4])) for c in (l.split("\t") for l in self.lines)]
        for seqid, _, end in places:
            ends[seqid] = max(ends[seqid], end)
        self.regions = []
        for number in range(REGIONS if places else 0):
            seqid, start, end = dice.choice(places)
            kind = number % 4
            if kind == 0:
                start = dice.randint(1, ends[seqid])
                end = start + dice.choice([0, 10, 500, 5_000, 100_000])
            elif kind == 1:
                end = start = dice.choice([start, end, max(1, start - 1), end + 1])
            elif kind == 2:
                start, end = max(1, start - dice.randint(0, 300)), end + dice.randint(0, 300)
            else:
                start = dice.randint(start, end)
                end = start + dice.randint(0, 200)
            self.regions.append((seqid, start, end))
        bed = "".join(f"{s}\t{a - 1}\t{b}\tr{i}\n" for i, (s, a, b) in enumerate(self.regions))
        Path("regions.bed").write_bytes(bed.encode("latin-1"))

    def query(self, *arguments):
        """Lines that `gffdb query` prints, comments left out."""
        text = output(self.tools["gffdb"], "query", "a.sqlite", *arguments)
        return [line for line in text.split("\n") if line and not line.startswith("#")]

    def shown(self, line):
        """What of a record's line is compared with bedtools and tabix."""
        return line if not self.gtf else line.rsplit("\t", 1)[0]

    def straight(self, lines):
        """What is compared of the lines that are on no circle."""
        return [self.shown(l) for l in lines if l and unquote(l.split("\t", 1)[0]) not in self.circles]

    def compare(self, question, ours, theirs, seqid=None, what=""):
        """Counts a case; both answers are lists in any order."""
        self.cases[question] += 1
        ours, theirs = Counter(ours), Counter(theirs)
        if ours == theirs:
            self.agree[question] += 1
            return
        case = {"seqid": unquote(seqid or ""), "circles": self.circles, "only peer": theirs - ours}
        for file, pattern, is_so, reason in EXPLAINED:
            if file in ("any", self.path.name) and re.match(pattern, question) and is_so(case):
                self.reasons[question][reason] += 1
                return
        self.bad += 1
        print(f"query.py: {self.path.name}: {question} {what}", file=sys.stderr)
        for sign, more in ("gffdb", ours - theirs), ("peer", theirs - ours):
            for text in list(more.elements())[:3]:
                print(f"    only {sign}: {text}", file=sys.stderr)

    def bedtools(self):
        """Hits per region in three modes."""
        for mode, flags, turned in (
            ("overlap", [], []),
            ("within", ["-F", "1.0"], ["-f", "1.0"]),
            ("contains", ["-f", "1.0"], ["-F", "1.0"]),
        ):
            question = f"bedtools {mode}"
            intersect = [self.tools["bedtools"], "intersect", "-a", "regions.bed", "-b", "records.gff"]
            regions = ["--regions-file", "regions.bed", "--mode", mode]
            counts = output(*intersect, "-c", *flags).splitlines()
            ours = self.query(*regions, "--count")
            pairs = defaultdict(lambda: ([], []))
            for side, lines in enumerate((
                self.query(*regions, "--with-query", "--format", "gff3"),
                output(*intersect, "-wa", "-wb", *flags).split("\n"),
            )):
                for line in filter(None, lines):
                    cells = line.split("\t", 4)
                    pairs[cells[3]][side].append(self.shown(cells[4]))
            for number, (seqid, start, end) in enumerate(self.regions):
                what, (mine, theirs) = f"{seqid}:{start}-{end}", pairs[f"r{number}"]
                mine += ["counted"] * int(ours[number].rsplit("\t", 1)[1])
                theirs += ["counted"] * int(counts[number].rsplit("\t", 1)[1])
                self.compare(question, mine, theirs, seqid, what)
            intersect = [self.tools["bedtools"], "intersect", "-u", "-a", "records.gff", "-b", "regions.bed"]
            theirs = output(*intersect, *turned).split("\n")
            ours = self.query(*regions)
            self.compare(question, self.straight(ours), self.straight(theirs), what="all regions")

    def tabix(self):
        """Lines of regions, one by one and at once."""
        lines = sorted(self.lines, key=lambda l: (l.split("\t", 1)[0], int(l.split("\t")[3])))
        Path("sorted.gff").write_bytes("".join(l + "\n" for l in lines).encode("latin-1"))
        output(self.tools["bgzip"], "-f", "sorted.gff")
        # A CSI index also holds coordinates beyond 2^29.
        output(self.tools["tabix"], "-f", "-C", "-p", "gff", "sorted.gff.gz")
        for seqid, start, end in self.regions[:SINGLE]:
            what = f"{seqid}:{start}-{end}"
            ours = self.query("--region", f"{{{unquote(seqid)}}}:{start}-{end}")
            theirs = output(self.tools["tabix"], "sorted.gff.gz", f"{{{seqid}}}:{start}-{end}").split("\n")
            self.compare("tabix", map(self.shown, ours), [self.shown(l) for l in theirs if l], seqid, what)
        ours = self.query("--regions-file", "regions.bed")
        theirs = output(self.tools["tabix"], "-R", "regions.bed", "sorted.gff.gz").split("\n")
        # -R gives a line once for each region that it is in, unless regions are next to each other.
        ours, theirs = set(self.straight(ours)), set(self.straight(theirs))
        self.compare("tabix", ours, theirs, what="all regions")

    def gffutils(self):
        """Relatives of features, and regions."""
        sql = "SELECT DISTINCT ID FROM gff WHERE ID IS NOT NULL"
        rows = output(self.tools["gffdb"], "sql", "a.sqlite", "--format", "jsonl", sql).encode("latin-1").decode()
        ids = sorted(json.loads(row)["ID"] for row in rows.splitlines())
        ids = random.Random(7).sample(ids, min(IDS, len(ids)))
        cases = [("region", s, a, b, within) for s, a, b in self.regions[:SINGLE] for within in (False, True)]
        cases += [(kind, i, level) for i in ids for kind in ("children", "parents") for level in (1, None)]
        asked = json.dumps({"file": str(self.path), "cases": cases})
        try:
            answers = json.loads(output(self.tools["gffutils"], "-W", "ignore", "-c", GFFUTILS, data=asked.encode()))
        except RuntimeError as error:
            self.unread.append(("gffutils", last_words(error)))
            return
        words = {"children": ("children", "descendants"), "parents": ("parents", "ancestors")}
        for case, theirs in zip(cases, answers):
            if case[0] == "region":
                _, seqid, start, end, within = case
                mode = "within" if within else "overlap"
                ours = self.query("--region", f"{{{unquote(seqid)}}}:{start}-{end}", "--mode", mode)
                question, what = "gffutils region", f"{mode} {seqid}:{start}-{end}"
            else:
                kind, name, level = case
                question, what = f"gffutils {'all ' if level is None else ''}{kind}", name
                if theirs is None:
                    self.compare(question, [], ["no such feature"], what=what)
                    continue
                seqid = None
                own = Counter(self.query("--id", name))
                ours = list((Counter(self.query("--id", name, "--with", words[kind][level is None])) - own).elements())
            self.compare(question, [l.rsplit("\t", 1)[0] for l in ours], ["\t".join(t) for t in theirs], seqid, what)

    def gffread(self):
        """CDS of GTF, their stop codons taken in."""
        def cds(text):
            lines = (line.split("\t") for line in text.splitlines())
            of = lambda cells: re.search(r"Parent=([^;]*)", cells[8]).group(1)
            return [(*c[:1], *c[3:5], c[6], of(c)) for c in lines if len(c) == 9 and c[2] == "CDS"]
        ours = Counter(cds(output(self.tools["gffdb"], "query", "a.sqlite", "--stop-codon", "in")))
        try:
            theirs = Counter(cds(output(self.tools["gffread"], str(self.path))))
        except RuntimeError as error:
            self.unread.append(("gffread", last_words(error)))
            return
        for transcript in sorted({key[-1] for key in ours | theirs}):
            of = lambda all: [key for key in all.elements() if key[-1] == transcript]
            self.compare("gffread CDS", of(ours), of(theirs), what=transcript)

    def ask(self):
        """Asks whatever there is a program for."""
        if "bedtools" in self.tools:
            self.bedtools()
        if "tabix" in self.tools and "bgzip" in self.tools:
            self.tabix()
        if "gffutils" in self.tools:
            self.gffutils()
        if "gffread" in self.tools and self.gtf:
            self.gffread()


def files(tools):
    """The files that are asked, the made-up genome among them."""
    output(tools["gffdb"], "demo", "demo", "--genes", "200")
    found = [Path("demo/demo.gff3"), Path("demo/demo.gtf")]
    for folder in "../shared/data/whole", "tests/data/handmade":
        found += sorted(f for f in (peers.ROOT / folder).glob("*") if f.suffix in (".gff3", ".gtf"))
    return [path.resolve() for path in found]


def main():
    """Prints the table, the reasons and the versions; gives the exit code."""
    tools, versions = find()
    if "gffdb" not in tools:
        return 2
    bad, total, agree, reasons = 0, 0, 0, Counter()
    unread = []
    given = [Path(name).resolve() for name in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as there:
        os.chdir(there)
        asked = given or files(tools)
        if not asked:
            print("query.py: no files to ask", file=sys.stderr)
            return 2
        print("| File | Question | Cases | Agree | Differ for a reason |\n|---|---|---:|---:|---:|")
        for path in asked:
            file = File(path, tools)
            file.ask()
            for question in file.cases:
                explained = sum(file.reasons[question].values())
                print(f"| `{path.name}` | {question} | {file.cases[question]} | {file.agree[question]} | {explained} |")
                for reason, count in file.reasons[question].items():
                    reasons[question, reason] += count
            unread += [(path.name, *why) for why in file.unread]
            bad += file.bad
            total += sum(file.cases.values())
            agree += sum(file.agree.values())
        os.chdir(peers.ROOT)
    print(f"\n{len(asked)} files, {total:,} cases: {agree:,} agree, {total - agree - bad:,} differ for a reason,"
          f" {bad:,} without one.\n")
    for (question, reason), count in sorted(reasons.items()):
        print(f"- {question}, {count:,}: {reason}.")
    for name, peer, words in unread:
        print(f"- {peer} does not read `{name}`: {words}.")
    print("\nVersions: " + ", ".join(f"{n} {v}" for n, v in versions.items()) + ".")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
