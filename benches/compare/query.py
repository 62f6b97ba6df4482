#!/usr/bin/env python3
"""Asks gffdb, tabix and bedtools the same of one large file, and writes benches/QUERY.md.

    benches/compare/query.py --data FILE.gff3 [--work DIR] [--gffdb PROGRAM] [--rounds N] [--note TEXT]

Needs bgzip, tabix and bedtools; benches/compare/run.sh installs them and makes FILE, 1.38 GB with
--copies 3400. Everything runs --rounds times in turn, and medians are given. It stops where two
programs differ in their hits, or an answer in its number of records.
"""
import argparse
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import time

SEED = 4


def run(command, out=os.devnull):
    """Runs a command; returns seconds, seconds of the processor, and peak memory in MB."""
    with open(out, "wb") as sink:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=sink)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    if status != 0:
        sys.exit(f"query.py: failed: {' '.join(map(str, command))}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def lines(path):
    with open(path, "rb") as file:
        return sum(1 for line in file if not line.startswith(b"#"))


def same(what, found, expected):
    if found != expected:
        sys.exit(f"query.py: {what}: {found} hits, expected {expected}")


def prepare(data, work, gffdb):
    """Makes the database, the sorted copy with its index, and the files of regions."""
    database, copy = work / "query.sqlite", work / "query.sorted.gff3.gz"
    if not database.exists():
        subprocess.run([gffdb, "convert", "--quiet", data, "-o", database], check=True)
    if not copy.with_name(copy.name + ".tbi").exists():
        sort = f"(grep '^#' '{data}'; grep -v '^#' '{data}' | LC_ALL=C sort -S 1G -t '\t' -k1,1 -k4,4n)"
        subprocess.run(f"{sort} | bgzip > '{copy}'", shell=True, check=True)
        subprocess.run(["tabix", "-p", "gff", copy], check=True)
    lengths = {}
    with open(data) as file:
        for line in file:
            if line.startswith("#"):
                continue
            seqid, _, _, _, end, _ = line.split("\t", 5)
            lengths[seqid] = max(lengths.get(seqid, 0), int(end))
    random.seed(SEED)
    beds = {}
    for count in [10_000, 100_000, 1_000_000]:
        beds[count] = work / f"query.{count}.bed"
        with open(beds[count], "w") as bed:
            for seqid in random.choices(list(lengths), list(lengths.values()), k=count):
                start = random.randrange(lengths[seqid])
                bed.write(f"{seqid}\t{start}\t{start + random.randint(1000, 5000)}\n")
    return database, copy, beds


def small(gffdb, database, copy):
    """Commands of one small question each."""
    def first(sql):
        return subprocess.check_output([gffdb, "sql", database, sql, "--format", "tsv"],
                                       text=True).splitlines()[1].split("\t")

    seqid, start, gene = first(
        "SELECT seqid, start, ID FROM gff WHERE type = 'gene' AND record_id >= "
        "(SELECT max(record_id) / 2 FROM gff) ORDER BY record_id LIMIT 1")
    region = f"{seqid}:{start}-{int(start) + 4999}"
    ask = [gffdb, "query", database]
    commands = {
        "one region, gffdb": ask + ["--region", region],
        "one region, tabix": ["tabix", copy, region],
        "one ID, gffdb": ask + ["--id", gene],
        "one gene with all descendants, gffdb": ask + ["--id", gene, "--with", "descendants"],
    }
    counts = {}
    for name, command in commands.items():
        text = subprocess.check_output(command, text=True)
        counts[name] = sum(not line.startswith("#") for line in text.splitlines())
    same("one region", counts["one region, gffdb"], counts["one region, tabix"])
    same("one ID", counts["one ID, gffdb"], 1)
    return commands, counts


def large(gffdb, data, database, copy, beds):
    """Commands of one large question each, and how many hits each has."""
    ask = [gffdb, "query", database]
    commands = {}
    for count, bed in beds.items():
        commands[f"{count:,} regions, gffdb"] = ask + ["--regions-file", bed]
        if count == 10_000:
            commands[f"{count:,} regions, `tabix -R`"] = ["tabix", "-R", bed, copy]
            commands[f"{count:,} regions, `bedtools intersect -u`"] = [
                "bedtools", "intersect", "-u", "-a", data, "-b", bed]
        commands[f"{count:,} regions, gffdb `--count`"] = ask + ["--regions-file", bed, "--count"]
    commands["all gene models as GFF3, gffdb"] = ask + ["--type", "gene", "--with", "family"]
    commands["every exon as BED, gffdb"] = ask + ["--type", "exon", "--format", "bed"]
    return commands


def check(commands, work, data):
    """Compares the hits; returns the hits and the bytes of each answer."""
    hits, sizes = {}, {}
    out = work / "query.out"
    for name, command in commands.items():
        run(command, out)
        sizes[name] = out.stat().st_size
        if "--count" in name:
            with open(out) as file:
                hits[name] = sum(int(line.rsplit("\t", 1)[1]) for line in file)
        else:
            hits[name] = lines(out)
    out.unlink()
    ten = "10,000 regions, "
    same("bedtools", hits[ten + "`bedtools intersect -u`"], hits[ten + "gffdb"])
    same("tabix", hits[ten + "`tabix -R`"], hits[ten + "gffdb `--count`"])
    with open(data, "rb") as file:
        exons = sum(line.split(b"\t", 3)[2] == b"exon" for line in file if not line.startswith(b"#"))
    same("exons", hits["every exon as BED, gffdb"], exons)
    return hits, sizes


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    root = pathlib.Path(__file__).resolve().parents[2]
    arguments.add_argument("--data", type=pathlib.Path, required=True)
    arguments.add_argument("--work", type=pathlib.Path, default=root / "target/compare")
    arguments.add_argument("--gffdb", default=root / "target/release/gffdb")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--note", default="")
    arguments.add_argument("--out", type=pathlib.Path, default=root / "benches/QUERY.md")
    given = arguments.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    database, copy, beds = prepare(given.data, given.work, given.gffdb)
    quick, counts = small(given.gffdb, database, copy)
    slow = large(given.gffdb, given.data, database, copy, beds)
    hits, sizes = check(slow, given.work, given.data)
    times = {name: [] for name in [*quick, *slow]}
    for _ in range(given.rounds):
        for name, command in slow.items():
            times[name].append(run(command))
        for _ in range(20):
            for name, command in quick.items():
                times[name].append(run(command))
    medians = {name: [statistics.median(column) for column in zip(*runs)]
               for name, runs in times.items()}

    version = subprocess.check_output([given.gffdb, "--version"], text=True).strip()
    text = subprocess.run(["tabix", "--version"], capture_output=True, text=True).stdout
    peers = [text.splitlines()[0], subprocess.check_output(["bedtools", "--version"], text=True).strip()]
    size = given.data.stat().st_size
    page = [
        "# Questions, beside tabix and bedtools", "",
        f"Written by `benches/compare/query.py`. {size / 1e9:.2f} GB of GFF3 shaped like GENCODE's; "
        f"{os.cpu_count()} cores; {version}, {', '.join(peers)}. Regions are random, 1 to 5 kb long. "
        f"Medians of {given.rounds} rounds, in each of which everything ran in turn (small questions 20 "
        "times); whole processes, files in the page cache, output to /dev/null. The hits are "
        "asserted to be the same: bedtools' with gffdb's records, tabix' with the sum of gffdb's "
        "`--count`, exons with those of the file.", "",
    ]
    page += [given.note, ""] if given.note else []
    page += ["## Small questions", "", "| question | hits | wall (ms) | processor (ms) | peak memory (MB) |",
             "| --- | ---: | ---: | ---: | ---: |"]
    for name in quick:
        wall, cpu, memory = medians[name]
        page.append(f"| {name} | {counts[name]} | {wall * 1e3:.1f} | {cpu * 1e3:.1f} | {memory:.0f} |")
    page += ["", "## Large questions", "",
             "| question | hits | wall (s) | processor (s) | output (MB/s) | peak memory (MB) |",
             "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name in slow:
        wall, cpu, memory = medians[name]
        page.append(f"| {name} | {hits[name]:,} | {wall:.2f} | {cpu:.2f} | "
                    f"{sizes[name] / wall / 1e6:,.0f} | {memory:.0f} |")
    page += ["", "`tabix -R` shows a record once for each region that it is a hit of. A peak below that of "
             "Python, which starts the programs, is shown as Python's, about 25 MB."]
    given.out.write_text("\n".join(page) + "\n")
    print(re.sub(r"^#+ ", "", "\n".join(page), flags=re.M))


if __name__ == "__main__":
    main()
