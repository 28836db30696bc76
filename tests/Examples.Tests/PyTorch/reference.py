"""Trains the examples' nets in PyTorch from the same weights on the same samples, and writes the loss of each step.

usage: reference.py TASK.json, with
  net        mlp, lenet, resnet18, unet or transformer, and its width and layers
  weights    a safetensors file: the values that training begins with
  fields     a safetensors file: a tensor for each field of the samples
  batches    lists of sample numbers, one for each step
  optimizer  kind and values as a recipe has them;  rates: the learning rate of each step;  clip: a norm, or null
  losses     where the losses go, one a line
"""

import json
import struct
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def read(path):
    """A safetensors file: 8 bytes of header length, a JSON header, raw data."""
    types = {"F32": np.float32, "I64": np.int64, "F64": np.float64}
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: torch.from_numpy(
            np.frombuffer(data[t["data_offsets"][0] : t["data_offsets"][1]], types[t["dtype"]]).reshape(t["shape"]).copy()
        )
        for name, t in header.items()
    }


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)
        same = stride == 1 and inputs == outputs
        self.downsample = (
            nn.Sequential()
            if same
            else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.downsample(x))


class ResNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        sizes = [width, width, 2 * width, 4 * width, 8 * width]
        for i in range(1, 5):
            stride = 1 if i == 1 else 2
            blocks = [Block(sizes[i - 1], sizes[i], stride), Block(sizes[i], sizes[i], 1)]
            setattr(self, f"layer{i}", nn.Sequential(*blocks))
        self.fc = nn.Linear(8 * width, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for i in range(1, 5):
            x = getattr(self, f"layer{i}")(x)
        return self.fc(x.mean([2, 3]))


class UNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.down1, self.down2, self.bottom = two(1, width), two(width, 2 * width), two(2 * width, 4 * width)
        self.up2, self.join2 = nn.ConvTranspose2d(4 * width, 2 * width, 2, 2), two(4 * width, 2 * width)
        self.up1, self.join1 = nn.ConvTranspose2d(2 * width, width, 2, 2), two(2 * width, width)
        self.last = nn.Conv2d(width, 1, 1)

    def forward(self, x):
        first = self.down1(x)
        second = self.down2(F.max_pool2d(first, 2))
        third = self.bottom(F.max_pool2d(second, 2))
        second = self.join2(torch.cat([self.up2(third), second], 1))
        return self.last(self.join1(torch.cat([self.up1(second), first], 1)))


def two(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, 1, 1), nn.ReLU(), nn.Conv2d(outputs, outputs, 3, 1, 1), nn.ReLU())


class Layer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.narrow(F.gelu(self.wide(self.norm2(x))))

    def attend(self, x):
        texts, letters, width = x.shape
        heads = 4
        q, k, v = self.query(x).view(texts, letters, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / (width // heads) ** 0.5
        hidden = torch.ones(letters, letters).triu(1).bool()
        seen = scores.masked_fill(hidden, float("-inf")).softmax(-1) @ v
        return self.output(seen.transpose(1, 2).reshape(texts, letters, width))


class Decoder(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.tokens, self.places, self.norm = nn.Embedding(128, width), nn.Embedding(40, width), nn.LayerNorm(width)
        self.layers = nn.ModuleList([Layer(width) for _ in range(depth)])

    def forward(self, x):
        state = self.tokens(x) + self.places(torch.arange(x.shape[1]))
        for layer in self.layers:
            state = layer(state)
        return F.linear(self.norm(state), self.tokens.weight)


def letters_loss(logits, targets):
    counts = (targets == 10).cumsum(1) > 0
    losses = F.cross_entropy(logits.reshape(-1, 128), targets.reshape(-1), reduction="none")
    return (losses * counts.reshape(-1)).sum() / counts.sum()


def mlp(_):
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10)), F.cross_entropy


def lenet(_):
    first = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)
    )
    last = nn.Sequential(
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)
    )
    return nn.Sequential(first, last), F.cross_entropy


NETS = {
    "mlp": mlp,
    "lenet": lenet,
    "resnet18": lambda task: (ResNet(task["width"]), F.cross_entropy),
    "unet": lambda task: (UNet(12), F.binary_cross_entropy_with_logits),
    "transformer": lambda task: (Decoder(task["width"], task["layers"]), letters_loss),
}


def optimizer_of(net, recipe):
    kind = recipe["kind"]
    if kind == "torch-sgd":
        return torch.optim.SGD(
            net.parameters(),
            1,
            momentum=recipe["momentum"],
            weight_decay=recipe["weightDecay"],
            nesterov=recipe["nesterov"],
        )
    if kind == "adam":
        return torch.optim.Adam(net.parameters(), 1)
    plain = [p for name, p in net.named_parameters() if "norm" not in name]
    norms = [p for name, p in net.named_parameters() if "norm" in name]
    groups = [{"params": plain}, {"params": norms, "weight_decay": 0}]
    return torch.optim.AdamW(groups, 1, weight_decay=recipe["weightDecay"])


def main(task):
    torch.set_num_threads(1)
    net, loss_of = NETS[task["net"]](task)
    missing, unknown = net.load_state_dict(read(task["weights"]), strict=False)
    assert not unknown and all("running" in name or "num_batches" in name for name in missing), (missing, unknown)
    fields = [value for _, value in sorted(read(task["fields"]).items())]
    optimizer = optimizer_of(net, task["optimizer"])
    with open(task["losses"], "w") as losses:
        for batch, rate in zip(task["batches"], task["rates"]):
            samples = [field[batch] for field in fields]
            loss = loss_of(net(samples[0]), samples[1])
            optimizer.zero_grad()
            loss.backward()
            if task["clip"] is not None:
                nn.utils.clip_grad_norm_(net.parameters(), task["clip"])
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            losses.write(f"{loss.item()!r}\n")


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        main(json.load(file))
