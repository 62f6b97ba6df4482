"""What scale.py measured, as a page and as a picture."""
from html import escape

from report import MIB, text

# What was not measured: name, gigabytes of text. SCALE.md says where the last two come from.
BEYOND = [("100 GB", 100), ("1 TB", 1_000), ("Ensembl, every genome", 1_300), ("RefSeq, every genome", 2_200)]


def markdown(results):
    sizes, slopes = results["sizes"], results["slopes"]
    first, last = sizes[0], sizes[-1]
    lines = [
        "# Scaling",
        "",
        "Written by `benches/compare/scale.sh`; do not edit. [SCALE.md](SCALE.md) says what follows for more.",
        "",
        f"- date: {results['date']}",
        f"- machine: {results['cores']} cores, {results['memory_bytes'] / 1024 / MIB:.0f} GiB of memory; load "
        f"average {results['load_average']:.1f} when the run began",
        f"- gffdb {results['version']}, `gffdb convert FILE -o DATABASE`, its defaults",
        f"- data: `make_gencode_scale.py`, {results['copies']:,} copies and 2, 4 and 10 times as many",
        f"- figures: median of {results['runs']} rounds, in an order drawn anew each round; processor time is "
        "user and system; memory is the peak of the round where it was largest",
    ]
    if results["note"]:
        lines.append(f"- note: {results['note']}")
    lines += [
        "",
        "![Time and peak memory against the size of the file](scaling.svg)",
        "",
        "| file (MB) | records | wall (s) | fastest to slowest (s) | wall (s/GB) | processor (s) "
        "| processor (s/GB) | peak memory (MiB) | result (MB) | result / text |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in sizes:
        gigabytes = one["bytes"] / 1e9
        lines.append(
            f"| {one['bytes'] / 1e6:,.0f} | {one['records']:,} | {one['wall']:.2f} "
            f"| {one['fastest']:.2f} to {one['slowest']:.2f} | {one['wall'] / gigabytes:.2f} | {one['cpu']:.2f} "
            f"| {one['cpu'] / gigabytes:.2f} | {one['memory'] / MIB:.0f} | {one['result'] / 1e6:,.0f} "
            f"| {one['result'] / one['bytes']:.3f} |"
        )
    lines += [
        "",
        "How it grows: the exponent of the size, fitted by least squares on logarithms (1: in step with it; "
        "0: not at all), and the last row against the first, with what the project set itself.",
        "",
        "| | exponent | 10 times the file | must |",
        "| --- | ---: | ---: | ---: |",
    ]
    for key, name, must in (("wall", "wall time", "10.5 times"), ("cpu", "processor time", ""),
                            ("memory", "peak memory", "the same, 96 MiB at most")):
        lines.append(f"| {name} | {slopes[key]:.3f} | {last[key] / first[key]:.2f} times | {must} |")
    lines += beyond(last)
    if results["small"]:
        lines += small(results["small"])
    return "\n".join(lines) + "\n"


def beyond(largest):
    """What more text would take, at the rates of the largest file."""
    per_gigabyte = largest["wall"] / (largest["bytes"] / 1e9)
    lines = [
        "",
        "## What more would take",
        "",
        f"Computed, not measured: the largest file's {per_gigabyte:.2f} s/GB and its share of result to text, as if "
        "both stayed the same, on a disk that keeps up. [SCALE.md](SCALE.md) says what does not stay the same.",
        "",
        "| text | GB | wall (hours) | database (GB) | temporary files (GB) | peak memory (MiB) |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, gigabytes in BEYOND:
        lines.append(
            f"| {name} | {gigabytes:,} | {gigabytes * per_gigabyte / 3600:.1f} "
            f"| {gigabytes * largest['result'] / largest['bytes']:,.0f} | {gigabytes / 7:,.0f} "
            f"| {largest['memory'] / MIB:.0f} |"
        )
    return lines


def small(one):
    many, single = one["many"], one["one"]
    lines = [
        "",
        "## Many small files",
        "",
        f"{one['files']:,} files of 1 MB, each a data set with a sequence of its own, in one command, and the same "
        f"bytes as one file: {one['bytes'] / 1e6:,.0f} MB, {one['records']:,} records.",
        "",
        "| | wall (s) | fastest to slowest (s) | processor (s) | peak memory (MiB) | result (MB) |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, taken in ((f"{one['files']:,} files", many), ("one file", single)):
        lines.append(
            f"| {name} | {taken['wall']:.2f} | {taken['fastest']:.2f} to {taken['slowest']:.2f} | {taken['cpu']:.2f} "
            f"| {taken['memory'] / MIB:.0f} | {taken['result'] / 1e6:,.0f} |"
        )
    lines += ["", f"Ratio of the walls: {many['wall'] / single['wall']:.2f}; of the processor times: "
              f"{many['cpu'] / single['cpu']:.2f}. It must be 1.3 at most."]
    return lines


WIDTH, HEIGHT, LEFT, TOP, PANEL_WIDTH, PANEL_HEIGHT, GAP = 960, 360, 70, 70, 370, 220, 90
COLOUR = "#0f766e"


def svg(results):
    """Two panels beside each other, size to the right in both, all axes from zero."""
    sizes = results["sizes"]
    largest = sizes[-1]["bytes"] / 1e9
    slopes = results["slopes"]
    title = f"gffdb convert, GFF3 files of {sizes[0]['bytes'] / 1e9:.2g} to {largest:.3g} GB, {results['cores']} cores"
    panels = [
        (f"Wall time (s), exponent {slopes['wall']:.2f}", [one["wall"] for one in sizes]),
        (f"Peak memory (MiB), exponent {slopes['memory']:.2f}", [one["memory"] / MIB for one in sizes]),
    ]
    body = [text(20, 30, title, 'font-size="17" font-weight="bold"')]
    for number, (heading, values) in enumerate(panels):
        left = LEFT + number * (PANEL_WIDTH + GAP)
        body += panel(left, heading, [one["bytes"] / 1e9 for one in sizes], values)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="system-ui, sans-serif" font-size="12.5" fill="#111827">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *body,
        "</svg>",
    ]) + "\n"


def panel(left, heading, x, y):
    bottom = TOP + PANEL_HEIGHT
    step_x, step_y = step(max(x)), step(max(y))
    end_x, end_y = step_x * -(-max(x) // step_x), step_y * -(-max(y) // step_y)

    def at(a, b):
        return left + a / end_x * PANEL_WIDTH, bottom - b / end_y * PANEL_HEIGHT

    body = [text(left, TOP - 14, heading, 'font-size="14" font-weight="bold"')]
    for tick in range(round(end_y / step_y) + 1):
        height = at(0, tick * step_y)[1]
        body.append(f'<line x1="{left}" y1="{height:.1f}" x2="{left + PANEL_WIDTH}" y2="{height:.1f}" stroke="#e5e7eb"/>')
        body.append(text(left - 8, height + 4, f"{tick * step_y:g}", 'text-anchor="end"'))
    for tick in range(round(end_x / step_x) + 1):
        body.append(text(at(tick * step_x, 0)[0], bottom + 20, f"{tick * step_x:g}", 'text-anchor="middle"'))
    body.append(text(left + PANEL_WIDTH / 2, bottom + 42, "size of the file (GB)", 'text-anchor="middle"'))
    points = [at(a, b) for a, b in zip(x, y)]
    joined = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    body.append(f'<polyline points="{joined}" fill="none" stroke="{COLOUR}" stroke-width="2"/>')
    body += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{COLOUR}"/>' for a, b in points]
    return body


def step(largest):
    """Returns a round step for an axis: 1, 2 or 5 times a power of ten, four to nine of them."""
    power = 10.0 ** -12
    while True:
        for one in (1, 2, 5):
            if largest / (one * power) <= 8:
                return one * power
        power *= 10
