#!/usr/bin/env python3
"""A recipe of ours as a PyTorch program of its own, for comparison: the same net, data, augmentation and optimiser; other random numbers.

    python3 pytorch_peer.py RECIPE DATA RUN_DIR [--epochs N] [--seed S] [--threads T] [--loaders L] [--device cpu|cuda]

RECIPE is the name of a recipe or a JSON file. RUN_DIR receives metrics.jsonl in our form, so `alexnet plot OURS RUN_DIR` draws both. Knows image folders and IDX
files, Adam and SGD at a constant rate. Debian: python3-torch and python3-torchvision.
"""

import argparse
import gzip
import json
import pathlib
import time

import numpy
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

RECIPES = pathlib.Path(__file__).resolve().parents[2] / "recipes"
ACTIVATIONS = {"relu": nn.ReLU, "none": nn.Identity}


class WithinTowers(nn.Module):
    """Local response normalisation whose window stops at the borders of the towers."""

    def __init__(self, towers, lrn):
        super().__init__()
        self.towers, self.norm = towers, nn.LocalResponseNorm(lrn.get("size", 5), lrn.get("alpha", 1e-4), lrn.get("beta", 0.75), lrn.get("k", 2.0))

    def forward(self, maps):
        return torch.cat([self.norm(tower) for tower in maps.chunk(self.towers, 1)], 1)


def net_of(recipe):
    net, data = recipe["net"], recipe["data"]
    channels, towers, modules, flat = data["channels"], net["towers"], [], False
    probe = torch.zeros(1, channels, data["height"], data["width"])
    for layer in net["layers"]:
        if layer["kind"] == "conv":
            groups = towers if layer["connect"] == "own" else 1
            weighted = nn.Conv2d(channels, layer["filters"], layer["kernel"], layer.get("stride", 1), layer.get("padding", 0), groups=groups)
            channels = layer["filters"]
        else:
            if not flat:
                modules.append(nn.Flatten())
                probe, flat = probe.flatten(1), True
            weighted = nn.Linear(probe.shape[1], layer["outputs"])
        initialise(weighted, layer.get("init", net["init"]))
        added = [weighted, ACTIVATIONS[layer.get("activation", "relu")]()]
        if "lrn" in layer:
            added.append(WithinTowers(towers, layer["lrn"]))
        if "pool" in layer:
            added.append(nn.MaxPool2d(layer["pool"]["kernel"], layer["pool"]["stride"]))
        if layer.get("dropout"):
            added.append(nn.Dropout(layer["dropout"]))
        with torch.no_grad():
            probe = nn.Sequential(*added).eval()(probe)
        modules += added
    return nn.Sequential(*modules)


def initialise(module, init):
    if init["kind"] == "normal":
        nn.init.normal_(module.weight, 0, init["std"])
        nn.init.constant_(module.bias, init.get("bias", 0))
    elif init["kind"] == "xavier":
        nn.init.xavier_uniform_(module.weight)
        nn.init.constant_(module.bias, init.get("bias", 0))
    # fan-in is PyTorch's own


def optimizer_of(recipe, net):
    optimizer = recipe["optimizer"]
    if optimizer["kind"] == "adam":
        return torch.optim.Adam(net.parameters(), lr=optimizer["rate"])
    decay, faster = optimizer.get("weightDecay", 0), optimizer.get("biasRate", 1)
    weights, biases = ([p for n, p in net.named_parameters() if n.endswith(role)] for role in ("weight", "bias"))
    return torch.optim.SGD([{"params": weights, "weight_decay": decay}, {"params": biases, "lr": faster * optimizer["rate"]}],
                           lr=optimizer["rate"], momentum=optimizer.get("momentum", 0))


class Idx(torch.utils.data.Dataset):
    """MNIST's files, to which transforms are applied as to pictures of a folder."""

    def __init__(self, directory, part, transform):
        def read(name, header):
            return numpy.frombuffer(gzip.open(pathlib.Path(directory) / name).read(), numpy.uint8, offset=header)
        self.images = read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
        self.labels = read(f"{part}-labels-idx1-ubyte.gz", 8).astype(int)
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.transform(transforms.functional.to_pil_image(self.images[index])), int(self.labels[index])


