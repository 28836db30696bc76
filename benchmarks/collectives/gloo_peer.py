"""The same cases with Gloo (torch.distributed), over loopback.

    python3 gloo_peer.py SIZE REPEATS

Prints one JSON line for each case, as the C# program does: the slowest member's time of each round.
"""
import json
import os
import socket
import sys
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

WARMUPS = 3


def run(rank, size, repeats, port):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), GLOO_SOCKET_IFNAME="lo")
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=size)
    for megabytes in (25, 122, 244):
        values = torch.ones(megabytes * 1_000_000 // 4)
        measure(f"all-reduce {megabytes} MB", rank, size, repeats, lambda: dist.all_reduce(values))
    own = torch.zeros(11_000_000, dtype=torch.uint8)
    parts = [torch.zeros_like(own) for _ in range(size)]
    measure("all-gather 11 MB", rank, size, repeats, lambda: dist.all_gather(parts, own))
    dist.destroy_process_group()


def measure(name, rank, size, repeats, operation):
    milliseconds = []
    for i in range(-WARMUPS, repeats):
        dist.barrier()
        start = time.perf_counter()
        operation()
        slowest = torch.tensor([(time.perf_counter() - start) * 1e3], dtype=torch.float64)
        dist.all_reduce(slowest, op=dist.ReduceOp.MAX)
        if i >= 0:
            milliseconds.append(round(slowest.item(), 3))
    if rank == 0:
        print(json.dumps({"system": "gloo", "processes": size, "case": name, "milliseconds": milliseconds}), flush=True)


if __name__ == "__main__":
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    mp.spawn(run, args=(int(sys.argv[1]), int(sys.argv[2]), free), nprocs=int(sys.argv[1]))
