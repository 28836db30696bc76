#!/usr/bin/env python3
"""Makes the fixtures of the parity tests: what an independent implementation computes from the same recipe and seed.

    python3 make_fixtures.py [NAME ...]       (Debian: apt install python3-torch; made with PyTorch 1.13, numpy 1.24)

The folder `reference` shares no code with the product. Initial weights are fp32 and hashed bit for bit; everything after them is
computed in fp64, so what the tests see is the product's rounding alone and not the sum of two. All names: a minute and 6 GB on two cores.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import torch

from reference import net, optimizers, randomness, summary

HERE = pathlib.Path(__file__).resolve().parent
RECIPES = HERE.parents[2] / "recipes"
SEED = 5 * 2**32 + 2012  # of more than 32 bits

FIXTURES = {
    "odd-net": dict(path=HERE / "odd-net.recipe.json", batch=6, global_batch=8, steps=8),
    "quickstart": dict(path=RECIPES / "quickstart.json", batch=8, steps=8),
    "fashion-mnist-compact": dict(path=RECIPES / "fashion-mnist-compact.json", batch=4, steps=4),
    # with the paper's small weights and biases of 1 the maps vary so little that some pooling windows are tied to the last bit of fp32,
    # whatever the samples; a batch this small wants a smaller rate than the paper's 0.01 for 128
    "imagenet-2012": dict(path=RECIPES / "imagenet-2012.json", batch=4, steps=4, rate=0.0005, margin=0),
    # so this one, without near ties, holds the gradients of its convolutions to account
    "imagenet-2012-fan-in": dict(path=RECIPES / "imagenet-2012.json", batch=1, steps=1, init={"kind": "fan-in"}),
}
MARGIN = 4e-6  # ten times what fp32's rounding adds up to (see Net.margin)
DATA = ("kind", "classes", "channels", "height", "width", "mean", "std")


def images_of(data, samples):
    """Bytes from the keyed stream, normalised per channel: samples x channels x height x width."""
    channels = data["channels"]
    shape = (channels, data["height"], data["width"])
    pixels = np.stack([randomness.bits(SEED, "parity/images", int(np.prod(shape)), sample=s).reshape(shape) & np.uint64(0xFF) for s in samples])
    mean, std = (np.resize(data.get(k, [0.5]), channels).reshape(1, channels, 1, 1) for k in ("mean", "std"))
    return torch.from_numpy((pixels / 255.0 - mean) / std)


def labels_of(data, samples):
    return [int(randomness.bits(SEED, "parity/labels", 1, sample=s)[0]) % data["classes"] for s in samples]


def read(path, rate=None, init=None):
    recipe = json.loads(path.read_text())
    recipe["data"] = {k: v for k, v in recipe["data"].items() if k in DATA}
    recipe["optimizer"]["rate"] = rate or recipe["optimizer"]["rate"]
    if init:
        recipe["net"]["init"] = init
        for layer in recipe["net"]["layers"]:
            layer.pop("init", None)
    return recipe


@torch.no_grad()
def choose_samples(model, data, batch, margin):
    """The first batch that keeps its distance from every corner and tie; indices in the data set, unlike the places in the batch."""
    for start in range(0, 100000, 1000):
        samples = [start + 3 + 7 * i for i in range(batch)]
        model.forget_margin()
        model.forward(images_of(data, samples), 0, samples)
        if model.margin >= margin:
            return samples, model.margin
    raise SystemExit("no batch keeps its distance")


def make(name, path, batch, steps, global_batch=None, margin=MARGIN, **changes):
    recipe, global_batch = read(path, **changes), global_batch or batch
    model = net.Net(recipe, SEED)
    samples, margin = choose_samples(model, recipe["data"], batch, margin)
    images, labels = images_of(recipe["data"], samples), labels_of(recipe["data"], samples)
    hashes = {n: hashlib.sha256(v.tobytes()).hexdigest() for layer in model.layers for n, v in layer.initial.items()}

    optimizer = optimizers.create(recipe["optimizer"], model.parameters)
    losses = []
    for step in range(steps):
        outputs = model.forward(images, step, samples)
        logits = next(reversed(outputs.values()))
        loss = net.softmax_loss(logits, torch.tensor(labels), global_batch)
        for parameter in model.parameters.values():
            parameter.grad = None
        loss.backward()
        losses.append(summary.rounded(loss.item()))
        if step == 0:
            kept = {n: summary.summarise(n, o) for n, o in outputs.items()}
            gradients = {n: summary.summarise(n, p.grad) for n, p in model.parameters.items()}
        optimizer.step()

    fixture = {
        "recipe": {k: recipe[k] for k in ("name", "data", "net", "optimizer", "training")},
        "seed": SEED,
        "samples": samples,
        "labels": labels,
        "globalBatch": global_batch,
        "margin": float(f"{margin:.2g}"),
        "initialWeights": hashes,
        "outputs": kept,
        "gradients": gradients,
        "losses": losses,
    }
    (HERE / f"{name}.json").write_text(compact(json.dumps(fixture, indent=1)) + "\n")
    print(name, "margin", margin, "losses", losses)


def compact(text):
    """Joins lists into one line each, so that a difference can be read."""
    out, depth = [], 0
    for line in text.split("\n"):
        stripped = line.strip()
        if depth:
            out[-1] += stripped if stripped.startswith("]") or out[-1].endswith("[") else " " + stripped
        else:
            out.append(line)
        depth += stripped.endswith("[")
        depth -= stripped.startswith("]")
    return "\n".join(out)


if __name__ == "__main__":
    for fixture_name in sys.argv[1:] or FIXTURES:
        make(fixture_name, **FIXTURES[fixture_name])