def data_of(recipe, directory):
    data, size = recipe["data"], (recipe["data"]["height"], recipe["data"]["width"])
    augmentation = data.get("augmentation", {})
    shortest = data.get("resize", {}).get("size")
    resize = transforms.Resize(shortest) if shortest else transforms.Resize(size)
    crop = transforms.RandomCrop(size) if augmentation.get("randomCrop") else transforms.CenterCrop(size)
    flips = [f for name, f in (("horizontalFlip", transforms.RandomHorizontalFlip()), ("verticalFlip", transforms.RandomVerticalFlip())) if augmentation.get(name)]
    numbers = [transforms.ToTensor(), transforms.Normalize(data["mean"], data["std"])]
    train, test = transforms.Compose([resize, crop, *flips, *numbers]), transforms.Compose([resize, transforms.CenterCrop(size), *numbers])
    if data["kind"] == "idx":
        return Idx(directory, "train", train), Idx(directory, "t10k", test)
    folders = pathlib.Path(directory)
    held_out = next(folders / name for name in ("val", "valid", "test") if (folders / name).is_dir())
    return datasets.ImageFolder(folders / "train", train), datasets.ImageFolder(held_out, test)


def evaluate(net, batches, device):
    net.eval()
    loss = hits = among_five = count = 0
    with torch.no_grad():
        for images, labels in batches:
            images, labels = images.to(device), labels.to(device)
            logits = net(images)
            loss += nn.functional.cross_entropy(logits, labels, reduction="sum").item()
            first = logits.topk(min(5, logits.shape[1]), 1).indices == labels[:, None]
            hits, among_five, count = hits + first[:, 0].sum().item(), among_five + first.any(1).sum().item(), count + len(labels)
    return loss / count, hits / count, among_five / count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("recipe")
    parser.add_argument("data")
    parser.add_argument("run_directory", type=pathlib.Path)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--loaders", type=int, default=1, help="processes that read pictures")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    arguments = parser.parse_args()
    path = pathlib.Path(arguments.recipe)
    recipe = json.loads((path if path.is_file() else RECIPES / f"{arguments.recipe}.json").read_text())
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    torch.backends.cudnn.allow_tf32 = False  # ours computes in fp32
    train, test = data_of(recipe, arguments.data)
    batch = recipe["training"]["batch"]
    batches, tests = (DataLoader(part, batch, shuffle=part is train, num_workers=arguments.loaders, persistent_workers=arguments.loaders > 0) for part in (train, test))
    net = net_of(recipe).to(arguments.device)
    optimizer = optimizer_of(recipe, net)
    arguments.run_directory.mkdir(parents=True, exist_ok=True)
    start, step = time.time(), 0
    with open(arguments.run_directory / "metrics.jsonl", "w", buffering=1) as metrics:
        for epoch in range(1, 1 + (arguments.epochs or recipe["training"]["epochs"])):
            net.train()
            losses = []
            for images, labels in batches:
                images, labels = images.to(arguments.device), labels.to(arguments.device)
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(net(images), labels)
                loss.backward()
                optimizer.step()
                step += 1
                losses.append(loss.item())
                metrics.write(json.dumps({"event": "step", "step": step, "epoch": epoch, "loss": losses[-1], "samples": len(labels),
                                          "rate": recipe["optimizer"]["rate"]}) + "\n")
            test_loss, top1, top5 = evaluate(net, tests, arguments.device)
            metrics.write(json.dumps({"event": "epoch", "epoch": epoch, "step": step, "loss": float(numpy.mean(losses)), "test_loss": test_loss,
                                      "top1": top1, "top5": top5}) + "\n")
            print(f"epoch {epoch}: {top1:.4f} after {time.time() - start:.0f} s", flush=True)


main()
