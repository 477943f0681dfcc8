"""What every adversarial role is built from: the parts a config names, and the duel of two players."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.games.game import Batch, Contest, Game, Player
from aegan.networks.activations import Activation, output_activation
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.initialise import initialised
from aegan.networks.prior import Mixture
from aegan.objectives.constraints import Constraint
from aegan.objectives.losses import AdversarialLoss
from aegan.objectives.penalties import Penalty

M = TypeVar("M", bound=nn.Module)


@dataclass(frozen=True)
class Basics:
    """The axes of a method that every role reads."""

    shape: tuple[int, ...]  #: (C, H, W) of images, (D,) of points
    latent: int  #: numbers per latent code of a role that has no autoencoder to say so
    generator: Callable[[int, tuple[int, ...], Activation | None], nn.Module]  #: (code, shape, output) -> a fresh one
    discriminator_moves: int = field(default=1, kw_only=True)
    seed: int = field(default=0, kw_only=True)  #: methods that share it start from the same weights

    @property
    def output(self) -> Activation | None:
        """Activation of a network that makes data: images lie in [0, 1], points anywhere."""
        return output_activation(self.shape)

    def fresh(self, purpose: str, make: Callable[[], M]) -> M:
        """Make a network whose weights are drawn from the seed for a purpose, which is best the network's name."""
        return initialised(make, seeding.torch_generator(self.seed, "init", purpose))


@dataclass(frozen=True)
class Parts(Basics):
    """All axes of a method, ready to be put together by a role whose discriminator gives logits."""

    discriminator: Callable[[tuple[int, ...]], nn.Module]  #: shape -> fresh discriminator
    loss: AdversarialLoss
    penalty: Penalty | None = None
    constraint: Constraint | None = None


class Trained(NamedTuple):
    """A trained autoencoder and the prior that was fitted on its codes of the training split."""

    autoencoder: Autoencoder
    prior: Mixture


Draw = Callable[[Batch, torch.Generator], Tensor]


def contest(discriminator: nn.Module, fake: Draw, real: Draw = lambda batch, _rng: batch.real) -> Contest:
    """Show a discriminator `fake`, and as real the batch itself unless told otherwise."""

    def judge(data: Tensor) -> Tensor:
        logits: Tensor = discriminator(data)
        return logits.flatten()

    return Contest(real=real, fake=fake, judge=judge)


def duel(
    generator: nn.Module,
    discriminator: nn.Module,
    shown: Contest,
    parts: Parts,
    anchor: Callable[[Batch, Tensor], Tensor] | None = None,
) -> tuple[Player, Player]:
    """Set a discriminator against what makes the fakes: the discriminator moves first, then the generator.

    Args:
        generator: the module that the generator's moves change.
        discriminator: the module that the discriminator's moves change.
        shown: what the discriminator judges.
        parts: the loss, the penalty and the constraint they play by.
        anchor: what the generator minimises besides, of its batch and its fakes.
    """

    def discriminator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        real, fake = shown.real(batch, rng), shown.fake(batch, rng)
        judged = parts.loss.discriminator(shown.judge(real), shown.judge(fake))
        return judged + parts.penalty(shown.judge, real, fake, rng) if parts.penalty else judged

    def generator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        real, fake = shown.real(batch, rng), shown.fake(batch, rng)
        adversarial = parts.loss.generator(shown.judge(real), shown.judge(fake))
        return adversarial + anchor(batch, fake) if anchor else adversarial

    return (
        Player("discriminator", discriminator, discriminator_loss, parts.discriminator_moves, parts.constraint),
        Player("generator", generator, generator_loss),
    )


def drawn_through(generator: nn.Module, prior: Mixture) -> Callable[[int, torch.Generator], Tensor]:
    """Make (count, rng) -> (count, ...) that maps draws of a prior through a generator."""

    def generate(count: int, rng: torch.Generator) -> Tensor:
        made: Tensor = generator(prior.draw(count, rng))
        return made

    return generate


def plain_game(parts: Parts, generator: nn.Module, prior: Mixture) -> Game:
    """Play a plain GAN: fakes are G(z) with z drawn from `prior`."""
    discriminator, generate = parts.discriminator(parts.shape), drawn_through(generator, prior)
    shown = contest(discriminator, lambda batch, rng: generate(len(batch.real), rng))
    return Game(
        players=duel(generator, discriminator, shown, parts),
        bystanders={"prior": prior},
        generate=generate,
        contest=shown,
    )
