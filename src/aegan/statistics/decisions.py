"""The decision table: whether each method helps, hurts or is equivalent to its paired baseline, or is undecided."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import product
from typing import Any, Literal

import numpy as np
import pandas as pd

from aegan.errors import InputError
from aegan.progress import track
from aegan.seeding import numpy_generator
from aegan.statistics.comparison import Outcome, compare_with_baseline
from aegan.statistics.paired import (
    adjust_holm,
)
from aegan.statistics.power import simulate_power

INPUT_COLUMNS = ["dataset", "method", "seed", "outcome", "value"]
DECISION_COLUMNS = [
    "dataset", "method", "baseline", "outcome", "unit", "effect", "low", "high",
    "improvement", "improvement_low", "improvement_high",
    "p", "p_holm", "n", "smallest_p", "power", "decision",
]  # fmt: skip

#: simulated studies per power; the standard error of a power is at most 0.011
POWER_STUDIES = 2000

Decision = Literal["helps", "equivalent", "hurts", "undecided"]


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

    A positive effect is always an improvement: signs are flipped if lower is better. A diverged member has a row with a
    non-finite value and ranks worst; a seed without a row was not run and is not paired.

    Args:
        frame: tidy, one row per member and outcome: dataset, method, seed, outcome, value.
        baselines: method -> its paired baseline.
        outcomes: the outcomes to decide on, by the name in the frame's `outcome` column; others are ignored.
        alpha: level of the tests.
        confidence: level of the reported interval.
        resamples: bootstrap resamples.
        seed: seed of the bootstrap; each row has its own stream, so rows do not depend on each other.

    Returns:
        One row per dataset, method and outcome that was run, with the columns `DECISION_COLUMNS`. All rows except those
        of counted outcomes form the family of Holm's correction. `improvement` is the probability that a run of the
        method beats one of the baseline, with its interval. `power` is the probability of detecting an effect as large
        as the margin with n seeds whose differences have the observed standard deviation, at the level alpha over the
        size of the family (the first and strictest step of Holm's correction); NaN without a margin or if a member
        diverged. `decision` is

        - "equivalent" if the effect is shown to lie within the margin (`is_equivalent`), even if it differs from zero,
        - "helps" or "hurts" if p_holm < alpha and the interval excludes zero,
        - "undecided" otherwise.

        For a counted outcome low and high are the smallest and the largest difference; improvement, p and power are
        NaN; and the decision is equivalent, helps or hurts if all differences lie within the margin, above it or below
        its negative, otherwise undecided.

    Raises:
        InputError: the frame lacks a column or holds a member's outcome twice.
    """
    members = _members(frame)
    rows = []
    comparisons = list(product(sorted(set(frame["dataset"])), baselines.items(), outcomes))
    for dataset, (method, base), key in track(comparisons, "comparisons"):
        if (dataset, method, key) in members:
            arm = members[dataset, method, key]
            baseline = members.get((dataset, base, key), arm.iloc[:0])
            rng = numpy_generator(seed, "decision", dataset, method, key)
            comparison = compare_with_baseline(
                arm, baseline, outcomes[key], alpha=alpha, confidence=confidence, resamples=resamples, rng=rng
            )
            rows.append({"dataset": dataset, "method": method, "baseline": base} | comparison)
    table = pd.DataFrame(rows, columns=[*DECISION_COLUMNS, "equivalent", "margin", "spread"])
    tested = table["p"].notna()
    table.loc[tested, "p_holm"] = adjust_holm(table.loc[tested, "p"].to_numpy(dtype=float))
    table["power"] = [_power(row, alpha / max(1, tested.sum()), seed) for row in table.to_dict("records")]
    table["decision"] = [_decision(row, alpha) for row in table.to_dict("records")]
    return table[DECISION_COLUMNS]


def _members(frame: pd.DataFrame) -> dict[tuple[str, str, str], pd.Series[float]]:
    """Split a tidy frame into one series of values by seed per (dataset, method, outcome), sorted."""
    missing = [column for column in INPUT_COLUMNS if column not in frame]
    if missing:
        raise InputError("frame", f"no column {', '.join(missing)}", f"A tidy frame has {', '.join(INPUT_COLUMNS)}.")
    twice = frame.duplicated(INPUT_COLUMNS[:-1])
    if twice.any():
        member = dict(frame.loc[twice, INPUT_COLUMNS[:-1]].iloc[0])
        raise InputError("frame", f"{member} has more than one value", "Keep one row per member and outcome.")
    groups = frame.sort_values("seed").groupby(["dataset", "method", "outcome"])
    return {
        (str(dataset), str(method), str(outcome)): group.set_index("seed")["value"].astype(float)
        for (dataset, method, outcome), group in groups
    }


def _power(row: Mapping[Hashable, Any], level: float, seed: int) -> float:
    """Simulate the power for an effect as large as the margin, with the same draws in every row."""
    rng, margin = numpy_generator(seed, "power"), row["margin"]
    effect = np.nan if margin is None or not margin > 0 else margin
    return simulate_power(row["n"], effect, row["spread"], level=level, studies=POWER_STUDIES, rng=rng)


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
