"""The comparison of one method with its paired baseline, for one outcome on one data set."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from aegan.statistics.paired import (
    equivalence_p,
    estimate_paired_effect,
    replace_diverged,
    smallest_p,
    subtract_pairs,
)
from aegan.statistics.stratified import bootstrap_strata, interquartile_mean, probability_of_improvement


class Outcome(NamedTuple):
    """An outcome to decide on.

    Args:
        name: its name in the table.
        unit: unit of the values and thus of the effect.
        better: which direction is better.
        margin: the smallest effect that matters, in that unit; None if equivalence is not tested.
        counted: whether values are counted, such as operations, rather than sampled; then there is no test.
        binary: whether values are 0 or 1; then the effect is the mean, because an interquartile mean hides a few.
    """

    name: str
    unit: str
    better: Literal["lower", "higher"]
    margin: float | None
    counted: bool = False
    binary: bool = False


def compare_with_baseline(
    arm: pd.Series[float],
    baseline: pd.Series[float],
    outcome: Outcome,
    *,
    confidence: float,
    resamples: int,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Compare a method with its baseline on one data set, for one outcome.

    Args:
        arm: values of the method, by seed; NaN for a diverged member.
        baseline: values of the baseline, by seed; only seeds that both have are paired.
        outcome: the outcome.
        confidence: level of the intervals.
        resamples: bootstrap resamples.
        rng: draws the resamples.

    Returns:
        The columns of a row of the decision table that this comparison alone determines; and margin and spread (the
        standard deviation of the differences), from which `decide` makes others. `tied` counts the pairs that tell
        nothing to any test, and smallest_p is that of the others: two equal infinities, such as two runs that diverged
        or were censored; and two equal values where equivalence is not tested.
    """
    sign = 1.0 if outcome.better == "higher" else -1.0
    arm, baseline = arm.align(baseline, join="inner")
    arm_values, baseline_values = sign * arm.to_numpy(), sign * baseline.to_numpy()
    row: dict[str, Any] = {"outcome": outcome.name, "unit": outcome.unit, "margin": outcome.margin}
    change = subtract_pairs(arm_values, baseline_values)
    if outcome.counted:
        return row | _describe_counted(change)
    effect = estimate_paired_effect(
        arm_values,
        baseline_values,
        confidence=confidence,
        resamples=resamples,
        rng=rng,
        average=partial(np.mean, axis=-1) if outcome.binary else interquartile_mean,
    )
    margin = outcome.margin
    equivalence = np.nan if margin is None else float(equivalence_p(arm_values, baseline_values, margin))
    improvement = _estimate_improvement(
        arm_values, baseline_values, confidence=confidence, resamples=resamples, rng=rng
    )
    tied = (change == 0) & (margin is None or np.isinf(replace_diverged(arm_values)))
    told = effect.n - int(tied.sum())
    tests = {"p_equivalence": equivalence, "tied": effect.n - told, "smallest_p": smallest_p(told)}
    return row | effect._asdict() | improvement | tests | {"spread": _standard_deviation(change[~tied])}


def _describe_counted(change: np.ndarray) -> dict[str, float]:
    """Describe counted differences (n,): interquartile mean, smallest, largest, number."""
    if not len(change):
        return {"effect": np.nan, "low": -np.inf, "high": np.inf, "n": 0, "tied": 0}
    return {
        "effect": float(interquartile_mean(change)),
        "low": float(change.min()),
        "high": float(change.max()),
        "n": len(change),
        "tied": 0,
    }


def _estimate_improvement(
    arm: np.ndarray, baseline: np.ndarray, *, confidence: float, resamples: int, rng: np.random.Generator
) -> dict[str, float]:
    """Estimate the probability of improvement and its interval, which is [0, 1] below two pairs."""
    pairs = np.stack([replace_diverged(arm), replace_diverged(baseline)], axis=-1)
    names = ("improvement", "improvement_low", "improvement_high")
    if len(pairs) < 2:
        return dict(
            zip(names, (float(probability_of_improvement([pairs])) if len(pairs) else np.nan, 0.0, 1.0), strict=True)
        )
    ends = bootstrap_strata([pairs], probability_of_improvement, confidence=confidence, resamples=resamples, rng=rng)
    return dict(zip(names, map(float, (probability_of_improvement([pairs]), *ends)), strict=True))


def _standard_deviation(change: np.ndarray) -> float:
    """Estimate the standard deviation of the differences (n,); NaN below two, or if one is infinite."""
    return float(np.std(change, ddof=1)) if len(change) > 1 and np.isfinite(change).all() else np.nan
