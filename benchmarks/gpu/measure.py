#!/usr/bin/env python3
"""Measures our step and PyTorch's, one process after the other, and prints the table. What the results file holds is not measured again.

    measure.py measure --program ALEXNET --device cuda --recipe imagenet-2012 --results FILE --steps 30 --batches 128 256
    measure.py table --results FILE
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

from memory import PeakMemory

HERE = pathlib.Path(__file__).resolve().parent
PHASES = ["load", "forward", "exchange", "backward", "reduce", "vote", "update"]
ONE_BATCH = 256  # where choices are compared
TIMEOUT = 300  # seconds for one measurement


def ours(batch, precision="bf16", layout="1x1", transport="auto", name=None, environment=None, arguments=()):
    words = [name] if name else []
    shown = f"ours, {precision}" + "".join(f", {w}" for w in words) + ("" if layout == "1x1" else f", {layout} on one device over {transport}")
    return {"kind": "ours", "name": shown, "batch": batch, "precision": precision, "layout": layout, "transport": transport,
            "environment": environment or {}, "arguments": list(arguments)}


def peer(batch, precision, layout="maps", compiled=False):
    shown = f"PyTorch {'compiled' if compiled else 'eager'}, {precision}" + (", channels last" if layout == "pixels" else "")
    return {"kind": "peer", "name": shown, "batch": batch, "precision": precision, "layout": layout, "compiled": compiled}


def plan(batches, device):
    for batch in batches:
        yield ours(batch, "bf16")
        yield ours(batch, "tf32")
        yield peer(batch, "tf32")
        yield peer(batch, "bf16")
        yield peer(batch, "bf16", "pixels")
        yield peer(batch, "bf16", "pixels", compiled=True)
    chosen = ONE_BATCH if ONE_BATCH in batches else batches[0]
    yield ours(chosen, "fp32")
    yield peer(chosen, "fp32")
    yield ours(chosen, name="--deterministic", arguments=["--deterministic"])
    yield ours(chosen, name="map after map", arguments=["--gpu-layout", "maps"])
    yield ours(chosen, name="each launch waited for, for its phases", environment={"CUDA_LAUNCH_BLOCKING": "1"})
    for layout in ("1x2", "2x1"):
        for transport in ("shm", "grpc"):
            yield ours(chosen, layout=layout, transport=transport)


def command(what, options):
    if what["kind"] == "peer":
        asked = {k: what[k] for k in ("batch", "precision", "layout", "compiled")} | {"device": options.device, "steps": options.steps}
        return [sys.executable, HERE / "pytorch_peer.py", json.dumps(asked)]
    return [options.program, "bench", "compute", options.recipe, "--device", options.device, "--batch", what["batch"], "--steps", options.steps,
            "--precision", what["precision"], "--layout", what["layout"], "--transport", what["transport"], "--output", "json", *what["arguments"]]


def measured(what, options):
    with PeakMemory(options.device) as peak:
        try:
            done = subprocess.run([str(c) for c in command(what, options)], capture_output=True, text=True, check=False, timeout=TIMEOUT,
                                  env={**os.environ, **what.get("environment", {})})
            problem = None if done.returncode == 0 else f"exit code {done.returncode}: {(done.stdout[-300:] + done.stderr[-700:]).strip()}"
        except subprocess.TimeoutExpired:
            problem = f"not done after {TIMEOUT} s"
    result = {"problem": problem} if problem else json.loads(done.stdout.splitlines()[-1])
    return what | {"device": options.device, "peak_mb": peak.megabytes, **result}


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def measure(options):
    has_torch = subprocess.run([sys.executable, "-c", "import torch"], capture_output=True, check=False).returncode == 0
    if not has_torch:
        print(f"{sys.executable} has no torch: PyTorch is left out", file=sys.stderr)
    known = {(r["name"], r["batch"], r["device"]) for r in read(options.results) if not r.get("problem")}
    failures = 0
    for what in plan(options.batches, options.device):
        if (what["name"], what["batch"], options.device) in known or (what["kind"] == "peer" and not has_torch):
            continue
        result = measured(what, options)
        failures += what["kind"] == "ours" and result.get("problem") is not None
        rate = result.get("problem") or f"{result['images_per_second']:.0f} images/s"
        print(f"batch {what['batch']}, {what['name']}: {rate}", file=sys.stderr)
        with options.results.open("a") as file:
            file.write(json.dumps(result) + "\n")
    return 1 if failures else 0


def number(value, digits=0):
    return "" if value is None else f"{value:.{digits}f}"


def table(options):
    newest = {(r["device"], r["batch"], r["name"]): r for r in read(options.results)}  # a failure that was tried again is overwritten
    results = sorted(newest.values(), key=lambda r: (r["device"], r["batch"]))
    print("| batch | what | images/s | against PyTorch's best | ms a step | kernels alone / step | peak MB |\n|---|---|---|---|---|---|---|")
    for r in results:
        # on a GPU only: the nets of a dry run differ
        peers = [p["images_per_second"] for p in results if p["kind"] == "peer" and (p["device"], p["batch"]) == (r["device"], r["batch"]) and not p.get("problem")]
        best = max(peers, default=None) if r["device"] == "cuda" else None
        if r.get("problem"):
            print(f"| {r['batch']} | {r['name']} | failed: {r['problem'].splitlines()[-1][:160]} | | | | |")
            continue
        share = f"{r['kernel_share']:.0%}" if "kernel_share" in r else ""
        print(f"| {r['batch']} | {r['name']} | {number(r['images_per_second'])} | {number(best and r['images_per_second'] / best, 2)} | {number(r['step_ms'], 2)} "
              f"| {share} | {number(r['peak_mb'])} |")
    print("\nOurs loads its images from the host in every step; PyTorch's lie on the device. Without waiting for each launch, what a GPU still has to do is "
          "waited for in the vote: phases are true only where each launch is waited for.\n")
    print("| batch | ms of a step | " + " | ".join(PHASES) + " |\n|" + "---|" * (len(PHASES) + 2))
    for r in results:
        if "phases_ms" in r:
            print(f"| {r['batch']} | {r['name']} | " + " | ".join(number(r["phases_ms"][p], 2) for p in PHASES) + " |")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("measure")
    one.add_argument("--program", required=True)
    one.add_argument("--device", required=True)
    one.add_argument("--recipe", required=True)
    one.add_argument("--steps", type=int, required=True)
    one.add_argument("--batches", type=int, nargs="+", required=True)
    other = verbs.add_parser("table")
    for verb in (one, other):
        verb.add_argument("--results", type=pathlib.Path, required=True)
    options = parser.parse_args()
    sys.exit({"measure": measure, "table": table}[options.verb](options))


if __name__ == "__main__":
    main()
