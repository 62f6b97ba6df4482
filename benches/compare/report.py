"""The measured figures as a page and as a picture."""
from html import escape

MIB = 1024 * 1024

# What the project set itself, as parts of the peer's wall time.
BARS = [
    ("DuckDB read_csv + two regexes, no index", 1.0, 0.75),
    ("sqlite3 .import, nine columns, no index", 0.6, 0.45),
    ("gffbase create_db", 1 / 7, 1 / 10),
    ("gffutils create_db", 1 / 28, 1 / 40),
]


def markdown(results):
    data, loads = results["data"], results["loads"]
    ours = loads[0]
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    lines = [
        "# Results",
        "",
        "Written by `benches/compare/run.sh`; do not edit. All tools ran on one machine, in turn, on",
        "the same file, which was in the page cache. Compare figures within this page only.",
        "",
        f"- date: {results['date']}",
        f"- machine: {results['cores']} cores, {results['memory_bytes'] / 1024 / MIB:.0f} GiB of memory; load "
        f"average {results['load_average']} when the run began",
        f"- data: `make_gencode_scale.py`, {results['copies']:,} copies: {data['bytes']:,} bytes, "
        f"{data['records']:,} records",
        f"- versions: {versions}",
        f"- figures: median of {results['runs']} rounds, in an order drawn anew each round; memory is that of "
        "the largest process, in the round where it was largest",
    ]
    once = [one["name"] for one in loads if one["runs"] < results["runs"]]
    if once:
        lines.append(f"- run once, because slow: {', '.join(once)}")
    if results["missing"]:
        lines.append(f"- left out, because not installed: {', '.join(results['missing'])}")
    if results["note"]:
        lines.append(f"- note: {results['note']}")
    lines += [
        "",
        "![Wall time and peak memory of each tool](results.svg)",
        "",
        "## Loading",
        "",
        "| tool | wall (s) | fastest to slowest (s) | wall, gffdb = 1 | peak memory (MiB) | result (MiB) "
        "| result / text | records seen |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in loads:
        lines.append(
            f"| {one['name']} | {one['wall']:.2f} | {one['fastest']:.2f} to {one['slowest']:.2f} "
            f"| {one['wall'] / ours['wall']:.2f} | {one['memory_bytes'] / MIB:.0f} "
            f"| {one['result_bytes'] / MIB:.1f} | {one['result_bytes'] / data['bytes']:.2f} "
            f"| {one['records']:,} |"
        )
    lines += ["", "What each number does not show:", ""]
    lines += [f"- {one['name']}: {one['does_not_show']}" for one in loads]
    lines += bars(loads)
    lines += region(results["region"])
    return "\n".join(lines) + "\n"


def bars(loads):
    walls = {one["name"]: one["wall"] for one in loads}
    lines = [
        "",
        "## Against the bars",
        "",
        "The wall time of `gffdb convert` as a part of the peer's. The bars were set for 3,400 copies.",
        "",
        "| peer | measured | must | aim |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, must, aim in BARS:
        if name in walls:
            part = loads[0]["wall"] / walls[name]
            lines.append(f"| {name} | {part:.3f} | {must:.3f} | {aim:.3f} |")
    for name in ("gffdb convert, gzip input", "gffdb convert, BGZF input"):
        if name in walls:
            lines.append(f"| {name}, against plain | {walls[name] / loads[0]['wall']:.3f} | 1.150 | 1.000 |")
    return lines


def region(region):
    if not region:
        return []
    lines = [
        "",
        "## One region",
        "",
        "The features of one gene's region, median of 10 runs by hyperfine, the program's start",
        "included. It says nothing of many regions at once.",
        "",
        "| tool | median (ms) | records |",
        "| --- | ---: | ---: |",
    ]
    for one in region:
        lines.append(f"| {one['name']} | {one['median'] * 1000:.1f} | {one['records']:,} |")
    return lines


WIDTH, LEFT, RIGHT, ROW = 960, 310, 90, 26


def svg(results):
    """Two lists of bars below each other, each with zero at the left and its own scale."""
    loads = results["loads"]
    wall = [(one, one["wall"], f"{one['wall']:.1f} s") for one in loads]
    memory = [(one, one["memory_bytes"], f"{one['memory_bytes'] / MIB:,.0f} MiB") for one in loads]
    data = results["data"]
    title = f"Loading {data['records']:,} records, {data['bytes'] / 1e6:,.0f} MB of GFF3, {results['cores']} cores"
    body, y = [text(20, 32, title, 'font-size="17" font-weight="bold"')], 64
    for heading, rows in (("Wall time", wall), ("Peak memory", memory)):
        body.append(text(20, y, heading, 'font-size="14" font-weight="bold"'))
        y += 12
        largest = max(value for _, value, _ in rows)
        for one, value, label in rows:
            length = max(1.0, value / largest * (WIDTH - LEFT - RIGHT))
            fill = "#0f766e" if one["ours"] else "#94a3b8"
            weight = ' font-weight="bold"' if one["ours"] else ""
            body.append(text(LEFT - 8, y + 16, one["name"], f'text-anchor="end"{weight}'))
            body.append(f'<rect x="{LEFT}" y="{y + 3}" width="{length:.1f}" height="18" fill="{fill}"/>')
            body.append(text(LEFT + length + 6, y + 16, label, weight.strip()))
            y += ROW
        y += 34
    height = y - 14
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="12.5" fill="#111827">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *body,
        "</svg>",
    ]) + "\n"


def text(x, y, words, more=""):
    return f'<text x="{x:.1f}" y="{y}" {more}>{escape(words)}</text>'
