"""The update rules, written from their papers."""

import torch


class Sgd:
    """Krizhevsky et al. 2012, section 5: v = m v - decay rate w - rate gradient; w = w + v. Biases have their own rate and decay."""

    def __init__(self, recipe, parameters):
        self.recipe, self.parameters = recipe, parameters
        self.velocity = {name: torch.zeros_like(w) for name, w in parameters.items()}

    @torch.no_grad()
    def step(self):
        for name, w in self.parameters.items():
            bias = name.endswith(".bias")
            rate = self.recipe["rate"] * (self.recipe.get("biasRate", 2) if bias else 1)
            decay = self.recipe.get("biasWeightDecay", 0) if bias else self.recipe.get("weightDecay", 0.0005)
            v = self.velocity[name]
            v.mul_(self.recipe.get("momentum", 0.9)).sub_(w, alpha=decay * rate).sub_(w.grad, alpha=rate)
            w.add_(v)


class Adam:
    """Kingma and Ba 2015, algorithm 1."""

    def __init__(self, recipe, parameters):
        self.recipe, self.parameters, self.steps = recipe, parameters, 0
        self.first = {name: torch.zeros_like(w) for name, w in parameters.items()}
        self.second = {name: torch.zeros_like(w) for name, w in parameters.items()}

    @torch.no_grad()
    def step(self):
        self.steps += 1
        b1, b2, epsilon = (self.recipe.get(k, d) for k, d in (("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8)))
        for name, w in self.parameters.items():
            m, v = self.first[name], self.second[name]
            m.copy_(b1 * m + (1 - b1) * w.grad)
            v.copy_(b2 * v + (1 - b2) * w.grad**2)
            w.sub_(self.recipe["rate"] * (m / (1 - b1**self.steps)) / ((v / (1 - b2**self.steps)).sqrt() + epsilon))


def create(recipe, parameters):
    return {"sgd": Sgd, "adam": Adam}[recipe["kind"]](recipe, parameters)
