#!/usr/bin/env python3
"""The published trainings on real data, and what they reach.

    python3 trainings.py train DATA RUNS [NAME...]     trains what is missing or unfinished; all by default
    python3 trainings.py table RUNS                    a Markdown table of what is there
    python3 trainings.py draw RUNS DIRECTORY           the curves as pictures

DATA holds fashion-mnist, flowers-128, fruits-10 and cifar-10. A training that was cut off goes on from its checkpoint. PyTorch's (`*-pytorch`) begin again; they need
torch and torchvision. As many trainings go on at a time as $LANES says (1), with the cores divided among them: on two cores, two of one thread each are faster than one
after the other with two, and less disturbed. $DEVICE is cpu or cuda, and $ALEXNET a published program; without it, this checkout's is built.
"""

import concurrent.futures
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILT = ROOT / "src/AlexNet.Cli/bin/Release/net10.0/alexnet"
ALEXNET = os.environ.get("ALEXNET", BUILT)
DEVICE = os.environ.get("DEVICE", "cpu")
FLOWERS = "flowers-128"
COMPACT = "fashion-mnist-compact"
TWO_REPLICAS = ["--replicas", "2", "--shards", "1"]
SHOWN = [5, 10, 15, 20, 30, 50, 70, 90, 100]  # epochs of a long training
LANES = int(os.environ.get("LANES", "1"))
THREADS = max(1, (os.cpu_count() or 1) // LANES)

# name: recipe, folder of the data, arguments; where these name no epochs, as many as were published
TRAININGS = {
    **{f"{COMPACT}-{seed}": (COMPACT, "fashion-mnist", ["--seed", str(seed)]) for seed in (1, 2, 3)},
    **{f"{COMPACT}-bf16-{seed}": (COMPACT, "fashion-mnist", ["--seed", str(seed), "--precision", "bf16"]) for seed in (1, 2, 3)},
    f"{COMPACT}-2x1": (COMPACT, "fashion-mnist", [*TWO_REPLICAS, "--factors", "never"]),
    f"{COMPACT}-2x1-bf16-gradients": (COMPACT, "fashion-mnist", [*TWO_REPLICAS, "--factors", "never", "--gradients", "bf16"]),
    f"{COMPACT}-hybrid": (COMPACT, "fashion-mnist", ["--plan", "hybrid", "--shards", "4", "--epochs", "1"]),
    "fruits": ("fruits", "fruits-10", []),
    "flowers": ("flowers", FLOWERS, []),
    "flowers-pytorch": ("flowers", FLOWERS, []),
    **{f"flowers-two-towers-{layout}": ("flowers-two-towers", FLOWERS, ["--epochs", "30", "--replicas", layout[0], "--shards", layout[2]]) for layout in ("1x1", "1x2", "2x1")},
    "fashion-mnist": ("fashion-mnist", "fashion-mnist", []),
    "cifar10": ("cifar10", "cifar-10", []),
    "cifar10-50-epochs": ("cifar10", "cifar-10", ["--epochs", "50"]),  # as many steps as ten epochs of the complete set have
}
CURVES = {
    COMPACT: [f"{COMPACT}-{seed}" for seed in (1, 2, 3)],
    f"{COMPACT}-bf16": [f"{COMPACT}-{kind}" for kind in ("1", "bf16-1", "2x1", "2x1-bf16-gradients")],
    "flowers": ["flowers", "flowers-pytorch"],
    "flowers-two-towers": [n for n in TRAININGS if n.startswith("flowers-two-towers")],
    "fruits": ["fruits"],
    "fashion-mnist": ["fashion-mnist"],
    "cifar10": ["cifar10", "cifar10-50-epochs"],
}


def lines(run):
    path = run / "metrics.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def epochs(run):
    return [line for line in lines(run) if line["event"] == "epoch"]


def train(data, runs, names):
    if ALEXNET == BUILT:
        subprocess.run(["dotnet", "build", "-c", "Release", "-v", "quiet", "--nologo", ROOT / "src/AlexNet.Cli"], check=True, stdout=subprocess.DEVNULL)
    with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        list(lanes.map(lambda name: train_one(data, runs, name), names or TRAININGS))


def train_one(data, runs, name):
    recipe, folder, arguments = TRAININGS[name]
    run, finished = runs / name, runs / f"{name}.done"
    if finished.exists():
        return
    print(f"{name}: begins", flush=True)
    if name.endswith("-pytorch"):
        command = [sys.executable, HERE / "pytorch_peer.py", recipe, data / folder, run, "--threads", THREADS, "--loaders", THREADS, "--device", DEVICE, *arguments]
    else:
        workers = [] if "--shards" in arguments else ["--shards", "1"]
        several = math.prod(int(arguments[arguments.index(option) + 1]) for option in ("--shards", "--replicas") if option in arguments)
        threads = ["--threads", max(1, THREADS // several)] if LANES > 1 else []
        resume = ["--resume"] if (run / "checkpoints").is_dir() and any((run / "checkpoints").iterdir()) else []
        command = [ALEXNET, "train", recipe, "--data", data / folder, *workers, *threads, *arguments, "--device", DEVICE, "--run-dir", run, *resume, "--output", "text"]
    with open(runs / f"{name}.log", "a") as log:
        code = subprocess.run([str(c) for c in command], stdout=log, stderr=log, check=False, env=os.environ | {
            "OMP_NUM_THREADS": str(THREADS),
            "GLIBC_TUNABLES": "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"}).returncode
    print(f"{name}: code {code}, {[round(100 * e['top1'], 2) for e in epochs(run)]}", flush=True)
    if code == 0:
        finished.touch()


def table(runs):
    print("| training | epochs | after the last | best | mean of the last five | after each epoch, or after some, % |\n|---|---|---|---|---|---|")
    for name in TRAININGS:
        if reached := [100 * e["top1"] for e in epochs(runs / name)]:
            is_short = len(reached) <= 10
            shown = [f"{r:.1f}" for r in reached] if is_short else [f"{epoch}: {reached[epoch - 1]:.1f}" for epoch in SHOWN if epoch <= len(reached)]
            mean = "" if is_short else f"{statistics.mean(reached[-5:]):.1f}% "
            print(f"| `{name}` | {len(reached)} | {reached[-1]:.2f}% | {max(reached):.2f}% | {mean}| {' '.join(shown)} |")


def draw(runs, directory):
    directory.mkdir(parents=True, exist_ok=True)
    for picture, names in CURVES.items():
        if there := [runs / n for n in names if lines(runs / n)]:
            subprocess.run([ALEXNET, "plot", *there, "--out", directory / f"{picture}.png"], check=True)


def main():
    match sys.argv[1:]:
        case ["train", data, runs, *names]:
            directory = pathlib.Path(runs).resolve()
            directory.mkdir(parents=True, exist_ok=True)
            train(pathlib.Path(data).resolve(), directory, names)
        case ["table", runs]:
            table(pathlib.Path(runs))
        case ["draw", runs, directory]:
            draw(pathlib.Path(runs).resolve(), pathlib.Path(directory).resolve())
        case _:
            sys.exit(__doc__)


main()
