"""Prints the medians of the last `cargo bench` as the table of benches/README.md."""
import json
import os
import pathlib

target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target"))
print("| bench | median (ms) | MB/s | million records/s |")
print("| --- | ---: | ---: | ---: |")
for run in sorted(target.glob("criterion/*/*/new")):
    seconds = json.loads((run / "estimates.json").read_text())["median"]["point_estimate"] / 1e9
    benchmark = json.loads((run / "benchmark.json").read_text())
    amounts = benchmark["throughput"]["ElementsAndBytes"]
    megabytes, records = amounts["bytes"] / 1e6, amounts["elements"] / 1e6
    print(f"| `{benchmark['full_id']}` | {seconds * 1000:.1f} | {megabytes / seconds:,.0f} "
          f"| {records / seconds:.2f} |")
