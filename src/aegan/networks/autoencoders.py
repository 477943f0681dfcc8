"""Autoencoders of images in [0, 1] or unbounded points: an encoder to codes and a decoder back to data."""

from __future__ import annotations

from collections import OrderedDict
from math import prod

from torch import Tensor, nn

from aegan.networks.activations import Activation, choose_output_activation
from aegan.networks.conv import conv_encoder, conv_generator
from aegan.networks.dense import dense_encoder, dense_generator, stack_dense_layers
from aegan.networks.entries import AutoencoderEntry
from aegan.networks.residual import residual_encoder, residual_generator
from aegan.option_types import Depth, Layers, Width


class Autoencoder(nn.Module):
    """An encoder, a bottleneck and a decoder.

    The `bottleneck` maps codes (N, code) → (N, code) before they are decoded. It is the identity unless the objective
    replaces it, as VQ-VAE does.

    Args:
        encoder: data (N, *shape) → (N, heads · code); a variational encoder has two heads, mean and log-variance.
        decoder: codes (N, code) → data (N, *shape).
        code: numbers per code.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module, code: int) -> None:
        super().__init__()
        self.encoder, self.decoder, self.code = encoder, decoder, code
        self.bottleneck: nn.Module = nn.Identity()

    def encode(self, data: Tensor) -> Tensor:
        """Encode data (N, *shape) to codes (N, code): the first head, which is the mean of a variational encoder."""
        codes: Tensor = self.bottleneck(self.encoder(data)[:, : self.code])
        return codes

    def forward(self, data: Tensor) -> Tensor:
        """Reconstruct data (N, *shape)."""
        reconstruction: Tensor = self.decoder(self.encode(data))
        return reconstruction


def article(
    shape: tuple[int, ...],
    heads: int,
    *,
    code: Width = 32,
    hidden: Activation = "relu",
    output: Activation = "sigmoid",
) -> Autoencoder:
    """The article's autoencoder: Dense(code, hidden) → Dense(pixels, output).

    Args:
        shape: shape of one sample.
        heads: outputs of the encoder per number of the code.
        code: numbers per code.
        hidden: activation of the code: relu in the article's listing, sigmoid in its formula.
        output: activation of the pixels: sigmoid in the article's listing, tanh in its formula.
    """
    pixels = prod(shape)
    encoder = nn.Sequential(
        OrderedDict(flatten=nn.Flatten(), **stack_dense_layers([pixels, heads * code], hidden, hidden))
    )
    decoder = nn.Sequential(
        OrderedDict(stack_dense_layers([code, pixels], hidden, output), shape=nn.Unflatten(1, shape))
    )
    return Autoencoder(encoder, decoder, code)


def dense(
    shape: tuple[int, ...],
    heads: int,
    *,
    code: Width = 32,
    width: Width = 128,
    depth: Depth = 2,
) -> Autoencoder:
    """A deeper fully connected autoencoder, whose decoder is the `dense` generator of the same width and depth.

    Args:
        shape: shape of one sample.
        heads: outputs of the encoder per number of the code.
        code: numbers per code.
        width: units per hidden layer.
        depth: hidden layers of the encoder, and of the decoder.
    """
    encoder = dense_encoder(shape, heads * code, width=width, depth=depth)
    decoder = dense_generator(code, shape, choose_output_activation(shape), width=width, depth=depth)
    return Autoencoder(encoder, decoder, code)


def conv(shape: tuple[int, ...], heads: int, *, code: Width = 32, channels: Width = 32) -> Autoencoder:
    """A convolutional autoencoder, whose decoder is the `conv` generator with the same channels.

    Args:
        shape: (C, H, W) of one image.
        heads: outputs of the encoder per number of the code.
        code: numbers per code.
        channels: feature maps at full resolution; each halving of the resolution doubles them.
    """
    encoder = conv_encoder(shape, heads * code, channels=channels)
    return Autoencoder(encoder, conv_generator(code, shape, "sigmoid", channels=channels), code)


def residual(
    shape: tuple[int, ...],
    heads: int,
    *,
    code: Width = 32,
    channels: Width = 32,
    blocks: Layers = 1,
) -> Autoencoder:
    """A convolutional autoencoder of residual blocks, whose decoder is the `residual` generator of the same size.

    Args:
        shape: (C, H, W) of one image.
        heads: outputs of the encoder per number of the code.
        code: numbers per code.
        channels: feature maps at full resolution; each halving of the resolution doubles them.
        blocks: residual blocks per resolution.
    """
    encoder = residual_encoder(shape, heads * code, channels=channels, blocks=blocks)
    return Autoencoder(encoder, residual_generator(code, shape, "sigmoid", channels=channels, blocks=blocks), code)


#: (shape, heads) and options → autoencoder
AUTOENCODERS: dict[str, AutoencoderEntry[Autoencoder]] = {
    "article": AutoencoderEntry(article, signed_codes=False),
    "dense": AutoencoderEntry(dense),
    "conv": AutoencoderEntry(conv, needs_images=True),
    "residual": AutoencoderEntry(residual, needs_images=True),
}

#: autoencoders whose encoder outputs take either sign
SIGNED_AUTOENCODERS = {name: entry for name, entry in AUTOENCODERS.items() if entry.signed_codes}
