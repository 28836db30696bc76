#!/usr/bin/env python3
"""The 2012 net's training step in the installed PyTorch, on images that lie on the device. One JSON object as argument, one as output."""

import json
import sys
import time

import torch
from torch import nn

WARM_UP = 10


def alexnet():
    return nn.Sequential(
        nn.Conv2d(3, 96, 11, 4, 2), nn.ReLU(True), nn.LocalResponseNorm(5), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, 1, 2, groups=2), nn.ReLU(True), nn.LocalResponseNorm(5), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, 1, 1), nn.ReLU(True), nn.Conv2d(384, 384, 3, 1, 1, groups=2), nn.ReLU(True),
        nn.Conv2d(384, 256, 3, 1, 1, groups=2), nn.ReLU(True), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(9216, 4096), nn.ReLU(True), nn.Dropout(0.5), nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout(0.5), nn.Linear(4096, 1000))


def main():
    what = json.loads(sys.argv[1])
    device, batch, steps = what["device"], what["batch"], what["steps"]
    on_gpu = device == "cuda"
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = what["precision"] != "fp32"
    layout = torch.channels_last if what["layout"] == "pixels" else torch.contiguous_format
    net = alexnet().to(device).to(memory_format=layout)
    fused = {"fused": True} if on_gpu else {}
    optimizer = torch.optim.SGD(net.parameters(), 0.01, momentum=0.9, weight_decay=0.0005, **fused)
    loss = nn.CrossEntropyLoss()
    images = torch.randn(batch, 3, 224, 224, device=device).to(memory_format=layout)
    labels = torch.randint(1000, (batch,), device=device)
    forward = torch.compile(net) if what["compiled"] else net

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device, torch.bfloat16, enabled=what["precision"] == "bf16"):
            value = loss(forward(images), labels)
        value.backward()
        optimizer.step()
        return value

    def run(count):
        for _ in range(count):
            value = step()
        return value.item()  # waits for all of it

    run(WARM_UP if on_gpu else 1)
    start = time.perf_counter()
    run(steps)
    seconds = (time.perf_counter() - start) / steps
    reserved = torch.cuda.max_memory_reserved() / 1e6 if on_gpu else None
    print(json.dumps({"images_per_second": batch / seconds, "step_ms": 1000 * seconds, "reserved_mb": reserved, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
