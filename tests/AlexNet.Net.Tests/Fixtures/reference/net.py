"""The net of a recipe, in fp64, written from the paper: every tower is a tensor of its own, and no grouped convolution is used.

Order in a layer: sum, ReLU, local response normalisation within the tower, max-pooling, dropout.
"""

import math

import numpy as np
import torch

from . import randomness

CHUNK = 1 << 22


class Layer:
    """One layer of a recipe with its sizes and fp64 parameters (which start as fp32 numbers)."""

    def __init__(self, recipe, net, seed, shape):
        self.recipe, self.seed, self.towers, self.name = recipe, seed, net["towers"], recipe["name"]
        self.margin = math.inf  # see Net.margin
        self.scales_in_training = net.get("dropoutScaling", "in-training") == "in-training"
        self.own = recipe["connect"] == "own"
        self.is_conv = recipe["kind"] == "conv"
        seen = shape[0] // self.towers if self.own else shape[0]
        if self.is_conv:
            self.outputs, kernel = recipe["filters"], recipe["kernel"]
            weight_shape = (self.outputs, seen, kernel, kernel)
            groups = self.towers if self.own else 1
            fan_in, fan_out = seen * kernel * kernel, self.outputs // groups * kernel * kernel
        else:
            self.outputs = recipe["outputs"]
            fan_in, fan_out = shape[0] * shape[1] * shape[2], self.outputs
            weight_shape = (self.outputs, fan_in)
        init = recipe.get("init") or net["init"]
        self.initial = {
            f"{self.name}.weight": self._draw(init, "weight", weight_shape, fan_in, fan_out),
            f"{self.name}.bias": self._draw(init, "bias", (self.outputs,), fan_in, fan_out),
        }
        self.weight, self.bias = (torch.from_numpy(v).double().requires_grad_(True) for v in self.initial.values())

    def _draw(self, init, role, shape, fan_in, fan_out):
        kind = init["kind"]
        if role == "bias" and kind != "fan-in":
            return np.full(shape, init.get("bias", 0), dtype=np.float32)
        flat = np.empty(math.prod(shape), dtype=np.float32)
        for first in range(0, flat.size, CHUNK):
            part = flat[first : first + CHUNK]
            words = randomness.bits(self.seed, f"weights/{self.name}.{role}", part.size, first)
            if kind in ("normal", "he"):
                part[:] = (init["std"] if kind == "normal" else math.sqrt(2 / fan_in)) * randomness.normal(words)
            else:
                bound = 1 / math.sqrt(fan_in) if kind == "fan-in" else math.sqrt(6 / (fan_in + fan_out))
                part[:] = bound * (2 * randomness.uniform(words) - 1)
        return flat.reshape(shape)

    def forward(self, x, step, samples):
        """x: samples x all channels x height x width."""
        if self.is_conv:
            towers = [self._tower(x, t) for t in range(self.towers)]
            x = torch.cat(towers, 1)
        else:
            x = self._activate(x.reshape(x.shape[0], -1) @ self.weight.T + self.bias)
        return x * self._mask(x, step, samples) if self.recipe.get("dropout", 0) > 0 else x

    def _tower(self, x, tower):
        rows = slice(tower * self.outputs // self.towers, (tower + 1) * self.outputs // self.towers)
        if self.own:
            seen = x.shape[1] // self.towers
            x = x[:, tower * seen : (tower + 1) * seen]
        x = torch.nn.functional.conv2d(
            x, self.weight[rows], self.bias[rows], stride=self.recipe.get("stride", 1), padding=self.recipe.get("padding", 0)
        )
        x = self._activate(x)
        if self.recipe.get("lrn") is not None:
            x = normalise_response(x, **{"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 2, **self.recipe["lrn"]})
        pool = self.recipe.get("pool")
        return self._pool(x, pool["kernel"], pool["stride"]) if pool else x

    def _pool(self, x, kernel, stride):
        windows = x.unfold(2, kernel, stride).unfold(3, kernel, stride).flatten(4)
        best = windows.topk(2).values.detach()
        self._see_margin((best[..., 0] - best[..., 1])[best[..., 0] != 0], x)
        return windows.max(-1).values

    def _activate(self, x):
        if self.recipe.get("activation", "relu") == "none":
            return x
        self._see_margin(x.detach().abs(), x)
        return x.clamp(min=0) * (x > 0)

    def _see_margin(self, distances, x):
        if distances.numel() > 0:
            self.margin = min(self.margin, (distances.min() / x.detach().square().mean().sqrt()).item())

    def _mask(self, x, step, samples):
        share = self.recipe["dropout"]
        threshold = int(share * 0xFFFFFFFF)
        words = [randomness.bits(self.seed, f"dropout/{self.name}", x[0].numel(), step=step, sample=s) for s in samples]
        kept = np.stack(words) >= threshold
        return torch.from_numpy(kept.reshape(x.shape) / (1 - share if self.scales_in_training else 1))


def normalise_response(x, size, alpha, beta, k):
    """x / (k + alpha / size * sum of squares over the neighbouring maps) ** beta, map by map."""
    maps, squares, half = x.shape[1], x * x, size // 2
    sums = [squares[:, max(0, i - half) : i + half + 1].sum(1) for i in range(maps)]
    return x / (k + alpha / size * torch.stack(sums, 1)) ** beta


class Net:
    def __init__(self, recipe, seed):
        data = recipe["data"]
        shape = (data["channels"], data["height"], data["width"])
        self.layers = []
        for layer in recipe["net"]["layers"]:
            self.layers.append(Layer(layer, recipe["net"], seed, shape))
            with torch.no_grad():  # the next shape, by trying
                output = self.layers[-1].forward(torch.zeros(1, *shape, dtype=torch.double), 0, [0])
            shape = (*output.shape[1:], 1, 1)[:3]
        self.forget_margin()

    def forget_margin(self):
        for layer in self.layers:
            layer.margin = math.inf

    @property
    def parameters(self):
        """Name -> tensor, in layer order."""
        return {f"{l.name}.{role}": getattr(l, role) for l in self.layers for role in ("weight", "bias")}

    @property
    def margin(self):
        """How near a ReLU came to its corner, or two pixels of a pooling window to a tie, in any pass so far; relative to the layer's rms.

        Where that is less than the rounding of fp32, a right program may send a gradient through the other branch.
        """
        return min(layer.margin for layer in self.layers)

    def forward(self, images, step, samples):
        """Name of each layer -> its output; the last one's are the logits."""
        outputs, x = {}, images
        for layer in self.layers:
            x = layer.forward(x, step, samples)
            outputs[layer.name] = x
        return outputs


def softmax_loss(logits, labels, global_batch):
    """The sum over the samples divided by the global batch."""
    top = logits.max(1, keepdim=True).values.detach()
    log_sum = (logits - top).exp().sum(1).log() + top[:, 0]
    return (log_sum - logits[torch.arange(len(labels)), labels]).sum() / global_batch
