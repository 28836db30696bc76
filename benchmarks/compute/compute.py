#!/usr/bin/env python3
"""The 2012 net's training step beside its peers, in one run, as ratios.

    python3 compute.py [--batch 64] [--steps 6] [--rounds 3] [--precisions fp32,bf16]

Builds in Release, then runs every candidate once a round, in turn, so that a drift of the machine's speed meets all alike. Peers: TorchSharp's
stock modules with the system's allocator settings, the same with ours (`tuned`), and PyTorch where `python3-torch` is installed. Prints Markdown:
medians over rounds, ratios to the two stock peers, and the median phases of our steps.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ALEXNET = ROOT / "src/AlexNet.Cli/bin/Release/net10.0/alexnet"
STOCK = HERE / "bin/Release/net10.0/AlexNet.ComputeBenchmark"
TUNED = "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1"
PHASES = ["load", "forward", "exchange", "backward", "reduce", "vote", "update"]


def last_line(command, **environment):
    """What a program prints last, and the peak memory of the largest process that it was or started."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as error:
        process = subprocess.Popen([str(c) for c in command], stdout=output, stderr=error, env={**os.environ, **environment})
        _, status, usage = os.wait4(process.pid, 0)
        output.seek(0)
        error.seek(0)
        printed = output.read()
        if status != 0:
            raise SystemExit(f"{command}: {printed[-500:]}{error.read()[-1500:]}")
        return json.loads(printed.splitlines()[-1]) | {"peak_mb": usage.ru_maxrss * 1024 / 1e6}


def candidates(arguments, cores):
    def ours(precision, layout):
        return lambda: last_line([ALEXNET, "bench", "compute", "--batch", arguments.batch, "--steps", arguments.steps, "--precision", precision,
                                  "--layout", layout, "--output", "json"])
    peer = [arguments.batch, cores, arguments.steps]
    yield "stock TorchSharp", lambda: last_line([STOCK, *peer], OMP_NUM_THREADS=str(cores))
    yield "stock TorchSharp, tuned", lambda: last_line([STOCK, *peer], OMP_NUM_THREADS=str(cores), GLIBC_TUNABLES=TUNED)
    if subprocess.run(["/usr/bin/python3", "-c", "import torch"], capture_output=True, check=False).returncode == 0:
        yield "PyTorch (Debian)", lambda: last_line(["/usr/bin/python3", HERE / "pytorch_peer.py", *peer])
    for precision in arguments.precisions.split(","):
        for layout in ("1x1", "1x2", "2x1"):
            yield f"ours, {precision}, {layout}", ours(precision, layout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precisions", default="fp32,bf16")
    arguments = parser.parse_args()
    for project in (ROOT / "src/AlexNet.Cli", HERE):
        subprocess.run(["dotnet", "build", "-c", "Release", "-v", "quiet", "--nologo", str(project)], check=True, stdout=subprocess.DEVNULL)

    cores = os.cpu_count()
    names = dict(candidates(arguments, cores))
    results = {name: [] for name in names}
    for _ in range(arguments.rounds):
        for name, run in names.items():
            results[name].append(run())

    def median(name, key):
        return statistics.median(r[key] for r in results[name])

    print(f"Global batch {arguments.batch}, {cores} cores, {arguments.rounds} rounds of {arguments.steps} counted steps.\n")
    print("| what | images/s | least to most | against stock | against tuned | kernels alone / step | peak MB of the largest process |")
    print("|---|---|---|---|---|---|---|")
    stock, tuned = (median(n, "images_per_second") for n in ("stock TorchSharp", "stock TorchSharp, tuned"))
    for name, rounds in results.items():
        rates = [r["images_per_second"] for r in rounds]
        rate = statistics.median(rates)
        share = f"{median(name, 'kernel_share'):.0%}" if "kernel_share" in rounds[0] else ""
        print(f"| {name} | {rate:.1f} | {min(rates):.1f} to {max(rates):.1f} | {rate / stock:.2f} | {rate / tuned:.2f} | {share} | {median(name, 'peak_mb'):.0f} |")
    print("\n| ms of a step | " + " | ".join(PHASES) + " | sum |\n|---|" + "---|" * (len(PHASES) + 1))
    for name, rounds in results.items():
        if "phases_ms" in rounds[0]:
            phases = [statistics.median(r["phases_ms"][p] for r in rounds) for p in PHASES]
            print(f"| {name} | " + " | ".join(f"{p:.1f}" for p in phases) + f" | {sum(phases):.0f} |")


if __name__ == "__main__":
    main()
