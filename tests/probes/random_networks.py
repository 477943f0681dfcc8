"""Random networks for property tests of the probes: layers drawn by name, each fitted to the shape before it."""

import math
from collections import OrderedDict

import torch
from torch import nn
from torch.nn.utils import parametrizations

from aegan import seeding


class Residual(nn.Module):
    """x + f(x)."""

    def __init__(self, branch):
        super().__init__()
        self.branch = branch

    def forward(self, x):
        return x + self.branch(x)


class Doubling(nn.Linear):
    """A subclass of a known layer that computes something else."""

    def forward(self, x):
        return 2 * super().forward(x)


class Steep(nn.Module):
    """A parametrisation whose weight is another one at each call."""

    def forward(self, weight):
        return weight * (1 + torch.rand(()))


def conv(shape, width, **options):
    return nn.Conv2d(shape[0], width, 3, padding=1, **options)


def with_hook(layer):
    layer.register_forward_hook(lambda _layer, _input, output: 99 * output)
    return layer


def with_pre_hook(layer):
    layer.register_forward_pre_hook(lambda _layer, given: tuple(99 * x for x in given))
    return layer


def with_backward_hook(layer):
    layer.register_full_backward_hook(
        lambda _layer, gradient, _output: tuple(g if g is None else 99 * g for g in gradient)
    )
    return layer


def with_own_forward(layer):
    forward = layer.forward
    layer.forward = lambda x: 99 * forward(x)
    return layer


#: layers with a bound: (shape of a sample, width) → layer; for points or images, or for both
KNOWN = {
    "linear": lambda s, w: (
        nn.Linear(s[0], w) if len(s) == 1 else nn.Sequential(nn.Flatten(), nn.Linear(math.prod(s), w))
    ),
    "spectral": lambda s, w: parametrizations.spectral_norm(nn.Linear(s[-1], w)),
    "weight_norm": lambda s, w: parametrizations.weight_norm(nn.Linear(s[-1], w)),
    "unflatten": lambda s, w: nn.Unflatten(1, (1, 1, s[0])) if len(s) == 1 else nn.Identity(),
    "conv": lambda s, w: conv(s, w, stride=2) if len(s) == 3 else nn.ReLU(),
    "dilated": lambda s, w: conv(s, w, dilation=1) if len(s) == 3 else nn.Tanh(),
    "spectral_conv": lambda s, w: parametrizations.spectral_norm(conv(s, w)) if len(s) == 3 else nn.Sigmoid(),
    "transposed": lambda s, w: nn.ConvTranspose2d(s[0], w, 2, stride=2) if len(s) == 3 else nn.LeakyReLU(0.2),
    "in_place": lambda s, w: nn.Sequential(nn.Linear(s[-1], w), nn.ReLU(inplace=True)),
    "leaky": lambda s, w: nn.LeakyReLU(1.5),
    "nested": lambda s, w: nn.Sequential(nn.Tanh(), nn.Sequential(), nn.LeakyReLU(0.2)),
}

#: layers without one: they are refused
UNKNOWN = {
    "batch": lambda s, w: (nn.BatchNorm1d if len(s) == 1 else nn.BatchNorm2d)(s[0]),
    "group": lambda s, w: nn.GroupNorm(1, s[0]),
    "dropout": lambda s, w: nn.Dropout(),
    "residual": lambda s, w: Residual(nn.Linear(s[-1], s[-1])),
    "subclass": lambda s, w: Doubling(s[-1], w),
    "hook": lambda s, w: with_hook(nn.Linear(s[-1], w)),
    "pre_hook": lambda s, w: with_pre_hook(nn.Tanh()),
    "backward_hook": lambda s, w: with_backward_hook(nn.Linear(s[-1], w)),
    "hook_on_sequential": lambda s, w: with_hook(nn.Sequential(nn.Tanh())),
    "hook_on_parametrisation": lambda s, w: _with_hooked_weight(nn.Linear(s[-1], w)),
    "own_forward": lambda s, w: with_own_forward(nn.Linear(s[-1], w)),
    "random_weight": lambda s, w: _with_random_weight(nn.Linear(s[-1], w)),
    "old_spectral": lambda s, w: torch.nn.utils.spectral_norm(nn.Linear(s[-1], w)),
    "grouped": lambda s, w: nn.Conv2d(s[0], 2 * s[0], 1, groups=s[0]) if len(s) == 3 and s[0] > 1 else nn.Softplus(),
    "reflect": lambda s, w: nn.Conv2d(s[0], w, 1, padding_mode="reflect") if len(s) == 3 else nn.GELU(),
}


def _with_hooked_weight(layer):
    parametrizations.spectral_norm(layer)
    with_hook(layer.parametrizations.weight)
    return layer


def _with_random_weight(layer):
    torch.nn.utils.parametrize.register_parametrization(layer, "weight", Steep())
    return layer


def build_network(names, seed, shape=(5,), outputs=1):
    """Build a float64 network of the layers called `names` and a linear one: from (N, *shape) to (N, outputs)."""
    rng = seeding.torch_generator(seed, "test")
    layers, probe = OrderedDict(), torch.zeros(2, *shape)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        for number, name in enumerate([*names, "linear"]):
            width = outputs if number == len(names) else int(torch.randint(2, 5, (), generator=rng))
            layer = (KNOWN | UNKNOWN)[name](tuple(probe.shape[1:]), width)
            layers[f"{name}{number}"] = layer
            probe = layer(probe).detach()
        net = nn.Sequential(layers).double()
        for parameter in net.parameters():
            parameter.data = parameter.data * (0.5 + 2 * torch.rand((), generator=rng).double())
    return net


def read_state(*modules):
    """Everything of modules that a probe may not change, comparable by ==."""
    parts = [part for module in modules for part in module.modules()]
    tensors = [tensor for part in parts for tensor in [*part._parameters.values(), *part._buffers.values()]]
    return (
        [None if t is None else (id(t), t.detach().numpy().tobytes(), t.requires_grad) for t in tensors],
        [None if t is None or t.grad is None else (id(t.grad), t.grad.numpy().tobytes()) for t in tensors],
        [(part.training, sorted(vars(part)), [*part._forward_hooks], [*part._backward_hooks]) for part in parts],
        torch.get_rng_state().numpy().tobytes(),
    )
