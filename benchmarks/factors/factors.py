#!/usr/bin/env python3
"""What a worker sends for gradients, and what a step takes, with and without factors; and what the planner had said.

    python3 factors.py machine [--batch 128] [--steps 3] [--rounds 1]      2x1, 2x2 and 4x1 on this machine, over shared memory and gRPC
    python3 factors.py link [--batch 2 16 128] [--gigabit 1] [--ms 1]      2x1 on two hosts joined by such a link (root, iproute2, /dev/net/tun)
    python3 factors.py plan [--batch 64] [--steps 4] [--rounds 3]          predicted and measured step of each layout on this machine; of its rounds the fastest, as for the prediction

The full 2012 net on drawn pictures, `--batch` samples a replica (plan: of all); built before in Release. Each comparison is made in turn, in one run. Bytes are those
that workers count and log, of all their steps. Prints Markdown: medians over the steps past the first.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import tempfile

from network import Network

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALLOCATOR = {"GLIBC_TUNABLES": "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"}
DATA = {"data.generated.train": 2048, "data.generated.test": 1}
LAYOUTS = [(2, 1), (2, 2), (4, 1)]
PLANS = [("towers", 1, 1), ("towers", 1, 2), ("towers", 2, 1), ("towers", 2, 2), ("towers", 4, 1), ("hybrid", 1, 2), ("hybrid", 1, 4)]


def program(name):
    return ROOT / f"src/AlexNet.{name}/bin/Release/net10.0" / ("alexnet" if name == "Cli" else f"AlexNet.{name}")


def settings(values):
    return [x for key, value in values.items() for x in ("--set", f"{key}={value}")]


def train(folder, batch, steps, plan="towers", replicas=1, shards=1, factors="auto", transport="auto", threads=1):
    """Events of a run of this machine's."""
    done = subprocess.run(list(map(str, [
        program("Cli"), "train", "imagenet-2012", "--data", "generated", "--batch", batch, "--steps", steps, "--plan", plan, "--replicas", replicas, "--shards", shards,
        "--factors", factors, "--transport", transport, "--threads", threads, "--run-dir", folder, "--no-pictures", "--output", "json", *settings(DATA)])),
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stdout[-2000:] + done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def measured(events):
    """Median seconds of a step and of its reduction, of the slowest worker; the first step touches memory."""
    steps = [e for e in events if e["event"] == "step"][1:]
    return tuple(statistics.median(max(w[phase] for w in s["phases"]) for s in steps) for phase in ("total", "reduce"))


def reduced(logs, steps):
    """Bytes a step that the workers sent for gradients, of the one that sent most."""
    return max(int(re.search(r"Bytes sent to other workers so far:.*?reduce (\d+)", log)[1]) for log in logs) / steps


def worker_logs(folder):
    return [path.read_text() for path in (pathlib.Path(folder) / "logs").iterdir() if path.name.startswith("w")]


def machine(arguments):
    print("| layout | over | samples a replica | MB for gradients, sums | factors | ratio | step, sums | factors | reduce, sums | factors |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    threads = lambda workers: max(1, os.cpu_count() // workers)
    for replicas, shards in LAYOUTS:
        for transport in ("shm", "grpc"):
            found = {}
            for _ in range(arguments.rounds):
                for factors in ("never", "always"):
                    with tempfile.TemporaryDirectory() as folder:
                        run = pathlib.Path(folder) / "run"
                        events = train(run, arguments.batch[0] * replicas, arguments.steps, replicas=replicas, shards=shards, factors=factors, transport=transport, threads=threads(replicas * shards))
                        found.setdefault(factors, []).append((*measured(events), reduced(worker_logs(run), arguments.steps)))
            row(f"{replicas}x{shards}", transport, arguments.batch[0], found)


def row(layout, transport, batch, found):
    (s, sr, sb), (f, fr, fb) = (tuple(map(statistics.median, zip(*found[kind]))) for kind in ("never", "always"))
    print(f"| {layout} | {transport} | {batch} | {sb / 1e6:.1f} | {fb / 1e6:.1f} | {sb / fb:.2f} | {s:.2f} s | {f:.2f} s | {sr:.2f} s | {fr:.2f} s |", flush=True)


def link(arguments):
    print(f"A link of {arguments.gigabit} Gbit/s and {arguments.ms} ms, one way each.\n")
    print("| samples a replica | step, sums | factors | ratio | MB for gradients, sums | factors |\n|---|---|---|---|---|---|")
    for batch in arguments.batch:
        found = {factors: linked(arguments, batch, factors) for factors in ("never", "always")}
        (s, sb), (f, fb) = found["never"], found["always"]
        print(f"| {batch} | {s:.2f} s | {f:.2f} s | {s / f:.2f} | {sb / 1e6:.1f} | {fb / 1e6:.1f} |", flush=True)


def linked(arguments, batch, factors):
    network = Network(2, arguments.gigabit * 1e9, arguments.ms / 1000)
    environment = os.environ | ALLOCATOR | {"ALEXNET_TOKEN": "secret", "OMP_NUM_THREADS": "1"}
    values = DATA | {"layout.replicas": 2, "layout.shards": 1, "layout.factors": factors, "training.batch": 2 * batch, "training.steps": arguments.steps, "data.kind": "generated"}
    processes = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            def start(host, name, *command):
                log = open(pathlib.Path(folder) / f"{name}.log", "w+")
                processes.append(subprocess.Popen(network.command(host, *command), stdout=log, stderr=log, env=environment))
                return pathlib.Path(log.name)
            start(0, "coordinator", program("Coordinator"), "--recipe", "imagenet-2012", "--run-dir", f"{folder}/run", "--listen", f"{network.address(0)}:5000",
                  "--set", ";".join(f"{k}={v}" for k, v in values.items()))
            logs = [start(host, f"w{host}", program("Worker"), "--coordinator", f"http://{network.address(0)}:5000", "--worker-id", f"w{host}",
                          "--listen", f"{network.address(host)}:0", "--threads", 1) for host in (0, 1)]
            if any(p.wait() for p in processes):
                raise SystemExit("\n".join(path.read_text()[-1500:] for path in pathlib.Path(folder).glob("*.log")))
            lines = map(json.loads, (pathlib.Path(folder) / "run/metrics.jsonl").read_text().splitlines())
            steps = [line["samples"] / line["samples_per_second"] for line in lines if line["event"] == "step"][1:]
            return statistics.median(steps), reduced([path.read_text() for path in logs], arguments.steps)
    finally:
        for process in processes:
            process.kill()
        network.close()


def plan(arguments):
    batch, cores = arguments.batch[0], os.cpu_count()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program("Cli"), "bench", "machine", "imagenet-2012", "--out", f"{folder}/machine.json"], check=True, stdout=subprocess.DEVNULL)
        predicted = {}
        for workers in sorted({r * s for _, r, s in PLANS}):
            lines = subprocess.run(list(map(str, [program("Cli"), "plan", "imagenet-2012", "--workers", workers, "--machine", f"{folder}/machine.json", "--output", "json",
                                                  *settings({"training.batch": batch})])), check=True, capture_output=True, text=True).stdout.splitlines()
            predicted |= {(p["plan"], p["replicas"], p["shards"]): p for p in map(json.loads, lines)}
        print("| layout | factors | predicted step | measured | off by | predicted images/s | measured |\n|---|---|---|---|---|---|---|")
        steps = {layout: [] for layout in PLANS}
        for _ in range(arguments.rounds):
            for kind, replicas, shards in PLANS:
                with tempfile.TemporaryDirectory() as run:
                    factors = "always" if predicted[kind, replicas, shards]["factors"] else "never"
                    steps[kind, replicas, shards].append(measured(train(f"{run}/run", batch, arguments.steps, kind, replicas, shards, factors, threads=max(1, cores // (replicas * shards))))[0])
        for layout in PLANS:
            p, seconds = predicted[layout], min(steps[layout])
            said = p["step_ms"] / 1000
            print(f"| {p['layout']} | {', '.join(p['factors']) or '-'} | {said:.2f} s | {seconds:.2f} s | {said / seconds - 1:+.0%} | {batch / said:.1f} | {batch / seconds:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["machine", "link", "plan"])
    parser.add_argument("--batch", type=int, nargs="+")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--gigabit", type=float, default=1)
    parser.add_argument("--ms", type=float, default=1)
    arguments = parser.parse_args()
    arguments.rounds = arguments.rounds or (3 if arguments.what == "plan" else 1)
    arguments.batch = arguments.batch or {"machine": [128], "link": [2, 16, 128], "plan": [64]}[arguments.what]
    {"machine": machine, "link": link, "plan": plan}[arguments.what](arguments)


main()
