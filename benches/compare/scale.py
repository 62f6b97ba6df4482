"""Loads ever larger files, and many small ones, with gffdb; fits how time and memory grow.

Called by scale.sh, which says what the options mean. Needs Python 3.9 and its library alone.
"""
import argparse
import datetime
import math
import os
import pathlib
import random
import shlex
import shutil
import statistics
import subprocess
import sys

import compare
import scale_report

TIMES = (1, 2, 4, 10)
SMALL_BYTES = 1_000_000
# What the largest file and its database need, temporary files included, in files of that size.
ROOM = 2.5
# The same for small files: these, all of them in one file, and the database of either.
SMALL_ROOM = 3.5


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maker", required=True)
    parser.add_argument("--template", required=True)
    parser.add_argument("--copies", type=int, required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--small-files", type=int, default=1000)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--gffdb", required=True)
    parser.add_argument("--note", default="")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()

    work = args.work / "run"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    load_average = os.getloadavg()[0]
    try:
        sizes = measure_sizes(args, work)
        small = measure_small(args, work) if args.small_files else None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    version = compare.run([args.gffdb, "--version"]).split()[-1]
    results = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "load_average": load_average,
        "note": args.note,
        "runs": args.runs,
        "copies": args.copies,
        "version": version,
        "sizes": sizes,
        "slopes": {key: slope(sizes, key) for key in ("wall", "cpu", "memory")},
        "small": small,
    }
    (args.out / "SCALING.md").write_text(scale_report.markdown(results))
    (args.out / "scaling.svg").write_text(scale_report.svg(results))
    print(f"wrote {args.out / 'SCALING.md'} and {args.out / 'scaling.svg'}")


def measure_sizes(args, work):
    """Round after round, each size once a round, in an order that changes with the round.

    The maker writes copy after copy, so the smaller files are the beginnings of the largest: only
    that one stays, and a smaller one is there while it is loaded.
    """
    largest = work / "largest.gff3"
    per_copy = size_of_a_copy(args)
    room_for(work, per_copy * args.copies * max(TIMES) * ROOM)
    with open(largest, "wb") as out:
        subprocess.run(maker(args, args.copies * max(TIMES)), stdout=out, check=True)
    beginnings = measure_beginnings(largest)
    samples = {times: [] for times in TIMES}
    order = list(TIMES)
    for number in range(args.runs):
        random.Random(number).shuffle(order)
        for times in order:
            length, records = beginnings[times]
            given = largest
            if times != max(TIMES):
                given = work / "beginning.gff3"
                copy_beginning(largest, given, length)
            taken = load(args, [given], records, work)
            samples[times].append(taken)
            if given != largest:
                given.unlink()
            print(f"round {number + 1}: {length:,} bytes: {taken['wall']:.2f} s, "
                  f"{taken['memory'] / 1e6:.0f} MB", flush=True)
    largest.unlink()
    return [{"times": times, **summary(samples[times]), "bytes": beginnings[times][0],
             "records": beginnings[times][1]} for times in TIMES]


