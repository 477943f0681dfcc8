"""The players of an adversarial game: a discriminator and the generator of the fakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.components import LogitComponents
from aegan.games.game import DiscriminatorTask, DrawFunction, LogitFunction, Player, Sampler
from aegan.networks.prior import Mixture
from aegan.objectives.losses import AdversarialLoss
from aegan.objectives.weight_schedules import scale_loss


def get_real_data(batch: Batch, _rng: torch.Generator) -> Tensor:
    """Return the data (N, ...) of the batch."""
    return batch.real


def flatten_logits(discriminator: nn.Module) -> LogitFunction:
    """Make (data (N, ...), batch) -> logits (N,) of a discriminator that gives (N, 1)."""

    def compute_logits(data: Tensor, _batch: Batch) -> Tensor:
        logits: Tensor = discriminator(data)
        return logits.flatten()

    return compute_logits


def make_discriminator_task(
    components: LogitComponents, compute_logits: LogitFunction, fake: DrawFunction, real: DrawFunction = get_real_data
) -> DiscriminatorTask:
    """Make the task of telling `real` from `fake`; the method's augmentations are applied to both.

    Args:
        components: the method's augmentations.
        compute_logits: the discriminator: data (N, ...) and their batch to logits.
        fake: draws the fakes (N, ...).
        real: draws the real data (N, ...).
    """
    return DiscriminatorTask(
        real=apply_augmentations(components, real),
        fake=apply_augmentations(components, fake),
        compute_logits=compute_logits,
        gives_log_odds=components.loss.gives_log_odds,
        loss=components.loss,
    )


def apply_augmentations(components: LogitComponents, draw: DrawFunction) -> DrawFunction:
    """Return a function that applies the method's augmentations to what `draw` returns (N, ...)."""

    def draw_augmented(batch: Batch, rng: torch.Generator) -> Tensor:
        data = draw(batch, rng)
        for augment in components.augmentations:
            data = augment(data, batch.step, rng)
        return data

    return draw_augmented if components.augmentations else draw


def bind_generator_loss(
    loss: AdversarialLoss, task: DiscriminatorTask, batch: Batch, rng: torch.Generator
) -> Callable[[Tensor], Tensor]:
    """Return the generator's loss as a function of the logits of its fakes alone.

    Real data are drawn, and their logits computed, only if the loss needs them.

    Args:
        loss: of both sides.
        task: what the discriminator tells apart.
        batch: the real data (N, ...).
        rng: draws what `task.real` needs.
    """
    needed = loss.generator_needs_real
    real = task.compute_logits(task.real(batch, rng), batch) if needed else batch.real.new_empty(0)
    return lambda fake: loss.generator(real, fake)


def compute_generator_loss(
    components: LogitComponents,
    task: DiscriminatorTask,
    batch: Batch,
    rng: torch.Generator,
    extra_loss: Callable[[Batch, Tensor], Tensor] | None = None,
) -> Tensor:
    """Compute the generator's adversarial loss () of new fakes, plus `extra_loss` of them.

    Args:
        components: the method's loss.
        task: what the discriminator tells apart.
        batch: the real data (N, ...).
        rng: draws the fakes.
        extra_loss: (batch, fakes (N, ...)) -> ().
    """
    loss_of_logits = bind_generator_loss(components.loss, task, batch, rng)
    fake = task.fake(batch, rng)
    loss = loss_of_logits(task.compute_logits(fake, batch))
    return loss + extra_loss(batch, fake) if extra_loss else loss


def make_discriminator_player(
    components: LogitComponents,
    discriminator: nn.Module,
    task: DiscriminatorTask,
    extra_loss: Callable[[Batch, Tensor, Tensor], Tensor] | None = None,
    name: str = "discriminator",
) -> Player:
    """Make the player that minimises adversarial loss + weight · penalty, with its constraint on the weights.

    Args:
        components: the method's loss, penalty, penalty_weight and constraint.
        discriminator: the module that the player moves.
        task: what it tells apart.
        extra_loss: (batch, real (N, ...), fake (N, ...)) -> (), added to the loss.
        name: the player's name.
    """

    def compute_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        real, fake = task.real(batch, rng), task.fake(batch, rng)
        compute_logits = task.bind_batch(batch)
        loss = components.loss.discriminator(compute_logits(real), compute_logits(fake))
        if components.penalty:
            penalty = components.penalty(compute_logits, real, fake, rng)
            loss = loss + scale_loss(components.penalty_weight(batch.step), penalty)
        return loss + extra_loss(batch, real, fake) if extra_loss else loss

    return Player(
        name,
        discriminator,
        compute_loss,
        moves=components.discriminator_moves,
        after_move=components.constraint,
        is_discriminator=True,
    )


def make_adversarial_players(
    components: LogitComponents,
    generator: nn.Module,
    discriminator: nn.Module,
    task: DiscriminatorTask,
    extra_generator_loss: Callable[[Batch, Tensor], Tensor] | None = None,
) -> tuple[Player, Player]:
    """Make the discriminator, which moves first, and the generator.

    Args:
        components: the method's adversarial objective.
        generator: the module that the generator moves.
        discriminator: the module that the discriminator moves.
        task: what the discriminator tells apart.
        extra_generator_loss: (batch, fakes (N, ...)) -> (), added to the generator's loss.
    """

    def compute_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return compute_generator_loss(components, task, batch, rng, extra_generator_loss)

    return make_discriminator_player(components, discriminator, task), Player("generator", generator, compute_loss)


def average_adversarial_players(
    components: LogitComponents, generator: nn.Module, discriminator: nn.Module, tasks: Sequence[DiscriminatorTask]
) -> tuple[Player, Player]:
    """Make the players of several kinds of fakes: each minimises the mean of its losses over the tasks.

    Args:
        components: the method's adversarial objective.
        generator: the module that the generator moves.
        discriminator: the module that the discriminator moves.
        tasks: one per kind of fakes.
    """
    pairs = [make_adversarial_players(components, generator, discriminator, task) for task in tasks]

    def average(players: Sequence[Player]) -> Player:
        losses = [player.loss for player in players]
        return players[0]._replace(loss=lambda batch, rng: torch.stack([loss(batch, rng) for loss in losses]).mean())

    discriminators, generators = zip(*pairs, strict=True)
    return average(discriminators), average(generators)


def draw_fakes_with(generate: Callable[[int, torch.Generator], Tensor]) -> DrawFunction:
    """Make a function that draws as many fakes (N, ...) as a batch has real samples."""
    return lambda batch, rng: generate(len(batch.real), rng)


def make_sampler(generator: nn.Module, prior: Mixture) -> Sampler:
    """Make the sampler of a generator whose codes (count, D) are draws of the prior."""

    def draw_codes(count: int, rng: torch.Generator) -> Tensor:
        return prior.draw(count, rng)  # looked up at each draw: `fix_codes` replaces it

    return Sampler(draw_codes, generator)
