"""Fully connected networks for data of any shape."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from math import prod

from pydantic import NonNegativeInt, PositiveInt
from torch import nn

from aegan.networks.activations import Activation, activation_layer


def multilayer(sizes: Sequence[int], hidden: Activation, output: Activation | None) -> OrderedDict[str, nn.Module]:
    """Chain linear layers of the given sizes, named dense1, dense2, …, each followed by its activation."""
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    for number, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        layers[f"dense{number}"] = nn.Linear(inputs, outputs)
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
) -> nn.Module:
    """Fully connected map from codes (N, code) to data (N, *shape).

    Args:
        width: units per hidden layer.
        depth: number of hidden layers.
        activation: activation of the hidden layers.
    """
    layers = multilayer([code, *[width] * depth, prod(shape)], activation, output)
    return nn.Sequential(OrderedDict(layers, shape=nn.Unflatten(1, shape)))


def dense_encoder(
    shape: tuple[int, ...],
    outputs: int,
    *,
    width: PositiveInt = 128,
    depth: NonNegativeInt = 2,
    activation: Activation = "leaky_relu",
) -> nn.Module:
    """Fully connected map from data (N, *shape) to (N, outputs); a discriminator is one with a single output.

    Args:
        width: units per hidden layer.
        depth: number of hidden layers.
        activation: activation of the hidden layers.
    """
    layers = multilayer([prod(shape), *[width] * depth, outputs], activation, None)
    return nn.Sequential(OrderedDict(flatten=nn.Flatten(), **layers))
