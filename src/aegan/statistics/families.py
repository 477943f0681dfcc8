"""Correction for the number of tests: the primary family, its replications, and all other comparisons.

A comparison has two tests, superiority (the effect is not zero) and equivalence (it lies within the margin). The
primary family is fixed before the study runs; everything that was not is secondary.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

Family = Literal["primary", "replication", "secondary"]

#: columns of p of the two tests, and of what correction makes of them
TESTS = ("p", "p_equivalence")
ADJUSTED = ("p_adjusted", "p_equivalence_adjusted")


class Hypothesis(NamedTuple):
    """What a row of the decision table decides on: a method against one of its baselines, at one outcome."""

    dataset: str
    method: str
    baseline: str
    outcome: str  #: its name, as in the table


def name_pair(dataset: str, method: str, baseline: str) -> str:
    """Name a comparison, whatever its outcome; reports find replications by this name.

    Args:
        dataset: where it is made.
        method: one side.
        baseline: the other.
    """
    return f"{method} against {baseline} on {dataset}"


class Plan(NamedTuple):
    """What is tested in which order.

    Args:
        primary: the primary family.
        replications: replication -> the primary hypothesis, or earlier replication, that must be decided before it.
    """

    primary: Sequence[Hypothesis] = ()
    replications: Mapping[Hypothesis, Hypothesis] = {}

    def name_family(self, hypothesis: Hypothesis) -> Family:
        """Name the family of a hypothesis."""
        if hypothesis in self.primary:
            return "primary"
        return "replication" if hypothesis in self.replications else "secondary"


def adjust_holm(p: np.ndarray, comparisons: Sequence[Hashable], size: int) -> np.ndarray:
    """Adjust the p of a family of comparisons, two tests each, by Holm's step-down method with Shaffer's multipliers.

    An effect cannot be zero and beyond its margin, so of the two null hypotheses of a comparison at most one is true.
    At each step p is multiplied by the number of comparisons of which a null hypothesis is left, not by that of null
    hypotheses (Shaffer 1986, eq. S2). For one test per comparison this is Holm's method (Holm 1979).

    Args:
        p: (tests,) p of all tests.
        comparisons: (tests,) the comparison that each belongs to.
        size: comparisons of the family, at least; those without data keep their share of the level.

    Returns:
        (tests,) adjusted p, in the given order.
    """
    order = np.argsort(p, kind="stable")
    missing = size - len(set(comparisons))
    last = {comparisons[i]: step for step, i in enumerate(order)}  # the step that tests the last of its hypotheses
    left = missing + np.array([sum(end >= step for end in last.values()) for step in range(len(order))])
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * left))
    return adjusted


def adjust_benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Adjust p (…, tests) to the false discovery rate (Benjamini and Hochberg 1995)."""
    if not p.size:
        return p
    from scipy.stats import false_discovery_control

    return np.asarray(false_discovery_control(p, axis=-1))


def adjust_family(p: np.ndarray, family: Family, size: int) -> np.ndarray:
    """Adjust both tests of the comparisons of the primary or the secondary family together.

    Args:
        p: (comparisons, 2) p of superiority and equivalence; NaN where there is no test.
        family: primary or secondary.
        size: planned comparisons of the primary family.

    Returns:
        (comparisons, 2) adjusted p, NaN where there is no test.
    """
    adjusted = np.full(p.shape, np.nan)
    tested = np.isfinite(p)
    if family == "primary":
        adjusted[tested] = adjust_holm(p[tested], list(np.nonzero(tested)[0]), size)
    else:
        adjusted[tested] = adjust_benjamini_hochberg(p[tested])
    return adjusted


def adjust_replication(p: np.ndarray, before: np.ndarray, decision: str, size: int) -> np.ndarray:
    """Adjust a replication: the test that decided on the hypothesis before it is repeated, at its share of the level.

    That is the level over the number of tests of the primary family, two per comparison. Replications are a family of
    their own: by Bonferroni's inequality it errs at most as often as the level, whatever the primary family decided.
    Both families together err more often than each, in up to 5.7 % of simulated studies at a level of 5 %, so a finding
    names its replications as such.

    Args:
        p: (2,) p of superiority and equivalence.
        before: (2,) adjusted p of the hypothesis before it.
        decision: on that hypothesis; after "undecided" nothing is tested.
        size: comparisons of the primary family.

    Returns:
        (2,) adjusted p; NaN for a test that is not made.
    """
    repeated = np.array([decision in {"helps", "hurts"}, decision == "equivalent"])
    return np.where(repeated, np.maximum(before, np.minimum(1.0, 2 * size * p)), np.nan)
