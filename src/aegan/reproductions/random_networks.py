"""Random networks without biases, their gradients, and bounds on them (Lin 2021, on spectral normalisation)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import leaky_relu

from aegan.probes.layer_bounds import spectral_norm
from aegan.probes.lipschitz import layer_gradient_bounds

#: activations φ of the theorem: |φ(x)| ≤ |x| and |φ'| ≤ 1
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": torch.relu, "leaky_relu": leaky_relu, "tanh": torch.tanh}


class Networks(NamedTuple):
    """N random networks D(x) = W_T φ(… φ(W_1 x)) of one shape, each with its own input."""

    activation: str
    weights: list[Tensor]  #: one (N, outputs, inputs) per layer, float64
    x: Tensor  #: (N, inputs)


def draw_networks(count: int, deepest: int, widest: int, choice: np.random.Generator, rng: torch.Generator) -> Networks:
    """Draw one shape (depth, widths, activation) and networks of that shape with normal inputs.

    Args:
        count: number of networks.
        deepest: largest number of layers.
        widest: largest number of units of a layer and of inputs.
        choice: draws the shape.
        rng: draws the weights and inputs.
    """
    sizes = [*choice.integers(1, widest + 1, size=choice.integers(2, deepest + 1)).tolist(), 1]
    weights = [_normal(rng, count, outputs, inputs) * (2 / inputs) ** 0.5 for inputs, outputs in pairwise(sizes)]
    return Networks(str(choice.choice(list(ACTIVATIONS))), weights, _normal(rng, count, sizes[0]))


def _normal(rng: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(shape, generator=rng, dtype=torch.float64)


def compute_spectral_norms(networks: Networks) -> Tensor:
    """Return the spectral norm of every layer's weights, (N, T)."""
    return torch.stack([spectral_norm(weight) for weight in networks.weights], dim=1)


def normalise_layers(networks: Networks, norms: Tensor) -> Networks:
    """Divide every layer's weights by their spectral norm, of (N, T)."""
    layers = zip(networks.weights, norms.unbind(1), strict=True)
    return networks._replace(weights=[weight / norm[:, None, None] for weight, norm in layers])


def compute_outputs(networks: Networks) -> Tensor:
    """Return D(x) of every network, (N,)."""
    *hidden, last = networks.weights
    activations = networks.x.unsqueeze(-1)
    for weight in hidden:
        activations = ACTIVATIONS[networks.activation](weight @ activations)
    return (last @ activations).flatten()


def compute_gradient_norms(networks: Networks) -> Tensor:
    """Return ‖∇_{W_t}D(x)‖_F, (N, T). One backward pass, because each output depends only on its own weights."""
    weights = [weight.requires_grad_() for weight in networks.weights]
    gradients = torch.autograd.grad(compute_outputs(networks._replace(weights=weights)).sum(), weights)
    return torch.stack([torch.linalg.matrix_norm(gradient) for gradient in gradients], dim=1)


def compute_bounds(networks: Networks, norms: Tensor) -> Tensor:
    """Return the bound of every layer's gradient, (N, T), from the spectral norms (N, T)."""
    return layer_gradient_bounds(networks.weights, input_norms(networks), norms)


def input_norms(networks: Networks) -> Tensor:
    """Return ‖x‖, (N,)."""
    norms: Tensor = torch.linalg.vector_norm(networks.x, dim=1)
    return norms
