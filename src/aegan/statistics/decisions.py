"""The decision table: whether each method helps, hurts or is equivalent to its paired baselines, or is undecided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from aegan.progress import track
from aegan.seeding import numpy_generator
from aegan.statistics.comparison import Outcome, compare_with_baseline
from aegan.statistics.families import ADJUSTED, TESTS, Family, Hypothesis, Plan, adjust_family, adjust_replication
from aegan.statistics.pairs import Pairs
from aegan.statistics.power import simulate_power

DECISION_COLUMNS = [
    "dataset", "method", "baseline", "outcome", "unit", "family", "effect", "low", "high",
    "improvement", "improvement_low", "improvement_high",
    "p", "p_adjusted", "p_equivalence", "p_equivalence_adjusted", "n", "tied", "smallest_p", "power", "decision",
]  # fmt: skip

#: simulated studies per power; the standard error of a power is at most 0.011
POWER_STUDIES = 2000

Row = dict[str, Any]
Decision = Literal["helps", "equivalent", "hurts", "undecided"]


def decide(
    pairs: Sequence[Pairs],
    *,
    outcomes: Mapping[str, Outcome],
    plan: Plan,
    alpha: float,
    false_discovery_rate: float,
    confidence: float,
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    """Compare every method with its baselines, per dataset and outcome, over the seeds that both ran.

    A positive effect is always an improvement: signs are flipped if lower is better. A diverged member has the value
    NaN and ranks worst; a seed without a value was not run and is not paired.

    Args:
        pairs: the pairs of each comparison.
        outcomes: the outcomes by their key in `pairs`.
        plan: the primary family and its replications; all other comparisons are secondary.
        alpha: family-wise level of the primary family, and of the replications.
        false_discovery_rate: of the secondary comparisons.
        confidence: level of the reported interval.
        resamples: bootstrap resamples.
        seed: seed of the bootstrap. Each method and outcome has its own stream, so rows do not depend on each other,
            and the baselines of a method are compared by the same resamples.

    Returns:
        One row per comparison, with the columns `DECISION_COLUMNS`. `improvement` is the probability that a run of the
        method beats one of the baseline, with its interval. `p` tests whether the effect is zero, `p_equivalence`
        whether it lies beyond the margin (NaN without a margin); both are corrected together (`families`). `power` is
        the probability of detecting an effect as large as the margin with n seeds whose differences have the observed
        standard deviation, at the first and strictest step of the correction; NaN without a margin or if a member
        diverged. `decision` is, at the level of the family,

        - "equivalent" if the effect and its interval are shown to lie within the margin, even if it differs from zero,
        - "helps" or "hurts" if it is shown to differ from zero and the interval excludes zero,
        - "undecided" otherwise, and for a replication whose hypothesis before it is undecided.

        For a counted outcome low and high are the smallest and the largest difference; improvement, p and power are
        NaN; and the decision is equivalent, helps or hurts if all differences lie within the margin, above it or below
        its negative, otherwise undecided.
    """
    rows: list[Row] = []
    for own in track(pairs, "comparisons"):
        rng = numpy_generator(seed, "decision", own.dataset, own.method, own.outcome)
        row = compare_with_baseline(
            own.by_seed["value"],
            own.by_seed["baseline_value"],
            outcomes[own.outcome],
            confidence=confidence,
            resamples=resamples,
            rng=rng,
        )
        hypothesis = Hypothesis(own.dataset, own.method, own.baseline, own.outcome)
        names = {"dataset": own.dataset, "method": own.method, "baseline": own.baseline}
        rows.append(names | {"hypothesis": hypothesis, "family": plan.name_family(hypothesis)} | row)
    decide_families(rows, plan, alpha, false_discovery_rate)
    tests = sum(row.get(test, np.nan) >= 0 for row in rows for test in TESTS if row["family"] == "secondary")
    share = alpha / max(1, len(plan.primary))
    levels = {"primary": share, "replication": share / 2, "secondary": false_discovery_rate / max(1, tests)}
    for row in rows:
        row["power"] = _power(row, levels[row["family"]], seed)
    return pd.DataFrame(rows, columns=DECISION_COLUMNS)


def decide_families(rows: Sequence[Row], plan: Plan, alpha: float, false_discovery_rate: float) -> None:
    """Add adjusted p and decisions: to the primary family and the secondary rows, then to replications in order.

    Args:
        rows: hypothesis, family, p and p_equivalence (absent if counted), margin, low, high of each comparison.
        plan: the primary family and its replications.
        alpha: level of the primary family and its replications.
        false_discovery_rate: of the secondary comparisons.
    """
    size = len(plan.primary)
    levels: dict[Family, float] = {"primary": alpha, "secondary": false_discovery_rate}
    for family, level in levels.items():
        own = [row for row in rows if row["family"] == family]
        for row, adjusted in zip(own, adjust_family(_select(own, TESTS), family, size), strict=True):
            _add_decision(row, adjusted, level)
    by_hypothesis = {row["hypothesis"]: row for row in rows}
    undecided = dict.fromkeys(ADJUSTED, np.nan) | {"decision": "undecided"}
    for hypothesis in filter(by_hypothesis.get, plan.replications):
        row, before = by_hypothesis[hypothesis], by_hypothesis.get(plan.replications[hypothesis], undecided)
        p, earlier = _select([row], TESTS)[0], _select([before], ADJUSTED)[0]
        _add_decision(row, adjust_replication(p, earlier, before["decision"], size), alpha)


def _select(rows: Sequence[Row], columns: Sequence[str]) -> np.ndarray:
    """Select columns of rows as an array (rows, columns); NaN where one is absent."""
    return np.array([[row.get(column, np.nan) for column in columns] for row in rows]).reshape(-1, len(columns))


def _add_decision(row: Row, adjusted: np.ndarray, level: float) -> None:
    row |= dict(zip(ADJUSTED, adjusted.tolist(), strict=True))
    row["decision"] = decide_row(row, level)


def _power(row: Row, level: float, seed: int) -> float:
    """Simulate the power for an effect as large as the margin, with the same draws in every row."""
    rng, margin = numpy_generator(seed, "power"), row["margin"]
    effect = np.nan if margin is None or not margin > 0 else margin
    told = row["n"] - row["tied"]
    return simulate_power(told, effect, row.get("spread", np.nan), level=level, studies=POWER_STUDIES, rng=rng)


def decide_row(row: Mapping[str, Any], level: float) -> Decision:
    """Decide on a comparison from its adjusted p, its margin and the ends of its interval.

    Args:
        row: p (absent if counted), p_adjusted, p_equivalence_adjusted, margin, low, high.
        level: level of its family.
    """
    if "p" not in row:
        return _counted_decision(row["low"], row["high"], row["margin"] or 0.0)
    if row["p_equivalence_adjusted"] < level and -row["margin"] < row["low"] and row["high"] < row["margin"]:
        return "equivalent"
    if row["p_adjusted"] < level and row["low"] > 0:
        return "helps"
    if row["p_adjusted"] < level and row["high"] < 0:
        return "hurts"
    return "undecided"


def _counted_decision(low: float, high: float, margin: float) -> Decision:
    if -margin <= low and high <= margin:
        return "equivalent"
    return "helps" if low > margin else "hurts" if high < -margin else "undecided"
