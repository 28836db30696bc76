#!/usr/bin/env python3
"""ResNet-18 on CIFAR-10 after one epoch, ours beside PyTorch's, over several seeds: the mean accuracies and how far they are apart.

    accuracy.py CIFAR.tar.gz [--seeds 3] [--replicas 1] [--width 64] [--epochs 1]

Same net, batch, optimiser, schedule and data; weights and order of the samples are each system's own.
"""

import argparse
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "examples/resnet18/bin/Release/net10.0/resnet18"
BATCH, RATE = 128, 0.1


def theirs(arguments, seed):
    import numpy as np
    import torch
    from torch.nn import functional as F

    sys.path.insert(0, str(ROOT / "tests/Examples.Tests/PyTorch"))
    import reference

    def samples(prefix):
        with tarfile.open(arguments.data) as archive:
            members = [m for m in archive.getmembers() if pathlib.Path(m.name).name.startswith(prefix)]
            records = np.concatenate([np.frombuffer(archive.extractfile(m).read(), np.uint8) for m in members]).reshape(-1, 3073)
        return torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / 255), torch.from_numpy(records[:, 0].astype(np.int64))

    torch.manual_seed(seed)
    net = reference.ResNet(arguments.width)
    optimizer = torch.optim.SGD(net.parameters(), RATE, momentum=0.9, weight_decay=5e-4, nesterov=True)
    pictures, labels = samples("data_batch")
    steps = math.ceil(len(labels) / BATCH) * arguments.epochs
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(arguments.epochs):
        for chosen in torch.randperm(len(labels)).split(BATCH):
            optimizer.zero_grad()
            F.cross_entropy(net(pictures[chosen]), labels[chosen]).backward()
            optimizer.step()
            schedule.step()
    pictures, labels = samples("test_batch")
    net.eval()
    with torch.no_grad():
        right = sum((net(p).argmax(1) == l).sum().item() for p, l in zip(pictures.split(BATCH), labels.split(BATCH)))
    return right / len(labels)


def ours(arguments, seed):
    with tempfile.TemporaryDirectory() as run:
        output = subprocess.run(
            [PROGRAM, "--data", arguments.data, "--width", str(arguments.width), "--epochs", str(arguments.epochs), "--seed", str(seed),
             "--replicas", str(arguments.replicas), "--run-dir", f"{run}/run", "--output", "json", "--no-pictures"],
            check=True, capture_output=True, text=True).stdout
        return json.loads(output.splitlines()[-1])["top1"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=1)
    arguments = parser.parse_args()
    subprocess.run(["dotnet", "build", "-c", "Release", "-v", "quiet", "--nologo", str(ROOT / "examples/resnet18")], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["dotnet", "build-server", "shutdown"], check=False, stdout=subprocess.DEVNULL)
    found = {"Lockstep": [], "PyTorch": []}
    for seed in range(1, arguments.seeds + 1):
        found["Lockstep"].append(ours(arguments, seed))
        found["PyTorch"].append(theirs(arguments, seed))
        print(f"seed {seed}: {found['Lockstep'][-1]:.4f}, PyTorch {found['PyTorch'][-1]:.4f}", file=sys.stderr, flush=True)
    means, errors = {}, {}
    for name, values in found.items():
        means[name], errors[name] = statistics.mean(values), statistics.stdev(values) / math.sqrt(len(values))
        print(f"{name}: {means[name]:.4f}, standard error {errors[name]:.4f}, seeds {', '.join(f'{v:.4f}' for v in values)}")
    error = math.hypot(*errors.values())
    print(f"difference {means['Lockstep'] - means['PyTorch']:+.4f}, {abs(means['Lockstep'] - means['PyTorch']) / error:.1f} standard errors of it")


if __name__ == "__main__":
    main()
