"""The registries of generators and discriminators."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from aegan.networks.activations import Activation
from aegan.networks.conv import conv_encoder, conv_generator
from aegan.networks.dense import dense_encoder, dense_generator
from aegan.networks.entries import NetworkEntry
from aegan.networks.residual import residual_encoder, residual_generator
from aegan.option_types import Width
from aegan.registry import build, choice

#: the generators that are one network: (code, shape, output activation) and options → module from codes (N, code) to
#: data (N, *shape)
SINGLE_GENERATORS: dict[str, NetworkEntry[nn.Module]] = {
    "dense": NetworkEntry(dense_generator),
    "conv": NetworkEntry(conv_generator, needs_images=True),
    "residual": NetworkEntry(residual_generator, needs_images=True),
}

#: those of them that can make codes
CODE_GENERATORS = {name: entry for name, entry in SINGLE_GENERATORS.items() if not entry.needs_images}


def chain_generators(codes: nn.Module, decoder: nn.Module) -> nn.Sequential:
    """Put a generator of codes before a decoder: noise (N, latent) to data (N, ...)."""
    return nn.Sequential(OrderedDict(codes=codes, decoder=decoder))


def composite_generator(
    latent: int,
    shape: tuple[int, ...],
    output: Activation | None,
    *,
    code: Width = 32,
    codes: choice(CODE_GENERATORS) = "dense",  # type: ignore[valid-type]
    decoder: choice(SINGLE_GENERATORS) = "dense",  # type: ignore[valid-type]
) -> nn.Module:
    """A generator of codes and a decoder, both new: the networks with which the roles latent and decoded generate.

    Args:
        latent: numbers of the noise.
        shape: shape of one sample: (C, H, W) of images, (D,) of points.
        output: activation of the output layer.
        code: numbers per code between the two.
        codes: network from noise to codes.
        decoder: network from codes to data.

    Raises:
        InputError: the decoder is convolutional, and `shape` is not that of an image.
    """
    return chain_generators(
        build(CODE_GENERATORS, dict(codes), latent, (code,), None),
        build(SINGLE_GENERATORS, dict(decoder), code, shape, output),
    )


#: all generators, with the signature of `SINGLE_GENERATORS`
GENERATORS: dict[str, NetworkEntry[nn.Module]] = {**SINGLE_GENERATORS, "composite": NetworkEntry(composite_generator)}

#: (shape, outputs) and options → module from data (N, *shape) to logits (N, outputs)
DISCRIMINATORS: dict[str, NetworkEntry[nn.Module]] = {
    "dense": NetworkEntry(dense_encoder),
    "conv": NetworkEntry(conv_encoder, needs_images=True),
    "residual": NetworkEntry(residual_encoder, needs_images=True),
}
