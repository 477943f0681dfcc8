"""The registries of generators and discriminators."""

from __future__ import annotations

from torch import nn

from aegan.networks.conv import conv_encoder, conv_generator
from aegan.networks.dense import dense_encoder, dense_generator
from aegan.networks.entries import NetworkEntry
from aegan.networks.residual import residual_encoder, residual_generator

#: (code, shape, output activation) and options → module from codes (N, code) to data (N, *shape)
GENERATORS: dict[str, NetworkEntry[nn.Module]] = {
    "dense": NetworkEntry(dense_generator),
    "conv": NetworkEntry(conv_generator, needs_images=True),
    "residual": NetworkEntry(residual_generator, needs_images=True),
}

#: (shape, outputs) and options → module from data (N, *shape) to logits (N, outputs)
DISCRIMINATORS: dict[str, NetworkEntry[nn.Module]] = {
    "dense": NetworkEntry(dense_encoder),
    "conv": NetworkEntry(conv_encoder, needs_images=True),
    "residual": NetworkEntry(residual_encoder, needs_images=True),
}
