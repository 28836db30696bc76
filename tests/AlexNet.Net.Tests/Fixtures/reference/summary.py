"""What a fixture keeps of a tensor: its norm, some elements, and a sketch from which the L2 distance to another tensor can be told."""

import numpy as np

from . import randomness

SAMPLES = 16
BUCKETS = 32
CHUNK = 1 << 22


def summarise(name, tensor):
    """A count sketch (Charikar, Chen, Farach-Colton 2002): each element is added, with a random sign, to a random bucket."""
    flat = tensor.detach().contiguous().numpy().reshape(-1)
    sketch, squares = np.zeros(BUCKETS), 0.0
    for first in range(0, flat.size, CHUNK):
        part = flat[first : first + CHUNK]
        words = randomness.bits(0, f"parity/sketch/{name}", part.size, first)
        signed = np.where(words & np.uint64(BUCKETS), -part, part)
        sketch += np.bincount((words & np.uint64(BUCKETS - 1)).astype(np.int64), weights=signed, minlength=BUCKETS)
        squares += float(part @ part)
    indices = sample_indices(flat)
    return {
        "count": flat.size,
        "norm": rounded(squares**0.5),
        "indices": indices,
        "elements": [rounded(flat[i]) for i in indices],
        "sketch": [rounded(s) for s in sketch],
    }


def sample_indices(flat):
    """Elements spread over the tensor, most of them not zero: ReLU and dropout make zeros of many gradients."""
    spread = [int(i) for i in dict.fromkeys(k * 0x9E3779B1 % flat.size for k in range(64 * SAMPLES))]
    lively = [i for i in spread if flat[i] != 0][: SAMPLES - 2]
    others = [i for i in spread if i not in lively]
    return sorted(lively + others[: SAMPLES - len(lively)])


def rounded(value):
    return float(f"{value:.9g}")
