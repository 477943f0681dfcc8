"""A generator and an encoder that learn together to invert each other: what roles that make both share."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import torch
from pydantic import BaseModel
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import Basics, Parts, contest, drawn_through
from aegan.games.game import DiscriminatorTask, Game, Loss, Player
from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.prior import Mixture
from aegan.registry import build


def inverses(parts: Basics, encoder: BaseModel) -> Autoencoder:
    """Make a fresh generator and a fresh encoder of its codes; the generator is the decoder.

    Args:
        parts: what they are made of.
        encoder: network from data to codes, an entry of `DISCRIMINATORS` with its options.
    """
    generator = parts.generator(parts.latent, parts.shape, parts.output)
    inverse = parts.fresh("encoder", lambda: build(DISCRIMINATORS, dict(encoder), parts.shape, parts.latent))
    return Autoencoder(inverse, generator, parts.latent)


def pairs(parts: Parts, inverse: Autoencoder, prior: Mixture) -> tuple[nn.Module, DiscriminatorTask]:
    """Make a discriminator of pairs of data and code, and show it (x, Enc x) as real, (G(z), z) as fake."""
    discriminator = parts.discriminator((prod(parts.shape) + parts.latent,))

    def real(batch: Batch, _rng: torch.Generator) -> Tensor:
        return torch.cat([batch.real.flatten(1), inverse.encode(batch.real)], dim=1)

    def fake(batch: Batch, rng: torch.Generator) -> Tensor:
        codes = prior.draw(len(batch.real), rng)
        return torch.cat([inverse.decoder(codes).flatten(1), codes], dim=1)

    return discriminator, contest(parts, discriminator, fake, real)


def inverse_game(
    parts: Parts,
    inverse: Autoencoder,
    prior: Mixture,
    shown: DiscriminatorTask,
    judges: Sequence[Player],
    generator_loss: Loss,
    encoder_loss: Loss,
    **auxiliary_modules: nn.Module,
) -> Game:
    """Set those who judge against the generator and then the encoder; new data are decoded draws, with a way back.

    Args:
        parts: what the players play by.
        inverse: the generator, which is its decoder, and the encoder.
        prior: what codes are drawn from.
        shown: what the discriminator judges.
        judges: who moves first.
        generator_loss: what the generator minimises.
        encoder_loss: what the encoder minimises.
        auxiliary_modules: modules that take part without moving, besides the prior and the penalty.
    """
    makers = Player("generator", inverse.decoder, generator_loss), Player("encoder", inverse.encoder, encoder_loss)
    return Game(
        players=(*judges, *makers),
        auxiliary_modules={"prior": prior, **parts.auxiliary_modules, **auxiliary_modules},
        generate=drawn_through(inverse.decoder, prior),
        reconstruct=inverse,
        contest=shown,
    )
