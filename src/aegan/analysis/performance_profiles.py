"""From the quality of single runs to performance profiles: how many runs of a method come how close to the floor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from aegan.analysis.member_outcomes import SPACES
from aegan.analysis.study_schema import PROFILES
from aegan.seeding import numpy_generator
from aegan.statistics.paired import worst_if_lost
from aegan.statistics.stratified import bootstrap, profile

#: multiples of the floor at which a profile is read, evenly spaced in their logarithm from the best run to the worst
POINTS = 60


def profiles(measured: pd.DataFrame, quality: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Profile FD-cls, as a multiple of the floor that data sets then share, per method over all its data sets.

    Args:
        measured: dataset, method, seed, outcome, value, of which those of `fd` (log10, NaN where a member diverged).
        quality: dataset, space, metric, floor.
        settings: the config's section `report`.

    Returns:
        method, multiple, share, low, high: the share of runs at or below a multiple of the floor, and its bootstrap
        interval; a run that diverged reaches none. Data sets whose floor is not above zero are left out.
    """
    floor = floors(quality)
    known = measured[(measured["outcome"] == "fd") & measured["dataset"].isin(floor.index)]
    below = known["dataset"].map(floor).to_numpy(dtype=float) - known["value"].to_numpy(dtype=float)
    scores = known.assign(score=worst_if_lost(below))
    reached = scores["score"][np.isfinite(scores["score"])]
    if reached.empty:
        return pd.DataFrame(columns=PROFILES)
    thresholds = np.linspace(reached.max(), reached.min(), POINTS)
    return pd.concat([_profiled(own, thresholds, settings) for _, own in scores.groupby("method", sort=False)])


def floors(quality: pd.DataFrame) -> pd.Series[float]:
    """Take log10 of the floor of FD by data set, in the first feature space that it has."""
    rows = quality[(quality["metric"] == "fd") & quality["space"].isin(SPACES)]
    preferred = rows.sort_values("space", key=lambda spaces: spaces.map(SPACES.index), kind="stable")
    floor = preferred.groupby("dataset")["floor"].first().astype(float)
    return floor[floor > 0].map(np.log10)


def _profiled(scores: pd.DataFrame, thresholds: np.ndarray, settings: Mapping[str, Any]) -> pd.DataFrame:
    strata = [own.to_numpy() for _, own in scores.groupby("dataset")["score"]]
    method = scores["method"].iloc[0]
    low, high = bootstrap(
        strata,
        lambda drawn: profile(drawn, thresholds),
        confidence=settings["confidence"],
        resamples=settings["resamples"],
        rng=numpy_generator(0, "profile", method),
    )
    shares = {"share": profile(strata, thresholds), "low": low, "high": high}
    return pd.DataFrame({"method": method, "multiple": 10.0**-thresholds, **shares})[PROFILES]
