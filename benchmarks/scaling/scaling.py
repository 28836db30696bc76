#!/usr/bin/env python3
"""Images/s of one net in several layouts with the cores held equal, and where a step's time goes.

    python3 scaling.py [--recipe imagenet-2012] [--batch 64] [--steps 8] [--rounds 3]

Runs `alexnet train` (built before in Release) once for each layout and round, in turn, so that a drift of the machine's speed meets all
layouts alike. The first two steps of a run are warm-up. Prints Markdown: medians over rounds of the median step.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALEXNET = ROOT / "src/AlexNet.Cli/bin/Release/net10.0/alexnet"
PHASES = ["load", "forward", "exchange", "backward", "reduce", "vote", "update"]
WARM_UP = 2


def run(arguments, replicas, shards, threads):
    with tempfile.TemporaryDirectory() as folder:
        command = [
            str(ALEXNET), "train", arguments.recipe, "--data", "generated", "--batch", str(arguments.batch), "--steps", str(arguments.steps),
            "--replicas", str(replicas), "--shards", str(shards), "--threads", str(threads), "--output", "json", "--run-dir", folder + "/run",
            "--set", "data.generated.train=2000", "--set", "data.generated.test=1",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(done.stdout[-1000:] + done.stderr)
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    steps = [s for s in steps if s["event"] == "step"][WARM_UP:]
    seconds = statistics.median(max(w["total"] for w in s["phases"]) for s in steps)
    phases = {p: statistics.median(statistics.mean(w[p] for w in s["phases"]) for s in steps) for p in PHASES}
    return seconds, phases


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipe", default="imagenet-2012")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()

    cores = os.cpu_count()
    layouts = [(1, 1, cores), (1, 2, max(1, cores // 2)), (2, 1, max(1, cores // 2)), (2, 2, max(1, cores // 4))]
    results = {layout: [] for layout in layouts}
    for _ in range(arguments.rounds):
        for layout in layouts:
            results[layout].append(run(arguments, *layout))

    print(f"{arguments.recipe}, global batch {arguments.batch}, {cores} cores, {arguments.rounds} rounds of {arguments.steps} steps\n")
    print("| replicas x shards | threads each | images/s | against 1x1 | " + " | ".join(f"{p} ms" for p in PHASES) + " |")
    print("|---|---|---|---|" + "---|" * len(PHASES))
    base = statistics.median(r[0] for r in results[layouts[0]])
    for (replicas, shards, threads), rounds in results.items():
        seconds = statistics.median(r[0] for r in rounds)
        phases = [1000 * statistics.median(r[1][p] for r in rounds) for p in PHASES]
        print(f"| {replicas}x{shards} | {threads} | {arguments.batch / seconds:.1f} | {base / seconds:.2f} | " + " | ".join(f"{p:.0f}" for p in phases) + " |")


if __name__ == "__main__":
    main()
