"""Pairs of runs with the same seed, of a method and of a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import pandas as pd

from aegan.errors import InputError

INPUT_COLUMNS = ["dataset", "method", "seed", "outcome", "value"]


class Pairs(NamedTuple):
    """The values of a method and of a baseline, for one outcome on one data set; no seed of one of them alone."""

    dataset: str
    method: str
    baseline: str
    outcome: str  #: its key
    by_seed: pd.DataFrame  #: seed × value, baseline_value; NaN for a diverged member


def pair_members(frame: pd.DataFrame, comparisons: Sequence[tuple[str, str]], outcomes: Sequence[str]) -> list[Pairs]:
    """Pair every method with its baselines, per dataset and outcome, over the seeds that both ran.

    Args:
        frame: tidy, one row per member and outcome: dataset, method, seed, outcome, value.
        comparisons: methods and baselines; a method may have several.
        outcomes: the outcomes to pair; others are ignored.

    Returns:
        The pairs of every method that has the outcome, in the order of comparisons and outcomes; none where the
        baseline does not have it.

    Raises:
        InputError: the frame lacks a column or holds a member's outcome twice.
    """
    missing = [column for column in INPUT_COLUMNS if column not in frame]
    if missing:
        raise InputError("frame", f"no column {', '.join(missing)}", f"A tidy frame has {', '.join(INPUT_COLUMNS)}.")
    twice = frame.duplicated(INPUT_COLUMNS[:-1])
    if twice.any():
        member = dict(frame.loc[twice, INPUT_COLUMNS[:-1]].iloc[0])
        raise InputError("frame", f"{member} has more than one value", "Keep one row per member and outcome.")
    groups = frame.sort_values("seed").groupby(["dataset", "method", "outcome"])
    members = {key: group.set_index("seed")["value"].astype(float) for key, group in groups}
    return [
        Pairs(dataset, method, base, outcome, _join(members[key], members.get((dataset, base, outcome))))
        for dataset, (method, base), outcome in product(sorted(set(frame["dataset"])), comparisons, outcomes)
        if (key := (dataset, method, outcome)) in members
    ]


def _join(arm: pd.Series[float], baseline: pd.Series[float] | None) -> pd.DataFrame:
    baseline = arm.iloc[:0] if baseline is None else baseline
    return pd.concat({"value": arm, "baseline_value": baseline}, axis=1, join="inner")
