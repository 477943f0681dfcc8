"""The autoencoder comes out of the game: an encoder learns to invert the generator."""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor

from aegan.catalogue import build, choice
from aegan.games.adversarial import Parts, contest, drawn_through, duel
from aegan.games.game import Batch, Game, Player
from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.prior import Mixture


def bigan(
    parts: Parts,
    *,
    encoder: choice(DISCRIMINATORS) = "dense",  # type: ignore[valid-type]
) -> Game:
    """BiGAN, or ALI (Donahue 2017, section 3; Dumoulin 2017, section 2): D judges (x, Enc x) against (G(z), z).

    Generator and encoder are both out to confuse it: to the encoder the real pairs are fakes, so it minimises the
    generator's loss of the opposite logits. For the losses of the papers that is their common objective.

    Args:
        encoder: network from data to codes.
    """
    generator = parts.generator(parts.latent, parts.shape, parts.output)
    inverse = parts.fresh("encoder", lambda: build(DISCRIMINATORS, dict(encoder), parts.shape, parts.latent))
    discriminator = parts.discriminator((prod(parts.shape) + parts.latent,))
    prior = Mixture.standard(parts.latent)

    def real(batch: Batch, _rng: torch.Generator) -> Tensor:
        return torch.cat([batch.real.flatten(1), inverse(batch.real)], dim=1)

    def fake(batch: Batch, rng: torch.Generator) -> Tensor:
        codes = prior.draw(len(batch.real), rng)
        return torch.cat([generator(codes).flatten(1), codes], dim=1)

    def reconstruct(data: Tensor) -> Tensor:
        reconstructed: Tensor = generator(inverse(data))
        return reconstructed

    def encoder_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        of_real, of_fake = shown.logits(batch, rng)
        return parts.loss.generator(-of_fake, -of_real)

    shown = contest(discriminator, fake, real)
    return Game(
        players=(*duel(generator, discriminator, shown, parts), Player("encoder", inverse, encoder_loss)),
        bystanders={"prior": prior},
        generate=drawn_through(generator, prior),
        reconstruct=reconstruct,
        contest=shown,
    )
