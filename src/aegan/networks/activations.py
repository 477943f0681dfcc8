"""Activations by the names the config uses."""

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

#: their classes
ACTIVATIONS = tuple({type(make()) for make in _LAYERS.values()})


def activation_layer(name: Activation) -> nn.Module:
    """Make the activation layer of that name."""
    return _LAYERS[name]()


def output_activation(shape: tuple[int, ...]) -> Activation | None:
    """Choose the activation of what makes data of a shape: images lie in [0, 1], points and codes anywhere."""
    return "sigmoid" if len(shape) == 3 else None
