"""Other fakes than a game's own: those of a task replaced, and games against one kind alone, for the diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from torch import Tensor, nn

from aegan.games.adversarial import apply_augmentations, make_adversarial_players
from aegan.games.components import LogitComponents
from aegan.games.game import DiscriminatorTask, Game


def replace_fakes(components: LogitComponents, task: DiscriminatorTask, fake: Tensor) -> DiscriminatorTask:
    """Return a task whose fakes are those given, so that a loss of its own need not draw them again.

    Args:
        components: the method's augmentations, which are applied to the fakes.
        task: the task.
        fake: the fakes (N, ...).
    """
    return task._replace(fake=apply_augmentations(components, lambda _batch, _rng: fake))


def set_against(
    game: Game, components: LogitComponents, tasks: Mapping[str, DiscriminatorTask], generator: nn.Module
) -> Game:
    """Return the game with the games in which its discriminator is set against one kind of fakes alone.

    Args:
        game: the game.
        components: the method's adversarial objective.
        tasks: kind of fakes -> the discriminator's task with it.
        generator: the module that makes the fakes.
    """
    discriminator = game.get_player("discriminator").module

    def play(task: DiscriminatorTask) -> Game:
        players = make_adversarial_players(components, generator, discriminator, task)
        others = {name: module for name, module in game.modules.items() if module not in (discriminator, generator)}
        return replace(game, players=players, auxiliary_modules=others, discriminator_task=task)

    return replace(game, other_fakes={kind: play(task) for kind, task in tasks.items()})
