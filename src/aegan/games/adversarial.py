"""What every adversarial role is built from: the parts a config names, and the duel of two players."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.batch import Batch
from aegan.games.game import DiscriminatorTask, Draw, Game, Player
from aegan.networks.activations import Activation, output_activation
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.initialise import Initialiser, initialised, xavier
from aegan.networks.prior import Mixture
from aegan.objectives.augmentations import View
from aegan.objectives.constraints import Constraint
from aegan.objectives.losses import AdversarialLoss
from aegan.objectives.penalties import Penalty
from aegan.objectives.weight_schedules import Weight, constant, weighted

M = TypeVar("M", bound=nn.Module)


@dataclass(frozen=True)
class Basics:
    """The axes of a method that every role reads."""

    shape: tuple[int, ...]  #: (C, H, W) of images, (D,) of points
    latent: int  #: numbers per latent code of a role that has no autoencoder to say so
    generator: Callable[[int, tuple[int, ...], Activation | None], nn.Module]  #: (code, shape, output) -> a fresh one
    discriminator_moves: int = field(default=1, kw_only=True)
    initialiser: Initialiser = field(default_factory=xavier, kw_only=True)
    shares: tuple[float, ...] = field(default=(), kw_only=True)  #: of the classes among the rows; () without labels
    seed: int = field(default=0, kw_only=True)  #: methods that share it start from the same weights

    @property
    def output(self) -> Activation | None:
        """Activation of a network that makes data: images lie in [0, 1], points anywhere."""
        return output_activation(self.shape)

    def fresh(self, purpose: str, make: Callable[[], M]) -> M:
        """Make a network whose weights are drawn from the seed for a purpose, which is best the network's name."""
        return initialised(make, seeding.torch_generator(self.seed, "init", purpose), self.initialiser)


@dataclass(frozen=True)
class Rules(Basics):
    """The axes of a method that a role reads whose discriminator gives logits and is its own."""

    loss: AdversarialLoss
    penalty: Penalty | None = None
    penalty_weight: Weight = field(default_factory=constant)  #: by which the penalty is multiplied, over the training
    constraint: Constraint | None = None
    views: tuple[View, ...] = ()  #: what is done to all data before the discriminator sees them, in order

    @property
    def auxiliary_modules(self) -> dict[str, nn.Module]:
        """The penalty, where it is one that remembers."""
        return {"penalty": self.penalty} if isinstance(self.penalty, nn.Module) else {}


@dataclass(frozen=True)
class _WithDiscriminator(Basics):
    discriminator: Callable[[tuple[int, ...]], nn.Module]  #: shape -> fresh discriminator


@dataclass(frozen=True)
class Parts(Rules, _WithDiscriminator):
    """All axes of a method, ready to be put together by a role whose discriminator gives logits."""


class Trained(NamedTuple):
    """A trained autoencoder and the prior that was fitted on its codes of the training split."""

    autoencoder: Autoencoder
    prior: Mixture


def itself(batch: Batch, _rng: torch.Generator) -> Tensor:
    """Draw the batch itself."""
    return batch.real


def contest(parts: Rules, discriminator: nn.Module, fake: Draw, real: Draw = itself) -> DiscriminatorTask:
    """Show a discriminator of single logits `fake`, and as real the batch itself unless told otherwise."""

    def judge(data: Tensor, _batch: Batch) -> Tensor:
        logits: Tensor = discriminator(data)
        return logits.flatten()

    return judged_by(judge, parts, fake, real)


def judged_by(
    judge: Callable[[Tensor, Batch], Tensor], parts: Rules, fake: Draw, real: Draw = itself
) -> DiscriminatorTask:
    """Show whoever judges data of a batch `fake`, and as real the batch itself unless told otherwise."""
    return DiscriminatorTask(real=viewed(parts, real), fake=viewed(parts, fake), judge=judge)


