#!/usr/bin/env python3
"""What it costs to have each part of the net kept by another worker: the time of a step with and without `--protect`.

    python3 cost.py [--recipe imagenet-2012] [--batch 128] [--steps 8] [--rounds 3] [--protect every:1 ...] [-- ARGUMENT ...]

Runs `alexnet train` (built before in Release) on drawn pictures, 1x2 unless the arguments say otherwise, in turn and once for each round:
with `--protect never`, and with each of the others. Each run's mean step, the first two left out, is compared with that of the round's run
without protection, so that a drift of the machine's speed meets all alike. Prints Markdown.
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
WARM_UP = 2  # steps


def seconds_of_a_step(arguments, protect):
    with tempfile.TemporaryDirectory() as folder:
        command = [str(ALEXNET), "train", arguments.recipe, "--data", "generated", "--batch", str(arguments.batch),
                   "--steps", str(WARM_UP + arguments.steps), "--replicas", "1", "--shards", "2", "--output", "json", "--no-pictures",
                   "--set", f"data.generated.train={arguments.batch}", "--set", "data.generated.test=1", "--epochs", "1000000",
                   "--run-dir", folder + "/run", "--protect", protect, *arguments.rest]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(done.stdout[-1000:] + done.stderr)
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    totals = [max(w["total"] for w in s["phases"]) for s in steps if s["event"] == "step"][WARM_UP:]
    return statistics.mean(totals)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipe", default="imagenet-2012")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--protect", nargs="+", default=["every:1"])
    parser.add_argument("rest", nargs="*", help="further arguments of alexnet train, after --")
    arguments = parser.parse_args()
    if not ALEXNET.exists():
        raise SystemExit(f"'{ALEXNET}' is missing; build it first: dotnet build -c Release src/AlexNet.Cli")

    variants = ["never", *arguments.protect]
    times = {variant: [] for variant in variants}
    for number in range(arguments.rounds):
        turn = number % len(variants)
        for variant in variants[turn:] + variants[:turn]:  # nobody is always first
            times[variant].append(seconds_of_a_step(arguments, variant))

    print(f"{arguments.recipe}, 1x2, batch {arguments.batch}, {os.cpu_count()} cores, {arguments.rounds} rounds of {arguments.steps} steps\n")
    print("| --protect | mean step | against never, median of the rounds | of single rounds |")
    print("|---|---|---|---|")
    for variant in variants:
        ratios = [100 * (own / base - 1) for own, base in zip(times[variant], times["never"])]
        print(f"| {variant} | {1000 * statistics.median(times[variant]):.0f} ms | {statistics.median(ratios):+.1f}% | {', '.join(f'{r:+.1f}%' for r in ratios)} |")


if __name__ == "__main__":
    main()
