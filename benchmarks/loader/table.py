"""Turns the JSON lines of all runs into a Markdown table: medians, and how many times as fast as torchvision + Pillow.

    python3 table.py FILE

By processor time, which is what one core does in a second whoever else wants it, and by the clock, which counts only on a quiet machine.
"""
import collections
import json
import statistics
import sys

BASE = "torchvision + Pillow"

rates = collections.defaultdict(list)
for line in open(sys.argv[1]):
    record = json.loads(line)
    rates[record["system"]].append((record["images"] / record["cpu"], record["images"] / record["seconds"]))

print("| system | images per processor second | lowest to highest | ratio of medians | images/s by the clock | ratio | passes |")
print("|---|---|---|---|---|---|---|")
base = [statistics.median(v) for v in zip(*rates[BASE])]
for system, values in rates.items():
    cpu, clock = zip(*values)
    median = [statistics.median(cpu), statistics.median(clock)]
    print(f"| {system} | {median[0]:.0f} | {min(cpu):.0f} to {max(cpu):.0f} | {median[0] / base[0]:.2f}x "
          f"| {median[1]:.0f} | {median[1] / base[1]:.2f}x | {len(values)} |")
