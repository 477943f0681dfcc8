"""Performance profiles: the share of a method's runs whose quality lies within a multiple of the floor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from aegan.analysis.member_tables import QUALITY_SPACES
from aegan.analysis.study_schema import PROFILES
from aegan.seeding import numpy_generator
from aegan.statistics.paired import replace_diverged
from aegan.statistics.stratified import bootstrap_strata, performance_profile

#: number of multiples of the floor at which a profile is computed, log-spaced from the best run to the worst
POINTS = 60


def tabulate_profiles(outcomes: pd.DataFrame, quality: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Tabulate the profile of FD-cls per method, over the data sets that run the same methods.

    Multiples of the floor make data sets comparable. Methods are comparable only over the same data sets.

    Args:
        outcomes: dataset, method, seed, outcome, value, of which `fd` is read (log10, NaN where a member diverged).
        quality: dataset, space, metric, floor.
        settings: the config's section `report`.

    Returns:
        `PROFILES`: the share of runs at or below a multiple of the floor, with its bootstrap interval; datasets are the
        names of the data sets, joined. A run that diverged reaches no multiple; data sets whose floor is not above zero
        are left out.
    """
    floor = compute_log_floors(quality)
    runs = outcomes[(outcomes["outcome"] == "fd") & outcomes["dataset"].isin(floor.index)]
    closeness = runs["dataset"].map(floor).to_numpy(dtype=float) - runs["value"].to_numpy(dtype=float)
    scores = runs.assign(score=replace_diverged(closeness))
    reached = scores["score"][np.isfinite(scores["score"])]
    if reached.empty:
        return pd.DataFrame(columns=PROFILES)
    thresholds = np.linspace(reached.max(), reached.min(), POINTS)
    named = scores.assign(datasets=scores["dataset"].map(_join_alike(scores)))
    profiled = named.groupby(["datasets", "method"], sort=False)
    return pd.concat([_profile_method(own, thresholds, settings) for _, own in profiled])


def _join_alike(runs: pd.DataFrame) -> dict[str, str]:
    """Join the names of the data sets that run the same methods: data set -> names."""
    alike: dict[frozenset[str], list[str]] = {}
    for dataset, own in runs.groupby("dataset", sort=False):
        alike.setdefault(frozenset(own["method"]), []).append(str(dataset))
    return {name: ", ".join(names) for names in alike.values() for name in names}


def compute_log_floors(quality: pd.DataFrame) -> pd.Series[float]:
    """Compute log10 of the floor of FD by data set, in the first feature space that it has; absent if it is 0."""
    rows = quality[(quality["metric"] == "fd") & quality["space"].isin(QUALITY_SPACES)]
    preferred = rows.sort_values("space", key=lambda spaces: spaces.map(QUALITY_SPACES.index), kind="stable")
    floor = preferred.groupby("dataset")["floor"].first().astype(float)
    return floor[floor > 0].map(np.log10)


def _profile_method(scores: pd.DataFrame, thresholds: np.ndarray, settings: Mapping[str, Any]) -> pd.DataFrame:
    strata = [own.to_numpy() for _, own in scores.groupby("dataset")["score"]]
    method = scores["method"].iloc[0]
    low, high = bootstrap_strata(
        strata,
        lambda resample: performance_profile(resample, thresholds),
        confidence=settings["confidence"],
        resamples=settings["resamples"],
        rng=numpy_generator(0, "profile", method),
    )
    shares = {"share": performance_profile(strata, thresholds), "low": low, "high": high}
    names = {"datasets": scores["datasets"].iloc[0], "method": method}
    return pd.DataFrame({**names, "multiple": 10.0**-thresholds, **shares})[PROFILES]
