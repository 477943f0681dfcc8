"""Overlap and cure: fresh discriminators compared at equal held-out cross-entropy rather than at equal steps.

The decades that a generator's gradient loses by a given step tell how fast a discriminator learns as much as how good
the gradient is. Overlap is the first alone: the steps until the discriminator has reached a held-out cross-entropy.
Cure is the second alone: the decades lost when it has, in both runs of a pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from aegan.analysis.member_tables import MemberTables
from aegan.tables import CROSS_ENTROPY_LEVELS, MEMBER, SAMPLE_FAKES, TRAINING_FAKES

if TYPE_CHECKING:
    import pandas as pd

#: the two sides of a pair
SIDES = ("method", "baseline")


def read_overlap(tables: MemberTables, level: float, fakes: str = TRAINING_FAKES) -> pd.Series:
    """Read log10 of the steps that a fresh discriminator needs until a held-out cross-entropy, by member.

    It is that of the last stage. inf: not reached within the budget (censored), which ranks best. NaN: the member, or
    its discriminator, diverged.

    Args:
        tables: the tables of the study.
        level: the cross-entropy, sum of the terms of real data and of fakes in nats; that of guessing is 1.386.
        fakes: what the discriminator is set against; a method that has no such kind of its own is read against those
            that it trains on.
    """
    import pandas as pd

    runs = tables.find_fresh_runs(fakes)
    steps = [run.find_step(level) if run and not run.diverged else np.nan for run in runs.values()]
    members = pd.MultiIndex.from_frame(pd.DataFrame(runs.keys(), columns=MEMBER))
    return pd.Series(np.log10(np.maximum(steps, 1.0)), members, dtype=float)


def read_cure(
    tables: MemberTables,
    method: str,
    baseline: str,
    levels: Sequence[float] = CROSS_ENTROPY_LEVELS,
    fakes: str = TRAINING_FAKES,
) -> pd.DataFrame:
    """Read the decades of the generator's gradient lost at equal held-out cross-entropy in both runs of each pair.

    Args:
        tables: the tables of the study.
        method: one side of the pairs.
        baseline: the other; runs with the same data set and seed are a pair.
        levels: fixed cross-entropies to read at, besides the deepest.
        fakes: as in `read_overlap`, for the method; the baseline likewise.

    Returns:
        (dataset, seed) × `level`, the deepest cross-entropy that both runs reach; `method` and `baseline`, the decades
        each has lost there, both −inf if it is above all of `levels`, where nothing can be lost yet, so that the pair
        tells nothing; and method_at_{level}, baseline_at_{level}, NaN where one of them does not reach it. A run
        that diverged is NaN; its partner is then read at its own deepest.
    """
    import pandas as pd

    runs = tables.find_fresh_runs(fakes)
    rows = {}
    for (dataset, name, seed), mine in runs.items():
        if name != method or (dataset, baseline, seed) not in runs:
            continue
        pair = dict(zip(SIDES, (mine, runs[dataset, baseline, seed]), strict=True))
        sound = {side: run for side, run in pair.items() if run and not run.diverged}
        common = max((run.deepest for run in sound.values()), default=np.nan)
        row = {"level": common} | {side: run.compute_decades_lost(common) for side, run in sound.items()}
        for level in levels if len(sound) == 2 else ():
            if level >= common:
                row |= {f"{side}_at_{level:g}": run.compute_decades_lost(level) for side, run in sound.items()}
        if len(sound) == 2 and common > max(levels):
            row |= dict.fromkeys(SIDES, -np.inf)
        rows[dataset, seed] = row
    columns = ["level", *SIDES, *(f"{side}_at_{level:g}" for level in levels for side in SIDES)]
    pairs = pd.MultiIndex.from_frame(pd.DataFrame(rows.keys(), columns=["dataset", "seed"]))
    return pd.DataFrame(list(rows.values()), pairs, columns, dtype=float)


def read_cure_of_samples(tables: MemberTables, method: str, baseline: str) -> pd.DataFrame:
    """Read the cure of a method's samples: `read_cure` with fresh discriminators that are set against them alone.

    Args:
        tables: the tables of the study.
        method: one side of the pairs.
        baseline: the other; a side that trains on its samples alone is read as in `read_cure`.

    Returns:
        As `read_cure`, on the data sets on which a side has samples besides its training fakes: on others both sides
        have the values of `read_cure`.
    """
    lost = read_cure(tables, method, baseline, fakes=SAMPLE_FAKES)
    return lost[lost.index.isin(_list_sampled(tables, [method, baseline]), level="dataset")]


def read_overlap_of_samples(tables: MemberTables, method: str, baseline: str, level: float) -> pd.DataFrame:
    """Read the overlap of a method's samples: `read_overlap` with fresh discriminators set against them alone.

    Args:
        tables: the tables of the study.
        method: one side of the pairs.
        baseline: the other; a side that trains on its samples alone is read as in `read_overlap`.
        level: the cross-entropy.

    Returns:
        (dataset, seed) × `method` and `baseline`, log10 of the steps, on the data sets on which a side has samples
        besides its training fakes.
    """
    import pandas as pd

    steps = read_overlap(tables, level, SAMPLE_FAKES)
    steps = steps[steps.index.isin(_list_sampled(tables, [method, baseline]), level="dataset")]
    names = steps.index.get_level_values("method")
    sides = {
        side: steps[names == name].droplevel("method") for side, name in zip(SIDES, (method, baseline), strict=True)
    }
    return pd.concat(sides, axis=1, join="inner")


def _list_sampled(tables: MemberTables, methods: Sequence[str]) -> set[str]:
    """List the data sets on which one of two methods has samples besides its training fakes."""
    sampled = tables.probe[tables.probe["fakes"] == SAMPLE_FAKES]
    return set(sampled.loc[sampled["method"].isin(methods), "dataset"])
