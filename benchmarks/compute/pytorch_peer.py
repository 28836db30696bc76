#!/usr/bin/env python3
"""The same training in PyTorch. Arguments: batch, threads, counted steps; prints one JSON object."""

import json
import statistics
import sys
import time

import torch
from torch import nn

WARM_UP = 3
batch, threads, steps = (int(a) for a in sys.argv[1:4])
torch.set_num_threads(threads)
net = nn.Sequential(
    nn.Conv2d(3, 96, 11, 4, 2), nn.ReLU(True), nn.LocalResponseNorm(5), nn.MaxPool2d(3, 2),
    nn.Conv2d(96, 256, 5, 1, 2, groups=2), nn.ReLU(True), nn.LocalResponseNorm(5), nn.MaxPool2d(3, 2),
    nn.Conv2d(256, 384, 3, 1, 1), nn.ReLU(True), nn.Conv2d(384, 384, 3, 1, 1, groups=2), nn.ReLU(True),
    nn.Conv2d(384, 256, 3, 1, 1, groups=2), nn.ReLU(True), nn.MaxPool2d(3, 2), nn.Flatten(),
    nn.Linear(9216, 4096), nn.ReLU(True), nn.Dropout(0.5), nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout(0.5), nn.Linear(4096, 1000))
optimizer = torch.optim.SGD(net.parameters(), 0.01, momentum=0.9, weight_decay=0.0005)
loss = nn.CrossEntropyLoss()
images, labels = torch.randn(batch, 3, 224, 224), torch.randint(1000, (batch,))
seconds = []
for _ in range(WARM_UP + steps):
    start = time.perf_counter()
    optimizer.zero_grad()
    loss(net(images), labels).backward()
    optimizer.step()
    seconds.append(time.perf_counter() - start)
median = statistics.median(seconds[WARM_UP:])
print(json.dumps({"images_per_second": batch / median, "step_ms": 1000 * median}))
