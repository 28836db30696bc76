#!/usr/bin/env python3
"""How soon training goes on after a worker of the example transformer was killed, and whether a bit has changed.

    recovery.py [--kills 20] [--workers 2]

Trains once undisturbed and once with kill -9 of a worker, again and again, in one run; each time from the kill to the next step that the coordinator
tells. Then compares the last checkpoints byte by byte.
"""

import argparse
import hashlib
import json
import os
import pathlib
import signal
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "examples/transformer/bin/Release/net10.0/transformer"
BETWEEN = 25  # steps from a recovery to the next kill


def train(run, steps, workers, kills):
    process = subprocess.Popen(
        [PROGRAM, "--replicas", str(workers), "--threads", "1", "--steps", str(steps), "--epochs", "1000", "--run-dir", run, "--output", "json",
         "--max-restarts", str(kills + 1), "--no-pictures"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    pids, killed, seconds, victim = [], None, [], 0
    resumed = 0
    for line in process.stdout:
        event, now = json.loads(line), time.perf_counter()
        if event["event"] in ("started", "generation"):
            pids = [w["pid"] for w in event["workers"]]
            resumed = None
        if event["event"] != "step":
            continue
        if resumed is None:
            resumed = event["step"]
            if killed is not None:
                seconds.append(now - killed)
                killed = None
        if len(seconds) < kills and killed is None and event["step"] >= resumed + BETWEEN:
            os.kill(pids[victim % workers], signal.SIGKILL)
            killed, victim = time.perf_counter(), victim + 1
    if process.wait() != 0:
        raise SystemExit(f"the run ended with {process.returncode}")
    newest = sorted(pathlib.Path(run, "checkpoints").glob("step-????????"))[-1]
    return seconds, {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(newest.glob("*.safetensors"))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    subprocess.run(["dotnet", "build", "-c", "Release", "-v", "quiet", "--nologo", str(ROOT / "examples/transformer")], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["dotnet", "build-server", "shutdown"], check=False, stdout=subprocess.DEVNULL)
    steps = (arguments.kills + 1) * (BETWEEN + 15)
    with tempfile.TemporaryDirectory() as folder:
        _, undisturbed = train(f"{folder}/undisturbed", steps, arguments.workers, 0)
        seconds, killed = train(f"{folder}/killed", steps, arguments.workers, arguments.kills)
    print(f"{len(seconds)} kills of {arguments.workers} workers: median {statistics.median(seconds):.2f} s, {min(seconds):.2f} to {max(seconds):.2f} s; "
          f"{'the same bits' if killed == undisturbed else 'OTHER BITS'} in {len(killed)} files after {steps} steps.")


if __name__ == "__main__":
    main()
