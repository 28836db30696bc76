"""Writes odd.pth and its relatives: files of torch.save with weights for the net 'odd' of Recipes.cs. Run with python3-torch 1.13."""

import torch

SHAPES = {
    "conv1.weight": (12, 1, 5, 5),
    "conv1.bias": (12,),
    "conv2.weight": (16, 6, 3, 3),
    "conv2.bias": (16,),
    "fc3.weight": (9, 320),
    "fc3.bias": (9,),
    "fc4.weight": (3, 9),
    "fc4.bias": (3,),
}


def tensor(name, shape):
    """Numbers that a test can compute: element i is (i % 17 - 8) / 64 plus the length of the name."""
    count = torch.Size(shape).numel()
    return ((torch.arange(count) % 17 - 8) / 64 + len(name)).reshape(shape)


state = {name: tensor(name, shape) for name, shape in SHAPES.items()}
module = torch.nn.Module()
for name, value in state.items():
    if not hasattr(module, layer := name.split(".")[0]):
        module.add_module(layer, torch.nn.Module())
    getattr(module, layer).register_parameter(name.split(".")[1], torch.nn.Parameter(value))

torch.save(module.state_dict(), "odd.pth")  # an OrderedDict with metadata
shared = torch.cat([torch.zeros(5), state["fc4.bias"]])  # a tensor that begins inside its storage
torch.save({"epoch": 3, "model": {**dict(module.named_parameters()), "fc4.bias": shared[5:]}}, "odd-wrapped.pth")  # parameters, not tensors
torch.save(state, "odd-before-1.6.pth", _use_new_zipfile_serialization=False)
torch.save({name: value.half() for name, value in state.items()}, "odd-half.pth")
torch.save({**state, "fc3.weight": state["fc3.weight"].T.contiguous().T}, "odd-strided.pth")
torch.save(torch.nn.Linear(2, 2), "odd-module.pth")  # a whole module, which only code could open
