#!/usr/bin/env python3
"""A user's own net: our workers beside a plain TorchSharp loop, two unconnected loops, and PyTorch's DDP, in one run, as ratios.

    measure.py [--rounds 5] [--nets lenet,resnet18] [--without-pytorch] [--mnist DIR] [--cifar FILE]

Builds in Release, then runs every candidate once a round, in turn, so that a drift of the machine's speed meets all alike. Every worker has its own
batch, so two of them go through twice the samples. Ours is timed from step to step as the coordinator tells them, with all that lies between steps.
Prints Markdown: medians over rounds, and ratios within each round.
"""

import argparse
import json
import pathlib
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PLAIN = HERE / "bin/Release/net10.0/Lockstep.OwnNetBenchmark"
PYTHON = "/usr/bin/python3"
# batch of a worker; steps until everything is compiled, which are not counted; counted steps. All within an epoch
NETS = {"mlp": (64, 300, 150), "lenet": (64, 300, 150), "resnet18": (16, 30, 15), "transformer": (16, 150, 50)}
SIZES = {"transformer": ["--width", "256", "--layers", "4"]}


def start(command):
    return subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def result(process):
    out, error = process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"{process.args}: {out[-500:]}{error[-1500:]}")
    return json.loads(out.splitlines()[-1])


def plain(net, data, threads, count):
    """So many loops at the same time, which know nothing of each other."""
    batch, warm_up, steps = NETS[net]
    loops = [result(p) for p in [start([PLAIN, net, data, batch, threads, warm_up, steps]) for _ in range(count)]]
    return sum(r["samples_per_second"] for r in loops), sum(r["peak_mb"] for r in loops)


def ddp(net, data, count):
    batch, warm_up, steps = NETS[net]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    group = lambda rank: [rank, count, address] if count > 1 else []
    ranks = [start([PYTHON, HERE / "ddp.py", net, data or "-", batch, 1, warm_up, steps, *group(r)]) for r in range(count)]
    first = result(ranks[0])
    for rank in ranks[1:]:
        rank.wait()
    return first["samples_per_second"], count * first["peak_mb"]


def peak(pid):
    """Megabytes that a process has held at most; 0 when it has gone."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(int(l.split()[1]) * 1024 / 1e6 for l in lines if l.startswith("VmHWM"))
    except (FileNotFoundError, ProcessLookupError, StopIteration):
        return 0


def ours(net, data, threads, count, transport="auto"):
    batch, warm_up, steps = NETS[net]
    program = ROOT / f"examples/{net}/bin/Release/net10.0/{net}"
    option = ["--text" if net == "transformer" else "--data", data] if data else []
    with tempfile.TemporaryDirectory() as run:
        process = start([program, *option, *SIZES.get(net, []), "--replicas", count, "--batch", count * batch, "--threads", threads, "--transport", transport,
                         "--steps", warm_up + steps + 1, "--run-dir", f"{run}/run", "--output", "json", "--no-pictures"])
        times, pids, memory = {}, [], 0
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "started":
                pids = [w["pid"] for w in event["workers"]]
            if event["event"] == "step":
                times[event["step"]] = time.perf_counter()
                if event["step"] == warm_up + steps:
                    memory = sum(peak(p) for p in pids)
        process.wait()
        if process.returncode != 0:
            raise SystemExit(f"{net} ended with {process.returncode}: {process.stderr.read()[-1500:]}")
        return count * batch * steps / (times[warm_up + steps] - times[warm_up]), memory


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--nets", default=",".join(NETS))
    parser.add_argument("--without-pytorch", action="store_true", help="ours and TorchSharp's alone")
    parser.add_argument("--mnist", default="")
    parser.add_argument("--cifar", default="")
    arguments = parser.parse_args()
    nets = arguments.nets.split(",")
    for project in (HERE, *(ROOT / f"examples/{net}" for net in nets)):
        subprocess.run(["dotnet", "build", "-c", "Release", "-v", "quiet", "--nologo", str(project)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["dotnet", "build-server", "shutdown"], check=False, stdout=subprocess.DEVNULL)

    with tempfile.TemporaryDirectory() as folder:
        sums = pathlib.Path(folder) / "sums.txt"  # so long that no epoch ends while steps are counted
        numbers = random.Random(1)
        sums.write_text("".join(f"{a:02}+{b:02}={a + b:03}\n" for a, b in ((numbers.randrange(100), numbers.randrange(100)) for _ in range(60000))))
        print("| net | candidate | samples/s | least to most | peak MB of the workers |\n|---|---|---|---|---|")
        ratios = []
        for net in nets:
            data = {"transformer": str(sums), "resnet18": arguments.cifar}.get(net, arguments.mnist)
            candidates = {
                "plain loop, 2 threads": lambda: plain(net, data, 2, 1),
                "one worker, 2 threads": lambda: ours(net, data, 2, 1),
                "plain loop, 1 thread": lambda: plain(net, data, 1, 1),
                "one worker, 1 thread": lambda: ours(net, data, 1, 1),
                "two unconnected loops, 1 thread each": lambda: plain(net, data, 1, 2),
                "two workers, 1 thread each": lambda: ours(net, data, 1, 2),
                "two workers over gRPC, 1 thread each": lambda: ours(net, data, 1, 2, "grpc"),
            }
            if not arguments.without_pytorch:
                candidates |= {
                    "PyTorch, 1 thread": lambda: ddp(net, data, 1),
                    "PyTorch DDP over Gloo, two of 1 thread": lambda: ddp(net, data, 2),
                }
            rounds = {name: [] for name in candidates}
            for _ in range(arguments.rounds):
                for name, run in candidates.items():
                    rounds[name].append(run())
                    print(f"{net}, {name}: {rounds[name][-1][0]:.1f} samples/s", file=sys.stderr, flush=True)
            for name, results in rounds.items():
                rates = [r[0] for r in results]
                print(f"| {net} | {name} | {statistics.median(rates):.1f} | {min(rates):.1f} to {max(rates):.1f} | {statistics.median(r[1] for r in results):.0f} |",
                      flush=True)
            rate = lambda name, i: rounds[name][i][0]
            ratio = lambda one, other: [rate(one, i) / rate(other, i) for i in range(arguments.rounds)]
            ratios += [
                (net, "one worker over a plain loop, 2 threads", ratio("one worker, 2 threads", "plain loop, 2 threads")),
                (net, "one worker over a plain loop, 1 thread", ratio("one worker, 1 thread", "plain loop, 1 thread")),
                (net, "two workers over two unconnected loops", ratio("two workers, 1 thread each", "two unconnected loops, 1 thread each")),
                (net, "two workers over one", ratio("two workers, 1 thread each", "one worker, 1 thread")),
                (net, "two workers over gRPC over one", ratio("two workers over gRPC, 1 thread each", "one worker, 1 thread")),
            ]
            if not arguments.without_pytorch:
                ratios.append((net, "DDP's two over one", ratio("PyTorch DDP over Gloo, two of 1 thread", "PyTorch, 1 thread")))
        print("\n| net | ratio | median | least to most |\n|---|---|---|---|")
        for net, name, values in ratios:
            print(f"| {net} | {name} | {statistics.median(values):.3f} | {min(values):.3f} to {max(values):.3f} |")


if __name__ == "__main__":
    main()
