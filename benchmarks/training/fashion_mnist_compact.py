#!/usr/bin/env python3
"""The recipe fashion-mnist-compact as a PyTorch program of its own, for comparison: test accuracy for one seed.

    python3 fashion_mnist_compact.py DATA_DIRECTORY SEED [EPOCHS]

Same net, data, optimiser, dropout and default initialisation as recipes/fashion-mnist-compact.json; other random numbers.
"""

import gzip
import pathlib
import sys
import time

import numpy
import torch
from torch import nn

BATCH = 128


def read(directory, name, header):
    content = gzip.open(pathlib.Path(directory) / name).read()
    return torch.from_numpy(numpy.frombuffer(content, numpy.uint8, offset=header).copy())


def load(directory, part):
    images = read(directory, f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)
    return images, read(directory, f"{part}-labels-idx1-ubyte.gz", 8).long()


def scaled(images):
    return (images.float() / 255 - 0.5) / 0.5


def compact_net():
    return nn.Sequential(
        nn.Conv2d(1, 64, 5), nn.ReLU(), nn.MaxPool2d(2, 2),
        nn.Conv2d(64, 256, 5, padding=1), nn.ReLU(), nn.MaxPool2d(4, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
        nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2, 2),
        nn.Flatten(), nn.Dropout(0.5), nn.Linear(1024, 2000), nn.ReLU(),
        nn.Dropout(0.5), nn.Linear(2000, 1000), nn.ReLU(), nn.Linear(1000, 10))


def train_epoch(net, optimizer, images, labels):
    net.train()
    for indices in torch.randperm(len(images)).split(BATCH):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(scaled(images[indices])), labels[indices]).backward()
        optimizer.step()


def accuracy(net, images, labels):
    net.eval()
    with torch.no_grad():
        hits = sum((net(scaled(i)).argmax(1) == t).sum().item() for i, t in zip(images.split(500), labels.split(500)))
    return hits / len(images)


def main():
    directory, seed, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
    torch.manual_seed(seed)
    train, test = load(directory, "train"), load(directory, "t10k")
    net = compact_net()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    start = time.time()
    for epoch in range(epochs):
        train_epoch(net, optimizer, *train)
        print(f"seed {seed} epoch {epoch + 1}: {accuracy(net, *test):.4f} after {time.time() - start:.0f} s", flush=True)


main()