def measure_beginnings(largest):
    """Returns for each multiple how many bytes and records of the largest file it has."""
    records = sum(not line.startswith(b"#") for line in open(largest, "rb"))
    if records % max(TIMES):
        sys.exit(f"{largest}: {records} records are not {max(TIMES)} equal parts")
    wanted = {records // max(TIMES) * times: times for times in TIMES}
    found, seen, length = {}, 0, 0
    with open(largest, "rb") as lines:
        for line in lines:
            length += len(line)
            if not line.startswith(b"#"):
                seen += 1
                if seen in wanted:
                    found[wanted[seen]] = (length, seen)
    return found


def measure_small(args, work):
    """The same bytes as many files in one command, and as one file, in turn."""
    room_for(work, args.small_files * SMALL_BYTES * SMALL_ROOM)
    files, records = cut(args, work)
    one = work / "one.gff3"
    with open(one, "wb") as out:
        for file in files:
            out.write(file.read_bytes())
    samples = {"many": [], "one": []}
    for number in range(args.runs):
        turn = [("many", files), ("one", [one])]
        for name, given in turn if number % 2 == 0 else turn[::-1]:
            samples[name].append(load(args, given, records, work))
            print(f"round {number + 1}: {name}: {samples[name][-1]['wall']:.2f} s", flush=True)
    size = one.stat().st_size
    return {"files": len(files), "bytes": size, "records": records,
            **{name: summary(taken) for name, taken in samples.items()}}


def cut(args, work):
    """Cuts what the maker writes at genes, each piece with a sequence name of its own."""
    directory = work / "small"
    directory.mkdir()
    copies = math.ceil(args.small_files * SMALL_BYTES * 1.02 / size_of_a_copy(args))
    making = subprocess.Popen(maker(args, copies), stdout=subprocess.PIPE)
    files, records, out, left = [], 0, None, 0
    for line in making.stdout:
        if line.startswith(b"#"):
            continue
        columns = line.split(b"\t", 3)
        if out is None or (left <= 0 and columns[2] == b"gene"):
            if len(files) == args.small_files:
                break
            if out:
                out.close()
            files.append(directory / f"genome{len(files) + 1:05}.gff3")
            seqid = b"NZ_%05d.1" % len(files)
            out = open(files[-1], "wb")
            left = SMALL_BYTES - out.write(b"##gff-version 3\n")
        columns[0] = seqid
        left -= out.write(b"\t".join(columns))
        records += 1
    out.close()
    making.kill()
    making.wait()
    if len(files) < args.small_files:
        sys.exit(f"{args.maker}: too little for {args.small_files} files")
    return files, records


def maker(args, copies):
    return [sys.executable, args.maker, args.template, str(copies)]


def size_of_a_copy(args):
    """Returns how many bytes a copy has, but for longer names and numbers in later ones."""
    sizes = [len(subprocess.run(maker(args, n), stdout=subprocess.PIPE, check=True).stdout) for n in (10, 30)]
    return (sizes[1] - sizes[0]) / 20


def room_for(work, needed):
    free = shutil.disk_usage(work).free
    if free < needed:
        sys.exit(f"{work}: {needed / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free; take another "
                 "--work or less --copies")


def copy_beginning(source, goal, length):
    with open(source, "rb") as lines, open(goal, "wb") as out:
        while length:
            piece = lines.read(min(length, 1 << 24))
            out.write(piece)
            length -= len(piece)


def load(args, files, records, work):
    """Loads once, checks how many records there are, and takes the database away again."""
    directory = work / "result"
    directory.mkdir()
    database = directory / "out.sqlite"
    listed = directory / "files"
    # A list, since a command line is too short for many names; xargs would make several commands.
    listed.write_text("".join(f"{file}\n" for file in files))
    given = f"$(cat {shlex.quote(str(listed))})"
    command = f"{shlex.quote(args.gffdb)} convert --quiet {given} -o {shlex.quote(str(database))}"
    taken = compare.timed(command, directory)
    seen = compare.run([args.gffdb, "sql", str(database), "SELECT COUNT(*) FROM gff"]).split()[-1]
    if int(seen) != records:
        sys.exit(f"{files[0]}: expected {records} records, found {seen}")
    taken["result"] = database.stat().st_size
    shutil.rmtree(directory)
    return taken


def summary(samples):
    walls = [one["wall"] for one in samples]
    return {
        "wall": statistics.median(walls),
        "fastest": min(walls),
        "slowest": max(walls),
        "cpu": statistics.median(one["cpu"] for one in samples),
        "memory": max(one["memory"] for one in samples),
        "result": samples[-1]["result"],
    }


def slope(sizes, key):
    """Returns the exponent b of the power law `key = a * bytes ** b`, by least squares on logarithms."""
    x = [math.log(one["bytes"]) for one in sizes]
    y = [math.log(one[key]) for one in sizes]
    mean_x, mean_y = statistics.fmean(x), statistics.fmean(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
    return above / sum((a - mean_x) ** 2 for a in x)


if __name__ == "__main__":
    main()
