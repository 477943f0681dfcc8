"""Statistics over runs on several data sets, with a bootstrap stratified by data set.

A stratum is a data set: (…, n) runs, or (…, n, 2) pairs of runs of a method and of its baseline with the same seed.
Larger is better, and a diverged run is −∞. Definitions follow Agarwal et al. 2021 (arXiv:2108.13264).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Strata = Sequence[np.ndarray]


def bootstrap_strata(
    strata: Strata,
    statistic: Callable[[Strata], np.ndarray],
    *,
    confidence: float,
    resamples: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the percentile interval of a statistic by the stratified bootstrap, within each data set.

    The ends are order statistics without interpolation, so infinite values are allowed.

    Args:
        strata: (n, …) runs of each data set, n of at least 1.
        statistic: takes strata with a leading axis of resamples and returns (resamples, …).
        confidence: level of the interval, such as 0.95.
        resamples: bootstrap resamples.
        rng: draws the resamples.

    Returns:
        The two ends, each of the statistic's shape (…).
    """
    resampled = [runs[rng.integers(len(runs), size=(resamples, len(runs)))] for runs in strata]
    tail = (1 - confidence) / 2
    low, high = np.quantile(statistic(resampled), [tail, 1 - tail], axis=0, method="inverted_cdf")
    return low, high


def interquartile_mean(values: np.ndarray) -> np.ndarray:
    """Average the middle half of the last axis (interquartile mean, Agarwal et al. 2021).

    A quarter of the values, rounded down, is cut from each end. Remaining infinities of opposite sign cancel one for
    one; the result is infinite if some are left, else the mean of the finite values, 0 if there are none.

    Args:
        values: (…, n) numbers in [-∞, ∞] with n of at least 1.

    Returns:
        (…) interquartile means.
    """
    n = values.shape[-1]
    middle = np.sort(values, axis=-1)[..., n // 4 : n - n // 4]
    finite = np.isfinite(middle)
    infinite = np.where(finite, 0, np.sign(middle)).sum(axis=-1)
    average: np.ndarray = np.where(finite, middle, 0).sum(axis=-1) / np.maximum(1, finite.sum(axis=-1))
    return np.where(infinite == 0, average, np.copysign(np.inf, infinite))


def probability_of_improvement(strata: Strata) -> np.ndarray:
    """Estimate the probability that a run of the method beats one of the baseline: P(X > Y) + P(X = Y) / 2.

    On one data set this is Mann and Whitney's U over n²; data sets have equal weights (Agarwal et al. 2021).

    Args:
        strata: (…, n, 2) runs of the method and of its baseline. Every run of the method is compared with every run of
            the baseline; the pairs matter only for the bootstrap, which resamples both runs of a seed together.

    Returns:
        (…) probabilities.
    """
    probabilities: np.ndarray = np.mean([_win_share(runs[..., 0], runs[..., 1]) for runs in strata], axis=0)
    return probabilities


def _win_share(arm: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    of_arm, of_baseline = arm[..., :, None], baseline[..., None, :]
    share: np.ndarray = ((of_arm > of_baseline) + 0.5 * (of_arm == of_baseline)).mean(axis=(-2, -1))
    return share


def performance_profile(strata: Strata, thresholds: np.ndarray) -> np.ndarray:
    """Compute a performance profile: for each τ the share of runs with score ≥ τ, averaged over data sets.

    Args:
        strata: (…, n) scores of each data set.
        thresholds: (T,) values of τ.

    Returns:
        (…, T) shares, non-increasing in τ.
    """
    shares: np.ndarray = np.mean([(scores[..., None] >= thresholds).mean(axis=-2) for scores in strata], axis=0)
    return shares
