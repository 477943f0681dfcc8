"""The decision table: does each method help, harm or make no difference, against its paired plain method?"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import product
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from aegan.errors import InputError
from aegan.seeding import numpy_generator
from aegan.statistics.paired import differences, equivalent, holm, paired_effect, smallest_p, worst_if_lost
from aegan.statistics.power import power
from aegan.statistics.stratified import bootstrap, improvement, iqm

INPUT = ["dataset", "method", "seed", "outcome", "value"]
COLUMNS = [
    "dataset", "method", "baseline", "outcome", "unit", "effect", "low", "high",
    "improvement", "improvement_low", "improvement_high",
    "p", "p_holm", "n", "smallest_p", "power", "decision",
]  # fmt: skip

POWER_STUDIES = 2000  # puts a standard error of at most .011 on a power

Decision = Literal["helps", "equivalent", "hurts", "undecided"]


class Outcome(NamedTuple):
    """What a decision is about.

    Args:
        name: how the table calls it.
        unit: unit of the values and thus of the effect.
        better: which direction is better for the user.
        margin: the smallest effect that matters, in that unit; None if equivalence is not asked.
        counted: whether values are counted, such as operations, not sampled: then nothing is tested.
    """

    name: str
    unit: str
    better: Literal["lower", "higher"]
    margin: float | None
    counted: bool = False


def decide(
    frame: pd.DataFrame,
    *,
    baselines: Mapping[str, str],
    outcomes: Mapping[str, Outcome],
    alpha: float,
    confidence: float,
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    """Compare every method with its baseline, per dataset and outcome, over the seeds that both ran.

    A positive effect is always better for the user: the sign is turned where lower is better. A member that diverged
    has a row whose value is not finite, and ranks worst; a seed without a row was not run, and is not paired.

    Args:
        frame: tidy, one row per member and outcome: dataset, method, seed, outcome, value.
        baselines: the paired plain method of each method to decide about.
        outcomes: what to decide on, by the name in the frame's `outcome` column; others are ignored.
        alpha: level of the tests.
        confidence: level of the reported interval.
        resamples: bootstrap resamples.
        seed: of the bootstrap; each row has its own stream, so rows do not depend on each other.

    Returns:
        One row per dataset, method and outcome that was run, with the columns `COLUMNS`. All its rows but those of
        counted outcomes form the family of Holm's correction. `improvement` is the probability that a run of the method
        beats one of the baseline, with its interval. `power` is how often n seeds whose differences spread as these do
        would show an effect as large as the margin at alpha over the size of the family, the first and hardest step of
        Holm's correction; NaN without a margin or where a member diverged. `decision` is

        - "equivalent" if the effect is proven to lie within the margin, even if it differs from zero,
        - "helps" or "hurts" if p_holm < alpha and the interval excludes zero,
        - "undecided" otherwise.

        Of a counted outcome, where no other seed could tell another number, low and high are the least and the largest
        difference, p and power are NaN, and it is equivalent, helps or hurts where all differences lie within the
        margin, above or below it.

    Raises:
        InputError: the frame lacks a column or holds a member's outcome twice.
    """
    members = _members(frame)
    rows = []
    for dataset, (method, base), key in product(sorted(set(frame["dataset"])), baselines.items(), outcomes):
        if (dataset, method, key) in members:
            arm = members[dataset, method, key]
            plain = members.get((dataset, base, key), arm.iloc[:0])
            rng = numpy_generator(seed, "decision", dataset, method, key)
            comparison = _compare(
                arm, plain, outcomes[key], alpha=alpha, confidence=confidence, resamples=resamples, rng=rng
            )
            rows.append({"dataset": dataset, "method": method, "baseline": base} | comparison)
    table = pd.DataFrame(rows, columns=[*COLUMNS, "equivalent", "margin", "spread"])
    tested = table["p"].notna()
    table.loc[tested, "p_holm"] = holm(table.loc[tested, "p"].to_numpy(dtype=float))
    table["power"] = [_power(row, alpha / max(1, tested.sum()), seed) for row in table.to_dict("records")]
    table["decision"] = [_decision(row, alpha) for row in table.to_dict("records")]
    return table[COLUMNS]


def _members(frame: pd.DataFrame) -> dict[tuple[str, str, str], pd.Series[float]]:
    """Split a tidy frame into one series of values by seed per (dataset, method, outcome), both sorted."""
    missing = [column for column in INPUT if column not in frame]
    if missing:
        raise InputError("frame", f"no column {', '.join(missing)}", f"A tidy frame has {', '.join(INPUT)}.")
    twice = frame.duplicated(INPUT[:-1])
    if twice.any():
        member = dict(frame.loc[twice, INPUT[:-1]].iloc[0])
        raise InputError("frame", f"{member} has more than one value", "Keep one row per member and outcome.")
    groups = frame.sort_values("seed").groupby(["dataset", "method", "outcome"])
    return {
        (str(dataset), str(method), str(outcome)): group.set_index("seed")["value"].astype(float)
        for (dataset, method, outcome), group in groups
    }


def _compare(
    arm: pd.Series[float],
    plain: pd.Series[float],
    outcome: Outcome,
    *,
    alpha: float,
    confidence: float,
    resamples: int,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Compare the values by seed of an arm and of its plain method: what a row holds besides names and p_holm."""
    sign = 1.0 if outcome.better == "higher" else -1.0
    arm, plain = arm.align(plain, join="inner")
    arm_values, plain_values = sign * arm.to_numpy(), sign * plain.to_numpy()
    known: dict[str, Any] = {"outcome": outcome.name, "unit": outcome.unit, "margin": outcome.margin}
    change = differences(arm_values, plain_values)
    if outcome.counted:
        return known | _counted(change)
    effect = paired_effect(arm_values, plain_values, confidence=confidence, resamples=resamples, rng=rng)
    same = outcome.margin is not None and equivalent(change, outcome.margin, alpha=alpha, resamples=resamples, rng=rng)
    chance = _improvement(arm_values, plain_values, confidence=confidence, resamples=resamples, rng=rng)
    rest = {"smallest_p": smallest_p(effect.n), "equivalent": same, "spread": _spread(change)}
    return known | effect._asdict() | chance | rest


