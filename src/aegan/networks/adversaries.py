"""The catalogues of generators and discriminators."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from aegan.networks.conv import conv_encoder, conv_generator
from aegan.networks.dense import dense_encoder, dense_generator
from aegan.networks.residual import residual_encoder, residual_generator

#: (code, shape, output activation) and options to a module from codes (N, code) to data (N, *shape).
GENERATORS: dict[str, Callable[..., nn.Module]] = {
    "dense": dense_generator,
    "conv": conv_generator,
    "residual": residual_generator,
}

#: (shape, outputs) and options to a module from data (N, *shape) to logits (N, outputs).
DISCRIMINATORS: dict[str, Callable[..., nn.Module]] = {
    "dense": dense_encoder,
    "conv": conv_encoder,
    "residual": residual_encoder,
}
