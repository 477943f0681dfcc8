"""What every reproduction of a published result is made of, and how it is graded.

A reproduction measures one seed at a time, so that seeds can be blocks and jobs. Its criterion is an option of its
entry in the config: it is fixed there before the confirmatory seeds are run. The defaults of the other options are
the paper's setting; whatever the config makes smaller is named beside the grade.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler
from aegan.games.game import Game
from aegan.registry import options_model
from aegan.training.cohort import train
from aegan.training.member import Member, new_member
from aegan.training.observers import Observer

if TYPE_CHECKING:  # drawing takes a second to import that the config need not wait for
    from matplotlib.figure import Figure

#: coverage and resamples of the intervals that grades rest on
CONFIDENCE, RESAMPLES = 0.95, 2000


class World(NamedTuple):
    """The data of a reproduction, on its device."""

    train: ArrayDataset
    test: ArrayDataset


class Grade(NamedTuple):
    """One criterion of a reproduction: the value over the seeds with its interval, and whether all of it passes."""

    criterion: str  #: in words, with the threshold and the unit
    value: float  #: interquartile mean over the seeds
    low: float
    high: float
    n: int  #: seeds
    passed: bool


@dataclass(frozen=True)
class Reproduction:
    """A published result.

    Args:
        paper: authors, year and figure, table or theorem.
        claim: what it says, in a sentence.
        measure: (seed, world) -> tidy rows of that seed; the world is None for a result that needs no data.
        grade: the rows of all seeds, with a column `seed` -> a grade per criterion.
        draw: the rows of all seeds -> the paper's figure, with a band over our seeds.
        exact: whether it is mathematics, which holds for every seed, rather than an experiment.
    """

    paper: str
    claim: str
    measure: Callable[[int, World | None], pd.DataFrame]
    grade: Callable[[pd.DataFrame], Sequence[Grade]]
    draw: Callable[[pd.DataFrame], Figure]
    exact: bool = field(default=False)


def graded(
    criterion: str, values: Sequence[float] | np.ndarray, *, at_least: float = -np.inf, at_most: float = np.inf
) -> Grade:
    """Grade a criterion on one value per seed: it passes where the whole interval lies within the bounds.

    Args:
        criterion: in words.
        values: (n,) one number per seed; a run that failed has NaN and fails the criterion.
        at_least: lower bound, inclusive.
        at_most: upper bound, inclusive.
    """
    from aegan.statistics.paired import interval  # scipy.stats is slow to import
    from aegan.statistics.stratified import iqm

    values = np.asarray(values, dtype=np.float64)
    if not len(values) or np.isnan(values).any():
        return Grade(criterion, np.nan, np.nan, np.nan, len(values), False)
    low, high = interval(values, confidence=CONFIDENCE, resamples=RESAMPLES, rng=np.random.default_rng(0))
    return Grade(criterion, float(iqm(values)), low, high, len(values), bool(at_least <= low and high <= at_most))


def setting(name: str, entry: Callable[..., Reproduction], chosen: Mapping[str, Any]) -> str:
    """Say in which options an entry of the config differs from the paper's setting; nothing where it does not."""
    model = options_model(name, entry)
    defaults, present = (
        model.model_validate({"name": name, **options}).model_dump(mode="json") for options in ({}, dict(chosen))
    )
    return ", ".join(
        f"{key} {value} instead of {defaults[key]}" for key, value in present.items() if value != defaults[key]
    )


def play(
    game: Game,
    rows: ArrayDataset,
    *,
    seed: int,
    rounds: int,
    batch_size: int,
    optimiser: Mapping[str, Any],
    observers: Sequence[Observer] = (),
) -> Member:
    """Train a game that is not an entry of `methods`, through the one loop."""
    member = new_member(seed, game, rows, BatchSampler(np.arange(len(rows)), batch_size, seed), optimiser)
    train(member, rounds, observers)
    return member