def _counted(change: np.ndarray) -> dict[str, float]:
    """Describe differences that are known, not estimated: a row's middle, ends and count."""
    if not len(change):
        return {"effect": np.nan, "low": -np.inf, "high": np.inf, "n": 0}
    return {"effect": float(iqm(change)), "low": float(change.min()), "high": float(change.max()), "n": len(change)}


def _improvement(
    arm: np.ndarray, plain: np.ndarray, *, confidence: float, resamples: int, rng: np.random.Generator
) -> dict[str, float]:
    """Estimate the probability of improvement and its interval, which is all of [0, 1] below two pairs."""
    pairs = np.stack([worst_if_lost(arm), worst_if_lost(plain)], axis=-1)
    names = ("improvement", "improvement_low", "improvement_high")
    if len(pairs) < 2:
        return dict(zip(names, (float(improvement([pairs])) if len(pairs) else np.nan, 0.0, 1.0), strict=True))
    ends = bootstrap([pairs], improvement, confidence=confidence, resamples=resamples, rng=rng)
    return dict(zip(names, map(float, (improvement([pairs]), *ends)), strict=True))


def _spread(change: np.ndarray) -> float:
    """Estimate the standard deviation of the differences; NaN below two, or where one is infinite."""
    return float(np.std(change, ddof=1)) if len(change) > 1 and np.isfinite(change).all() else np.nan


def _power(row: Mapping[Hashable, Any], level: float, seed: int) -> float:
    """Simulate the power for an effect on the margin: the same draws in every row, so that rows compare."""
    rng, margin = numpy_generator(seed, "power"), row["margin"]
    effect = np.nan if margin is None or not margin > 0 else margin
    return power(row["n"], effect, row["spread"], level=level, studies=POWER_STUDIES, rng=rng)


def _decision(row: Mapping[Hashable, Any], alpha: float) -> Decision:
    if pd.isna(row["p"]):
        return _counted_decision(row["low"], row["high"], row["margin"] or 0.0)
    if row["equivalent"]:
        return "equivalent"
    if row["p_holm"] < alpha and row["low"] > 0:
        return "helps"
    if row["p_holm"] < alpha and row["high"] < 0:
        return "hurts"
    return "undecided"


def _counted_decision(low: float, high: float, margin: float) -> Decision:
    if -margin <= low and high <= margin:
        return "equivalent"
    return "helps" if low > margin else "hurts" if high < -margin else "undecided"
