"""Generators that are frozen before a fresh discriminator: built to vanish there, or trained and healthy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd
import torch
from benchmarks.small_gans import build_member, dense_config, make_gan

from aegan.evaluation.frozen_generator import FrozenGeneratorProbe, freeze_generator
from aegan.games.game import Game
from aegan.probes.schedules import logarithmic
from aegan.tables import TRAINING_FAKES
from aegan.training.cohort import train
from aegan.training.outputs import join_histories

#: steps of the fresh discriminator, and looks at the generator's gradient
STEPS, LOOKS, BATCHES = 1000, 12, 4

JUDGE = dense_config(2, 128)


class FreshBuild(NamedTuple):
    """A way to make a generator whose gradient before a fresh discriminator is known to vanish or not."""

    built: str  #: the expected verdict
    how: str  #: the way, in words
    rounds: int  #: of training before it is frozen
    axes: dict[str, Any]  #: of the method
    change: Callable[[torch.nn.Module], None] | None = None  #: made to the generator before training


def give_one_picture(generator: torch.nn.Module) -> None:
    """Set the last layer's weights to a thousandth, so that all samples are nearly the same picture."""
    *_, last = (layer for layer in generator.modules() if isinstance(layer, torch.nn.Linear))
    with torch.no_grad():
        last.weight *= 1e-3


R1 = {"penalty": "r1"}

#: A loss that does not saturate grows before every discriminator that wins, so the last two are no faults
FRESH_BUILDS = [
    FreshBuild("vanishing", "untrained generator, minimax", 0, {"loss": "minimax"}),
    FreshBuild("vanishing", "untrained generator of one picture, minimax", 0, {"loss": "minimax"}, give_one_picture),
    FreshBuild("vanishing", "generator after 20 rounds, minimax", 20, {"loss": "minimax"}),
    FreshBuild("healthy", "generator trained with R1, minimax", 1500, {"loss": "minimax", **R1}),
    FreshBuild("healthy", "generator trained with R1, non-saturating", 1500, R1),
    FreshBuild("healthy", "generator trained with R1, hinge", 1500, {"loss": "hinge", **R1}),
    FreshBuild("healthy", "untrained generator, non-saturating", 0, {}),
    FreshBuild("healthy", "untrained generator of one picture, non-saturating", 0, {}, give_one_picture),
]


def probe_build(build: FreshBuild, shape: tuple[int, int], seed: int) -> pd.DataFrame:
    """Train a generator, freeze it, and measure its gradients while a fresh discriminator learns.

    Args:
        build: how it is made.
        shape: hidden layers and width of the generator.
        seed: of all draws.

    Returns:
        The table that `assess_frozen_generators` reads.
    """
    axes = {"generator": dense_config(*shape), "discriminator": JUDGE, **build.axes}
    member = make_gan(seed, rate=1e-3, **axes)
    generator = member.game.modules["generator"]
    if build.change:
        build.change(generator)
    train(member, build.rounds, [])
    state, games = generator.state_dict(), []

    def freeze(game: Game) -> Game:
        game.modules["generator"].load_state_dict(state)
        games.append(game)
        return freeze_generator(game)

    fresh = build_member(seed, freeze, rate=1e-3, **{key: value for key, value in axes.items() if key != "penalty"})
    train(fresh, STEPS + 1, [FrozenGeneratorProbe(games[0], logarithmic(STEPS + 1, points=LOOKS), BATCHES)])
    table = join_histories([fresh])
    return table.assign(dataset="digits", method=build.how, stage=build.rounds, fakes=TRAINING_FAKES)
