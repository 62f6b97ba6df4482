"""Runs gffdb and its peers on one file, checks that all saw the same records, writes the report.

Called by run.sh, which says what the options mean. Needs Python 3.9 and its library alone.
"""
import argparse
import datetime
import json
import os
import pathlib
import random
import shlex
import shutil
import statistics
import subprocess
import sys
import time

import report
import tools


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--copies", type=int, required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--gffdb", type=pathlib.Path, required=True)
    parser.add_argument("--note", default="")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()

    data = prepare(args)
    found, missing = tools.found(args.work, args.gffdb)
    load_average = os.getloadavg()[0]
    loads = measure_loads(found, data, args.runs, args.work)
    region = measure_region(found, data, args.work)
    results = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "load_average": round(load_average, 1),
        "note": args.note,
        "runs": args.runs,
        "copies": args.copies,
        "data": {key: data[key] for key in ("bytes", "records")},
        "versions": {tool.program: tool.version for tool in found},
        "missing": missing,
        "loads": loads,
        "region": region,
    }
    (args.work / "results.json").write_text(json.dumps(results, indent=1))
    (args.out / "RESULTS.md").write_text(report.markdown(results))
    (args.out / "results.svg").write_text(report.svg(results))
    print(f"wrote {args.out / 'RESULTS.md'} and {args.out / 'results.svg'}")


def prepare(args):
    """Counts the file in the plainest way, and makes the other forms of it that tools read."""
    records = comments = transcripts = 0
    with open(args.data, "rb") as lines:
        for line in lines:
            if line.startswith(b"#"):
                # sqlite3 is told to skip these, so they must all stand at the top.
                if records:
                    sys.exit(f"{args.data}: a comment after the first record")
                comments += 1
            else:
                records += 1
                transcripts += line.split(b"\t", 3)[2] == b"transcript"
    data = {
        "plain": args.data,
        "bytes": args.data.stat().st_size,
        "records": records,
        "comments": comments,
        "transcripts": transcripts,
    }
    for form, command in (("gzip", ["gzip", "-c"]), ("bgzf", ["bgzip", "-c", "-@", "2"])):
        path = args.data.with_suffix(f".{form}.gff3.gz")
        data[form] = path
        if not path.exists() and shutil.which(command[0]):
            part = path.with_suffix(".part")
            with open(part, "wb") as out:
                subprocess.run([*command, str(args.data)], stdout=out, check=True)
            part.rename(path)
    return data


# A tool that takes longer than this, in seconds, runs in the first round alone.
SLOW = 45


def measure_loads(found, data, runs, work):
    """Round after round, each tool once a round, in an order that changes with the round."""
    samples = {tool.name: [] for tool in found if tool.load}
    order = [tool for tool in found if tool.load and data[tool.form].exists()]
    for number in range(runs):
        random.Random(number).shuffle(order)
        for tool in order:
            if any(one["wall"] > SLOW for one in samples[tool.name]):
                continue
            samples[tool.name].append(load(tool, data, work / "run"))
            wall = samples[tool.name][-1]["wall"]
            print(f"round {number + 1}: {tool.name}: {wall:.2f} s", flush=True)
    loads = []
    for tool in found:
        taken = samples.get(tool.name)
        if not taken:
            continue
        walls = [one["wall"] for one in taken]
        loads.append({
            "name": tool.name,
            "ours": tool.program == "gffdb",
            "does_not_show": tool.does_not_show,
            "runs": len(walls),
            "wall": statistics.median(walls),
            "fastest": min(walls),
            "slowest": max(walls),
            "memory_bytes": max(one["memory"] for one in taken),
            "result_bytes": taken[-1]["result"],
            "records": taken[-1]["seen"],
        })
    return loads


def load(tool, data, directory):
    """Loads once, in a directory of its own, and checks how many records the tool saw."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    # A second name of the same file: some tools write beside their input.
    given = directory / ("in.gff3" if tool.form == "plain" else "in.gff3.gz")
    os.link(data[tool.form], given)
    command = shell(tool.load, given, directory, data)
    taken = timed(command, directory)
    result = sum(file.stat().st_size for file in directory.iterdir() if file != given)
    seen = int(run(["bash", "-o", "pipefail", "-c", shell(tool.count, given, directory, data)]))
    expected = data[tool.expected]
    if seen != expected:
        sys.exit(f"{tool.name}: expected {expected} records, found {seen}")
    return {**taken, "result": result, "seen": seen}


def timed(command, directory):
    """Runs a shell command with nothing left to be written; seconds, and bytes at the peak."""
    os.sync()
    report_file = directory / "time.txt"
    began = time.perf_counter()
    run(["/usr/bin/time", "-f", "%U %S %M", "-o", str(report_file),
         "bash", "-o", "pipefail", "-c", command])
    wall = time.perf_counter() - began
    user, system, kibibytes = report_file.read_text().split()
    report_file.unlink()
    return {"wall": wall, "cpu": float(user) + float(system), "memory": int(kibibytes) * 1024}


def measure_region(found, data, work):
    """One region asked of what each tool made, by hyperfine; all must find as many records."""
    asked = []
    hyperfine = shutil.which("hyperfine")
    if not hyperfine:
        return asked
    line = next(line for line in open(data["plain"]) if "\tgene\t" in line)
    seqid, start, end = line.split("\t")[0], int(line.split("\t")[3]), int(line.split("\t")[4])
    counts = {}
    for tool in found:
        if not tool.region:
            continue
        directory = work / f"region.{tool.program}"
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        given = directory / "in.gff3"
        os.link(data["plain"], given)
        if tool.load:
            run(["bash", "-o", "pipefail", "-c", shell(tool.load, given, directory, data)])
        bed = directory / "region.bed"
        bed.write_text(f"{seqid}\t{start - 1}\t{end}\n")
        values = {"seqid": seqid, "start": start, "end": end, "bed": bed}
        command = shell(tool.region, given, directory, data, **values)
        lines = run(["bash", "-c", command]).splitlines()
        counts[tool.program] = sum(not line.startswith("#") for line in lines)
        export = directory / "hyperfine.json"
        run([hyperfine, "-N", "--warmup", "2", "--runs", "10", "--export-json", str(export), command])
        median = json.loads(export.read_text())["results"][0]["median"]
        asked.append({"name": tool.region_name, "median": median, "records": counts[tool.program]})
        shutil.rmtree(directory)
    if len(set(counts.values())) > 1:
        sys.exit(f"{seqid}:{start}-{end}: the tools found different numbers of records: {counts}")
    return asked


def shell(template, given, directory, data, **values):
    """Fills a command in; paths are quoted."""
    paths = {"input": given, "out": directory / "out"}
    quoted = {key: shlex.quote(str(value)) for key, value in {**paths, **values}.items()}
    return template.format(comments=data["comments"], **quoted)


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
