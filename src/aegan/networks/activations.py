"""Activation layers by their names in the config."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from torch import nn

Activation = Literal["relu", "leaky_relu", "sigmoid", "tanh"]

_LAYERS: dict[Activation, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": partial(nn.LeakyReLU, 0.2),  # the slope of DCGAN (Radford 2016, section 3)
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
}

#: classes of the activation layers
ACTIVATIONS = tuple({type(make()) for make in _LAYERS.values()})


def make_activation(name: Activation) -> nn.Module:
    """Make the activation layer with that name."""
    return _LAYERS[name]()


def choose_output_activation(shape: tuple[int, ...]) -> Activation | None:
    """Choose the output activation of a network whose outputs have this shape.

    Args:
        shape: (C, H, W) of images, which lie in [0, 1]; (D,) of points or codes, which are unbounded.
    """
    return "sigmoid" if len(shape) == 3 else None
