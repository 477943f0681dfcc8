"""Autoencoders: an encoder to codes and a decoder back to data, which are images in [0, 1] or points anywhere."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from math import prod

from pydantic import NonNegativeInt, PositiveInt
from torch import Tensor, nn

from aegan.networks.activations import Activation, output_activation
from aegan.networks.conv import conv_encoder, conv_generator
from aegan.networks.dense import dense_encoder, dense_generator, multilayer
from aegan.networks.residual import residual_encoder, residual_generator


class Autoencoder(nn.Module):
    """An encoder and a decoder with a code of `code` numbers between them.

    Its `bottleneck` (N, code) -> (N, code) is what codes go through before they are decoded; it changes nothing unless
    an objective puts one there.

    Args:
        encoder: data (N, *shape) to (N, heads · code); a variational encoder has two heads, mean and log-variance.
        decoder: codes (N, code) to data (N, *shape).
        code: numbers per code.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module, code: int) -> None:
        super().__init__()
        self.encoder, self.decoder, self.code = encoder, decoder, code
        self.bottleneck: nn.Module = nn.Identity()

    def encode(self, data: Tensor) -> Tensor:
        """Return codes (N, code): the first head of the encoder, which is the mean of a variational one."""
        codes: Tensor = self.bottleneck(self.encoder(data)[:, : self.code])
        return codes

    def forward(self, data: Tensor) -> Tensor:
        """Return the reconstruction of data (N, *shape)."""
        reconstruction: Tensor = self.decoder(self.encode(data))
        return reconstruction


def article(
    shape: tuple[int, ...],
    heads: int,
    *,
    code: PositiveInt = 32,
    hidden: Activation = "relu",
    output: Activation = "sigmoid",
) -> Autoencoder:
    """Build the article's autoencoder: Dense(code, hidden) → Dense(pixels, output).

    Args:
        code: numbers per code.
        hidden: activation of the code; the article's listing has relu, its formula sigmoid.
        output: activation of the pixels; the article's listing has sigmoid, its formula tanh.
    """
    pixels = prod(shape)
    encoder = nn.Sequential(OrderedDict(flatten=nn.Flatten(), **multilayer([pixels, heads * code], hidden, hidden)))
    decoder = nn.Sequential(OrderedDict(multilayer([code, pixels], hidden, output), shape=nn.Unflatten(1, shape)))
    return Autoencoder(encoder, decoder, code)


def dense(
    shape: tuple[int, ...],
    heads: int,
    *,
    code: PositiveInt = 32,
    width: PositiveInt = 128,
    depth: NonNegativeInt = 2,
) -> Autoencoder:
    """Build a deeper fully connected autoencoder; its decoder is the `dense` generator of that width and depth.

    Args:
        code: numbers per code.
        width: units per hidden layer.
        depth: hidden layers of the encoder, and of the decoder.
    """
    encoder = dense_encoder(shape, heads * code, width=width, depth=depth)
    decoder = dense_generator(code, shape, output_activation(shape), width=width, depth=depth)
    return Autoencoder(encoder, decoder, code)


def conv(shape: tuple[int, ...], heads: int, *, code: PositiveInt = 32, channels: PositiveInt = 32) -> Autoencoder:
    """Build a convolutional autoencoder; its decoder is the `conv` generator of that many channels.

    Args:
        code: numbers per code.
        channels: feature maps at full resolution; each halving of the resolution doubles them.
    """
    encoder = conv_encoder(shape, heads * code, channels=channels)
    return Autoencoder(encoder, conv_generator(code, shape, "sigmoid", channels=channels), code)


def residual(
    shape: tuple[int, ...],
    heads: int,
    *,
    code: PositiveInt = 32,
    channels: PositiveInt = 32,
    blocks: PositiveInt = 1,
) -> Autoencoder:
    """Build a convolutional autoencoder of residual blocks; its decoder is the `residual` generator of that size.

    Args:
        code: numbers per code.
        channels: feature maps at full resolution; each halving of the resolution doubles them.
        blocks: residual blocks per resolution.
    """
    encoder = residual_encoder(shape, heads * code, channels=channels, blocks=blocks)
    return Autoencoder(encoder, residual_generator(code, shape, "sigmoid", channels=channels, blocks=blocks), code)


AUTOENCODERS: dict[str, Callable[..., Autoencoder]] = {
    "article": article,
    "dense": dense,
    "conv": conv,
    "residual": residual,
}

#: those whose encoder gives numbers of either sign, as codes of a Gaussian prior are and log-variances
SIGNED = {name: make for name, make in AUTOENCODERS.items() if name != "article"}
