"""Discriminators on the features of the trained encoder, one per level."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import draw_fakes_with, make_adversarial_players, make_discriminator_task, make_sampler
from aegan.games.components import GeneratorLogitComponents, TrainedAutoencoder
from aegan.games.game import Game
from aegan.networks.activations import ACTIVATIONS
from aegan.networks.conv import conv_encoder
from aegan.networks.dense import dense_encoder
from aegan.networks.prior import Mixture
from aegan.networks.residual import ResidualBlock
from aegan.option_types import Width


def features(
    components: GeneratorLogitComponents, trained: TrainedAutoencoder, *, width: Width = 64, channels: Width = 16
) -> Game:
    """Projected GAN (Sauer 2021, section 3) on the frozen encoder P: Σ_l GAN(D_l(P_l x)), here the mean over levels.

    P_l is the output of the l-th activation or residual block of the encoder, and D_l a small discriminator for it.
    The random projections of the paper, which mix channels and levels, are left out. A penalty looks at the gradient of
    the sum of the logits.

    Args:
        components: the method's generator and adversarial objective.
        trained: the trained autoencoder, whose encoder is P.
        width: units of the hidden layer of a discriminator of features (D,).
        channels: feature maps of the first layer of a discriminator of features (C, H, W).
    """
    encoder, prior = trained.autoencoder.encoder, Mixture.standard_normal(components.latent)
    generator = components.make_data_generator()
    shapes = compute_level_shapes(encoder, components.shape)

    def make_discriminator(shape: tuple[int, ...]) -> nn.Module:
        is_map = len(shape) == 3
        return conv_encoder(shape, 1, channels=channels) if is_map else dense_encoder(shape, 1, width=width, depth=1)

    discriminators = components.make_network("discriminator", lambda: nn.ModuleList(map(make_discriminator, shapes)))

    def compute_logits(data: Tensor, _batch: Batch) -> Tensor:
        levels = zip(discriminators, compute_levels(encoder, data), strict=True)
        return torch.cat([discriminator(level) for discriminator, level in levels], dim=1)

    generate = make_sampler(generator, prior)
    task = make_discriminator_task(components, compute_logits, draw_fakes_with(generate))
    return Game(
        players=make_adversarial_players(components, generator, discriminators, task),
        auxiliary_modules={"encoder": encoder, "prior": prior} | components.auxiliary_modules,
        generate=generate,
        discriminator_task=task,
    )


def compute_levels(encoder: nn.Module, data: Tensor) -> list[Tensor]:
    """Compute the output of each activation or residual block of a chain for data (N, ...).

    Returns:
        One tensor (N, ...) per level; the chain's output alone if it has neither.
    """
    assert isinstance(encoder, nn.Sequential), "only a chain has levels"
    found = []
    for layer in encoder:
        data = layer(data)
        if isinstance(layer, (*ACTIVATIONS, ResidualBlock)):
            found.append(data)
    return found or [data]


def compute_level_shapes(encoder: nn.Module, shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Compute the shape of one sample at each level."""
    with torch.no_grad():
        zeros = next(encoder.parameters()).new_zeros(1, *shape)
        return [tuple(level.shape[1:]) for level in compute_levels(encoder, zeros)]
