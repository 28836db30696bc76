#!/usr/bin/env python3
"""The same nets in PyTorch's DistributedDataParallel over Gloo.

    ddp.py NET DATA BATCH THREADS WARM_UP STEPS [RANK WORLD ADDRESS]

Samples are drawn, of the sizes of the examples' own. Without a rank one process trains alone, without DDP. Rank 0 prints samples per second of all.
"""

import json
import pathlib
import resource
import sys
import time

import torch
from torch import distributed, nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests/Examples.Tests/PyTorch"))
import reference  # the nets

net_name, _, *numbers = sys.argv[1:]
batch, threads, warm_up, steps = (int(n) for n in numbers[:4])
rank, world, address = (int(numbers[4]), int(numbers[5]), numbers[6]) if len(numbers) > 4 else (0, 1, "")
torch.set_num_threads(threads)
torch.manual_seed(1)
net, loss_of = reference.NETS[net_name]({"width": 64 if net_name == "resnet18" else 256, "layers": 4})
samples = 4096
inputs, targets = {
    "mlp": lambda: (torch.rand(samples, 1, 28, 28), torch.randint(10, (samples,))),
    "lenet": lambda: (torch.rand(samples, 1, 28, 28), torch.randint(10, (samples,))),
    "resnet18": lambda: (torch.rand(samples, 3, 32, 32), torch.randint(10, (samples,))),
    "transformer": lambda: (torch.randint(128, (samples, 40)), torch.randint(5, 15, (samples, 40))),
}[net_name]()
if world > 1:
    distributed.init_process_group("gloo", init_method=address, rank=rank, world_size=world)
    net = nn.parallel.DistributedDataParallel(net)
optimizer = {
    "mlp": lambda: torch.optim.SGD(net.parameters(), 0.1, momentum=0.9),
    "lenet": lambda: torch.optim.Adam(net.parameters(), 0.001),
    "resnet18": lambda: torch.optim.SGD(net.parameters(), 0.1, momentum=0.9, weight_decay=5e-4, nesterov=True),
    "transformer": lambda: torch.optim.AdamW(net.parameters(), 0.003),
}[net_name]()
order = torch.randperm(samples)
for step in range(warm_up + steps):
    if step == warm_up:
        if world > 1:
            distributed.barrier()
        begin = time.perf_counter()
    place = step * batch % (samples - batch + 1)
    chosen = order[place : place + batch]
    optimizer.zero_grad()
    loss = loss_of(net(inputs[chosen]), targets[chosen])
    loss.backward()
    if net_name == "transformer":
        nn.utils.clip_grad_norm_(net.parameters(), 1)
    optimizer.step()
    last = loss.item()
if world > 1:
    distributed.barrier()
seconds = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
if rank == 0:
    print(json.dumps({"samples_per_second": world * batch * steps / seconds, "loss": last, "peak_mb": peak}))