def viewed(parts: Rules, draw: Draw) -> Draw:
    """Let a draw be seen as the method's views have it."""

    def seen(batch: Batch, rng: torch.Generator) -> Tensor:
        data = draw(batch, rng)
        for view in parts.views:
            data = view(data, batch.step, rng)
        return data

    return seen if parts.views else draw


def adversarial_players(
    generator: nn.Module,
    discriminator: nn.Module,
    shown: DiscriminatorTask,
    parts: Rules,
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

    def generator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        fake, passing = passing_off(shown, parts, batch, rng)
        return passing + anchor(batch, fake) if anchor else passing

    return against(discriminator, shown, parts), Player("generator", generator, generator_loss)


def passing_off(shown: DiscriminatorTask, parts: Rules, batch: Batch, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return the fakes of a batch, and the generator's adversarial loss of them.

    Real data are drawn and judged only for a loss that compares with them.
    """
    on_real = shown.judge(shown.real(batch, rng), batch) if parts.loss.relative else batch.real.new_empty(0)
    fake = shown.fake(batch, rng)
    return fake, parts.loss.generator(on_real, shown.judge(fake, batch))


def against(
    discriminator: nn.Module,
    shown: DiscriminatorTask,
    parts: Rules,
    extra: Callable[[Batch, Tensor, Tensor], Tensor] | None = None,
    name: str = "discriminator",
) -> Player:
    """Make the player who tells real from fake, by the method's loss, penalty and constraint.

    Args:
        discriminator: the module that its moves change.
        shown: what it judges.
        parts: the loss, the penalty and the constraint it plays by.
        extra: what it minimises besides, of its batch and the real and fake data it was shown.
        name: the player's.
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        real, fake = shown.real(batch, rng), shown.fake(batch, rng)
        judge = shown.judging(batch)
        judged = parts.loss.discriminator(judge(real), judge(fake))
        if parts.penalty:
            judged = judged + weighted(parts.penalty_weight(batch.step), parts.penalty(judge, real, fake, rng))
        return judged + extra(batch, real, fake) if extra else judged

    return Player(name, discriminator, loss, parts.discriminator_moves, parts.constraint)


def mean_adversarial_players(
    generator: nn.Module, discriminator: nn.Module, contests: Sequence[DiscriminatorTask], parts: Rules
) -> tuple[Player, Player]:
    """Set a discriminator against what makes fakes of several kinds: each player minimises the mean of its losses."""
    duels = [adversarial_players(generator, discriminator, shown, parts) for shown in contests]

    def mean(players: Sequence[Player]) -> Player:
        losses = [player.loss for player in players]
        return players[0]._replace(loss=lambda batch, rng: torch.stack([loss(batch, rng) for loss in losses]).mean())

    judges, generators = zip(*duels, strict=True)
    return mean(judges), mean(generators)


def drawn_through(generator: nn.Module, prior: Mixture) -> Callable[[int, torch.Generator], Tensor]:
    """Make (count, rng) -> (count, ...) that maps draws of a prior through a generator."""

    def generate(count: int, rng: torch.Generator) -> Tensor:
        made: Tensor = generator(prior.draw(count, rng))
        return made

    return generate


def plain_game(
    parts: Parts, generator: nn.Module, prior: Mixture, real: Draw = itself, moved: nn.Module | None = None
) -> Game:
    """Play a plain GAN: fakes are G(z) with z drawn from `prior`.

    Args:
        parts: what the players are made of, and what they play by.
        generator: the whole way from z to a fake.
        prior: what z is drawn from.
        real: what is judged as real.
        moved: the part of the generator that its moves change; all of it unless told otherwise.
    """
    discriminator, generate = parts.discriminator(parts.shape), drawn_through(generator, prior)
    shown = contest(parts, discriminator, lambda batch, rng: generate(len(batch.real), rng), real)
    return Game(
        players=adversarial_players(moved or generator, discriminator, shown, parts),
        auxiliary_modules={"prior": prior} | parts.auxiliary_modules,
        generate=generate,
        contest=shown,
    )
