"""Paired comparison of two methods with the same seeds: effect, interval, test and equivalence.

Larger is better in this module: negate both arms of an outcome that is better when lower.

A diverged member is never dropped. Its non-finite value counts as worse than any finite one, so the difference of its
pair is infinite: −∞ if the method diverged, +∞ if the baseline did, 0 if both did. All functions are defined for such
differences, and nothing is imputed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from aegan.errors import InputError
from aegan.statistics.stratified import bootstrap_strata, interquartile_mean, pooled_interquartile_mean

EXACT_RESAMPLES = 2**17  # all sign patterns of up to 17 pairs; more pairs are sampled


class PairedEffect(NamedTuple):
    """The effect of a method relative to its baseline.

    Args:
        effect: interquartile mean of the paired differences; NaN without pairs.
        low: lower end of its bootstrap interval; -∞ below two pairs.
        high: upper end of its bootstrap interval; ∞ below two pairs.
        p: two-sided p of the sign-flip test.
        n: number of pairs.
    """

    effect: float
    low: float
    high: float
    p: float
    n: int


def estimate_paired_effect(
    arm: np.ndarray, baseline: np.ndarray, *, confidence: float, resamples: int, rng: np.random.Generator
) -> PairedEffect:
    """Estimate and test the effect of a method relative to its baseline.

    Args:
        arm: (n,) one value per seed, larger is better; not finite where the member diverged.
        baseline: (n,) the values of the same seeds under the baseline.
        confidence: level of the interval, such as 0.95.
        resamples: bootstrap resamples.
        rng: draws the resamples.

    Returns:
        The effect, its interval, p and n.

    Raises:
        InputError: the two arms differ in shape.
    """
    change = subtract_pairs(arm, baseline)
    effect = float(interquartile_mean(change)) if len(change) else np.nan
    low, high = bootstrap_interval(change, confidence=confidence, resamples=resamples, rng=rng)
    return PairedEffect(effect, low, high, sign_flip_p(change, rng), len(change))


def subtract_pairs(arm: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """Subtract pair by pair; a non-finite value counts as −∞, and a pair of two gives 0.

    Args:
        arm: (n,) values, larger is better.
        baseline: (n,) values of the same seeds.

    Returns:
        (n,) differences in [-∞, ∞], never NaN.

    Raises:
        InputError: the two arms differ in shape.
    """
    if arm.shape != baseline.shape or arm.ndim != 1:
        raise InputError("arm", f"shape {arm.shape} against {baseline.shape}", "Pass one value per shared seed.")
    arm, baseline = replace_diverged(arm), replace_diverged(baseline)
    tie = np.isinf(arm) & np.isinf(baseline)
    change: np.ndarray = np.subtract(arm, baseline, out=np.zeros(len(arm)), where=~tie)
    return change


def replace_diverged(values: np.ndarray) -> np.ndarray:
    """Replace every non-finite value (…), that of a diverged member, by −∞, which ranks worst."""
    return np.where(np.isfinite(values), values, -np.inf)


def bootstrap_interval(
    change: np.ndarray, *, confidence: float, resamples: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Compute the percentile bootstrap interval of the interquartile mean.

    With few pairs it is too short: nominal 95 % covers about 75 % at n = 3, 90 % at 5 and 93 % at 10 and 20 (normal
    data, docs/statistics.md).

    Args:
        change: (n,) paired differences.
        confidence: level of the interval.
        resamples: bootstrap resamples.
        rng: draws the resamples.

    Returns:
        The two ends; (-∞, ∞) below two pairs.
    """
    if len(change) < 2:
        return -np.inf, np.inf
    low, high = bootstrap_strata(
        [change], pooled_interquartile_mean, confidence=confidence, resamples=resamples, rng=rng
    )
    return float(low), float(high)


def sign_flip_p(change: np.ndarray, rng: np.random.Generator) -> float:
    """Test whether the differences are symmetric about zero, by flipping the signs of their ranks.

    The statistic is the sum of signed ranks (Wilcoxon 1945), so one extreme seed cannot dominate the test and a
    diverged member ranks last. Exact, including ties and zeros, up to 17 pairs; beyond, over 2¹⁷ random flips.

    Args:
        change: (n,) paired differences in [-∞, ∞].
        rng: draws the flips beyond 17 pairs.

    Returns:
        The two-sided p; 1 below two pairs.
    """
    if len(change) < 2:
        return 1.0
    from scipy.stats import permutation_test, rankdata  # takes a second; most callers want intervals alone

    ranks = np.sign(change) * rankdata(np.abs(change))
    test = permutation_test(
        (ranks,), np.sum, permutation_type="samples", vectorized=True, n_resamples=EXACT_RESAMPLES, rng=rng
    )
    return float(test.pvalue)


def smallest_p(n: int) -> float:
    """Return the smallest two-sided p that n pairs can reach: 2 of the 2ⁿ sign patterns, or of the sampled ones."""
    return min(1.0, max(2.0 ** (1 - n), 2.0 / (EXACT_RESAMPLES + 1)))


def adjust_holm(p: Sequence[float] | np.ndarray) -> np.ndarray:
    """Adjust the p values (n,) of one family of tests by Holm's step-down method (Holm 1979), in the given order."""
    if len(p) == 0:
        return np.empty(0)
    from statsmodels.stats.multitest import multipletests

    return np.asarray(multipletests(p, method="holm")[1])


def is_equivalent(change: np.ndarray, margin: float, *, alpha: float, resamples: int, rng: np.random.Generator) -> bool:
    """Test whether the effect lies within ±margin: two one-sided tests (Schuirmann 1987) by the interval.

    The interval is far too short below five pairs (an effect on the margin passes in 19 % of studies at n = 3, in 7 %
    at 5 to 10, for alpha = 5 %). So n pairs must also be enough for a sign test at this level: 2⁻ⁿ ≤ alpha.

    Args:
        change: (n,) paired differences.
        margin: the smallest effect that would matter, in the outcome's unit.
        alpha: level of each one-sided test; the interval has confidence 1 − 2 alpha.
        resamples: bootstrap resamples.
        rng: draws the resamples.

    Returns:
        True if 2⁻ⁿ ≤ alpha and the whole interval lies strictly within the margin.
    """
    low, high = bootstrap_interval(change, confidence=1 - 2 * alpha, resamples=resamples, rng=rng)
    return 2.0 ** -len(change) <= alpha and -margin < low and high < margin
