#!/usr/bin/env python3
"""Images/s of the quickstart with and without mutual TLS between its processes.

    python3 mtls.py [--rounds 3] [--steps 200]

Runs `alexnet train quickstart` (built before in Release) in turn: workers that share memory, and workers that exchange everything over gRPC, each
without and with the certificates of `alexnet certs`; so a drift of the machine's speed meets all alike. The first steps of a run are warm-up.
Prints Markdown: medians over rounds of the median step, and what mutual TLS costs.
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALEXNET = ROOT / "src/AlexNet.Cli/bin/Release/net10.0/alexnet"
WARM_UP = 20
BATCH = 64


def run(*arguments):
    done = subprocess.run([str(ALEXNET), *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stdout[-1000:] + done.stderr)
    return done.stdout


def images_per_second(transport, certificates, steps):
    with tempfile.TemporaryDirectory() as folder:
        lines = run(
            "train", "quickstart", "--steps", str(steps), "--batch", str(BATCH), "--transport", transport, "--output", "json", "--no-pictures", "--run-dir", folder + "/run",
            "--set", "data.generated.test=10", *(["--certs", certificates] if certificates else []),
        ).splitlines()
    done = [line for line in map(json.loads, lines) if line["event"] == "step"][WARM_UP:]
    seconds = statistics.median(max(worker["total"] for worker in step["phases"]) for step in done)
    return BATCH / seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=200)
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        certificates = folder + "/certs"
        run("certs", certificates)
        kinds = [(transport, secure) for transport in ("auto", "grpc") for secure in (None, certificates)]
        results = {kind: [] for kind in kinds}
        for _ in range(arguments.rounds):
            for kind in kinds:
                results[kind].append(images_per_second(*kind, arguments.steps))

    print(f"quickstart, 2 workers of 1 thread, {os.cpu_count()} cores, {arguments.rounds} rounds of {arguments.steps} steps, {datetime.date.today()}\n")
    print("| tensors between workers | images/s | with mutual TLS | ratio |")
    print("|---|---|---|---|")
    for transport, name in (("auto", "shared memory"), ("grpc", "gRPC")):
        plain, secure = (statistics.median(results[transport, kind]) for kind in (None, certificates))
        print(f"| {name} | {plain:.0f} | {secure:.0f} | {secure / plain:.3f} |")


if __name__ == "__main__":
    main()
