"""Fully connected networks for data of any shape."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from math import prod

from pydantic import NonNegativeInt, PositiveInt
from torch import nn

from aegan.networks.activations import Activation, activation_layer
from aegan.networks.normalisation import FlatNormalisation, normalised, weighted


def multilayer(
    sizes: Sequence[int],
    hidden: Activation,
    output: Activation | None,
    normalisation: FlatNormalisation | None = None,
    first: int = 1,
) -> OrderedDict[str, nn.Module]:
    """Chain linear layers of the given sizes, named dense1, dense2, …, each followed by its activation.

    Args:
        sizes: of what goes in, of every layer, of what comes out.
        hidden: activation of the hidden layers.
        output: activation of the last.
        normalisation: of the hidden layers; spectral normalisation is of all.
        first: hidden layer from which on outputs are normalised.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    for number, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        layers[f"dense{number}"] = weighted(nn.Linear(inputs, outputs), normalisation)
        if first <= number < len(sizes) - 1:
            layers |= normalised(f"{normalisation}{number}", normalisation, outputs, 1)
        activation = hidden if number < len(sizes) - 1 else output
        if activation:
            layers[f"{activation}{number}"] = activation_layer(activation)
    return layers


def dense_generator(
    code: int,
    shape: tuple[int, ...],
    output: Activation | None,
    *,
    width: PositiveInt = 128,
    depth: NonNegativeInt = 2,
    activation: Activation = "leaky_relu",
    normalisation: FlatNormalisation | None = None,
) -> nn.Module:
    """Fully connected map from codes (N, code) to data (N, *shape).

    Args:
        width: units per hidden layer.
        depth: number of hidden layers.
        activation: activation of the hidden layers.
        normalisation: of the hidden layers, or of all weights (spectral).
    """
    layers = multilayer([code, *[width] * depth, prod(shape)], activation, output, normalisation)
    return nn.Sequential(OrderedDict(layers, shape=nn.Unflatten(1, shape)))


def dense_encoder(
    shape: tuple[int, ...],
    outputs: int,
    *,
    width: PositiveInt = 128,
    depth: NonNegativeInt = 2,
    activation: Activation = "leaky_relu",
    normalisation: FlatNormalisation | None = None,
) -> nn.Module:
    """Fully connected map from data (N, *shape) to (N, outputs); a discriminator is one with a single output.

    Args:
        width: units per hidden layer.
        depth: number of hidden layers.
        activation: activation of the hidden layers.
        normalisation: of the hidden layers but the first, which sees the data (as in DCGAN); or of all weights
            (spectral).
    """
    layers = multilayer([prod(shape), *[width] * depth, outputs], activation, None, normalisation, first=2)
    return nn.Sequential(OrderedDict(flatten=nn.Flatten(), **layers))
