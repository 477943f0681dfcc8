"""What every adversarial role is built from: the parts a config names, and the duel of two players."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from aegan.games.game import Batch, Game, Player
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.prior import Mixture
from aegan.objectives.losses import AdversarialLoss
from aegan.objectives.penalties import Penalty


class Parts(NamedTuple):
    """The axes of a method, ready to be put together by a role."""

    shape: tuple[int, ...]  #: (C, H, W) of the images
    latent: int  #: numbers per latent code of a role that has no autoencoder to say so
    generator: Callable[[int, tuple[int, ...], str | None], nn.Module]  #: (code, shape, output) -> fresh generator
    discriminator: Callable[[tuple[int, ...]], nn.Module]  #: shape -> fresh discriminator
    loss: AdversarialLoss
    penalty: Penalty | None


class Trained(NamedTuple):
    """A trained autoencoder and the prior that was fitted on its codes of the training split."""

    autoencoder: Autoencoder
    prior: Mixture


Fake = Callable[[Batch, torch.Generator], Tensor]


def duel(
    generator: nn.Module,
    discriminator: nn.Module,
    fake: Fake,
    parts: Parts,
    anchor: Callable[[Batch, Tensor], Tensor] | None = None,
) -> tuple[Player, Player]:
    """Set a discriminator against whatever makes `fake`: the discriminator moves first, then the generator.

    Args:
        generator: the module that the generator's moves change.
        discriminator: the module that the discriminator's moves change.
        fake: makes one fake per real of a batch.
        parts: the loss and the penalty they play by.
        anchor: what the generator minimises besides, of its batch and its fakes.
    """

    def discriminator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        with torch.no_grad():
            forged = fake(batch, rng)
        judged = parts.loss.discriminator(judge(discriminator, batch.real), judge(discriminator, forged))
        return judged + parts.penalty(discriminator, batch.real, forged, rng) if parts.penalty else judged

    def generator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        with torch.no_grad():
            real = judge(discriminator, batch.real)
        forged = fake(batch, rng)
        adversarial = parts.loss.generator(real, judge(discriminator, forged))
        return adversarial + anchor(batch, forged) if anchor else adversarial

    return Player("discriminator", discriminator, discriminator_loss), Player("generator", generator, generator_loss)


def judge(discriminator: nn.Module, data: Tensor) -> Tensor:
    """Return the discriminator's logits (N,) of data (N, ...)."""
    logits: Tensor = discriminator(data)
    return logits.flatten()


def opinion(discriminator: nn.Module, fake: Fake) -> Callable[[Batch, torch.Generator], tuple[Tensor, Tensor]]:
    """Make the `logits` of a game from its discriminator and its fakes."""
    return lambda batch, rng: (judge(discriminator, batch.real), judge(discriminator, fake(batch, rng)))


def plain_game(parts: Parts, generator: nn.Module, prior: Mixture) -> Game:
    """Play a plain GAN on images: fakes are G(z) with z drawn from `prior`."""
    discriminator = parts.discriminator(parts.shape)

    def generate(count: int, rng: torch.Generator) -> Tensor:
        images: Tensor = generator(prior.draw(count, rng))
        return images

    def fake(batch: Batch, rng: torch.Generator) -> Tensor:
        return generate(len(batch.real), rng)

    return Game(
        players=duel(generator, discriminator, fake, parts),
        bystanders={"prior": prior},
        generate=generate,
        logits=opinion(discriminator, fake),
    )
