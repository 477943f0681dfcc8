"""Contributions to a paired effect: parts of each pair's difference whose averages add up to the effect."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aegan.statistics.families import adjust_holm
from aegan.statistics.sign_flips import sign_flip_p
from aegan.statistics.stratified import bootstrap_strata


class Contributions(NamedTuple):
    """The contributions of k parts to an effect, followed by the effect itself: (k + 1,) each."""

    effect: np.ndarray
    low: np.ndarray  #: -∞ below two pairs
    high: np.ndarray  #: ∞ below two pairs
    p: np.ndarray  #: two-sided p of the sign-flip test
    p_adjusted: np.ndarray  #: corrected over the k parts; that of the effect is its p


def estimate_contributions(
    parts: np.ndarray, *, confidence: float, resamples: int, rng: np.random.Generator
) -> Contributions:
    """Estimate how much each part contributes to the interquartile mean of paired differences, and test it.

    Args:
        parts: (n, k) finite numbers, n of at least 1: k parts of the difference of each pair, which is their sum.
        confidence: level of the intervals.
        resamples: bootstrap resamples; all parts share them.
        rng: draws the resamples.
    """

    def average(values: np.ndarray) -> np.ndarray:
        means = average_middle_pairs(values)
        return np.concatenate([means, means.sum(-1, keepdims=True)], axis=-1)

    effect = average(parts)
    ends = np.full_like(effect, -np.inf), np.full_like(effect, np.inf)
    if len(parts) > 1:
        ends = bootstrap_strata(
            [parts], lambda strata: average(strata[0]), confidence=confidence, resamples=resamples, rng=rng
        )
    p = sign_flip_p(np.concatenate([parts, parts.sum(1, keepdims=True)], axis=1).T)
    count = parts.shape[1]
    return Contributions(effect, *ends, p, np.append(adjust_holm(p[:-1], range(count), count), p[-1]))


def average_middle_pairs(parts: np.ndarray) -> np.ndarray:
    """Average parts over the pairs whose sum is in the middle half, so that they add up to its interquartile mean.

    The interquartile means of parts would not, because each cuts other pairs.

    Args:
        parts: (…, n, k) numbers.

    Returns:
        (…, k).
    """
    n = parts.shape[-2]
    middle = np.argsort(parts.sum(-1), axis=-1, kind="stable")[..., n // 4 : n - n // 4]
    means: np.ndarray = np.take_along_axis(parts, middle[..., None], axis=-2).mean(-2)
    return means
