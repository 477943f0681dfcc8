"""The discriminator sees data through the eyes of the trained encoder, level by level."""

from __future__ import annotations

import torch
from pydantic import PositiveInt
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import Rules, Trained, adversarial_players, drawn_through, judged_by
from aegan.games.game import Game
from aegan.networks.activations import ACTIVATIONS
from aegan.networks.conv import conv_encoder
from aegan.networks.dense import dense_encoder
from aegan.networks.prior import Mixture
from aegan.networks.residual import Residual


def features(parts: Rules, trained: Trained, *, width: PositiveInt = 64, channels: PositiveInt = 16) -> Game:
    """Projected GAN (Sauer 2021, section 3) on the frozen encoder P: Σ_l GAN(D_l(P_l x)), here the mean over levels.

    P_l is what the l-th activation or residual block of the encoder gives, and D_l a small discriminator of its own.
    The random projections of the paper, which mix channels and levels, are left out. A penalty looks at the slope of
    the sum of the logits.

    Args:
        width: units of the hidden layer of a discriminator of numbers.
        channels: feature maps of the first layer of a discriminator of maps.
    """
    encoder, prior = trained.autoencoder.encoder, Mixture.standard(parts.latent)
    generator = parts.generator(parts.latent, parts.shape, parts.output)
    shapes = level_shapes(encoder, parts.shape)

    def head(shape: tuple[int, ...]) -> nn.Module:
        maps = len(shape) == 3
        return conv_encoder(shape, 1, channels=channels) if maps else dense_encoder(shape, 1, width=width, depth=1)

    heads = parts.fresh("discriminator", lambda: nn.ModuleList(map(head, shapes)))

    def judge(data: Tensor, _batch: Batch) -> Tensor:
        return torch.cat([own(level) for own, level in zip(heads, levels(encoder, data), strict=True)], dim=1)

    generate = drawn_through(generator, prior)
    shown = judged_by(judge, parts, lambda batch, rng: generate(len(batch.real), rng))
    return Game(
        players=adversarial_players(generator, heads, shown, parts),
        auxiliary_modules={"encoder": encoder, "prior": prior} | parts.auxiliary_modules,
        generate=generate,
        contest=shown,
    )


def levels(encoder: nn.Module, data: Tensor) -> list[Tensor]:
    """Return what each activation or residual block of a chain gives (N, ...), or its end where there are none."""
    assert isinstance(encoder, nn.Sequential), "only a chain has levels"
    seen = []
    for layer in encoder:
        data = layer(data)
        if isinstance(layer, (*ACTIVATIONS, Residual)):
            seen.append(data)
    return seen or [data]


def level_shapes(encoder: nn.Module, shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the shape of one row of each level."""
    with torch.no_grad():
        blank = next(encoder.parameters()).new_zeros(1, *shape)
        return [tuple(level.shape[1:]) for level in levels(encoder, blank)]
