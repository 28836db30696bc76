"""Turns the JSON lines of all runs into a Markdown table: medians, and how many times as fast as Gloo.

    python3 table.py FILE
"""
import collections
import json
import statistics
import sys

SYSTEMS = ["gloo", "grpc", "shm", "shm in place"]

times = collections.defaultdict(list)
for line in open(sys.argv[1]):
    record = json.loads(line)
    times[record["processes"], record["case"], record["system"]] += record["milliseconds"]

cases = list(dict.fromkeys((processes, case) for processes, case, _ in times))
print("| processes | case | " + " | ".join(f"{s}, ms" for s in SYSTEMS) + " | " + " | ".join(f"{s} / gloo" for s in SYSTEMS[1:]) + " |")
print("|---" * (2 * len(SYSTEMS) + 1) + "|")
for processes, case in sorted(cases, key=lambda c: c[0]):
    medians = [statistics.median(v) if (v := times.get((processes, case, s))) else None for s in SYSTEMS]
    cells = [f"{m:.1f}" if m else "-" for m in medians]
    ratios = [f"{medians[0] / m:.2f}x" if m and medians[0] else "-" for m in medians[1:]]
    print(f"| {processes} | {case} | " + " | ".join(cells + ratios) + " |")
