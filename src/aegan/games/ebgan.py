"""The discriminator is an autoencoder, and its reconstruction error an energy."""

from __future__ import annotations

import torch
from pydantic import PositiveFloat
from torch import Tensor

from aegan.catalogue import build, choice
from aegan.games.adversarial import Basics, drawn_through
from aegan.games.game import Batch, Game, Player
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.networks.prior import Mixture


def ebgan(
    parts: Basics,
    *,
    architecture: choice(AUTOENCODERS) = "dense",  # type: ignore[valid-type]
    margin: PositiveFloat = 0.05,
) -> Game:
    """Energy-based GAN (Zhao 2017, eqs. 1 and 2): D(x) is the mean squared error of D's reconstruction of x.

    The discriminator minimises D(x) + [margin − D(G(z))]₊, the generator D(G(z)). An energy is no logit, so no loss,
    penalty or packing of logits applies, and there is no contest.

    Args:
        architecture: the discriminator, an autoencoder.
        margin: energy above which fakes are left alone, in squares of the pixel range; best below the variance of the
            pixels, which is the energy of data under a discriminator that makes everything their mean.
    """
    generator = parts.generator(parts.latent, parts.shape, parts.output)
    autoencoder = parts.fresh("discriminator", lambda: build(AUTOENCODERS, dict(architecture), parts.shape, 1))
    prior = Mixture.standard(parts.latent)
    generate = drawn_through(generator, prior)

    def energy(data: Tensor) -> Tensor:
        error: Tensor = (autoencoder(data) - data).square().flatten(1).mean(1)
        return error

    def discriminator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        missing = margin - energy(generate(len(batch.real), rng))
        return energy(batch.real).mean() + missing.relu().mean()

    def generator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return energy(generate(len(batch.real), rng)).mean()

    return Game(
        players=(
            Player("discriminator", autoencoder, discriminator_loss, parts.discriminator_moves),
            Player("generator", generator, generator_loss),
        ),
        bystanders={"prior": prior},
        generate=generate,
    )
