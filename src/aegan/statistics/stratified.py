"""Many runs on several data sets: bootstrap within each of them, and what is computed over all of them.

A stratum is a data set: (…, n) runs, or (…, n, 2) pairs of runs, those of a method and of its baseline with the same
seed. Larger is better, and a run that diverged is -∞. Definitions follow Agarwal et al. 2021 (arXiv:2108.13264).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Strata = Sequence[np.ndarray]


def bootstrap(
    strata: Strata,
    statistic: Callable[[Strata], np.ndarray],
    *,
    confidence: float,
    resamples: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the percentile interval of a statistic by the stratified bootstrap: every data set keeps its n runs.

    Its ends are order statistics, without interpolation, so that infinite values are harmless.

    Args:
        strata: (n, …) runs of each data set, at least one in each.
        statistic: takes strata with a leading axis of resamples and returns (resamples, …).
        confidence: level of the interval, such as 0.95.
        resamples: bootstrap resamples.
        rng: draws the resamples.

    Returns:
        The two ends, each of the statistic's shape.
    """
    drawn = [runs[rng.integers(len(runs), size=(resamples, len(runs)))] for runs in strata]
    tail = (1 - confidence) / 2
    low, high = np.quantile(statistic(drawn), [tail, 1 - tail], axis=0, method="inverted_cdf")
    return low, high


def iqm(values: np.ndarray) -> np.ndarray:
    """Average the middle half of the last axis (interquartile mean, Agarwal et al. 2021).

    A quarter of the values, rounded down, is cut from each end. If infinities are left, those of opposite sign
    cancel one for one: whichever sign remains decides, and if none does the finite values are averaged.

    Args:
        values: (…, n) numbers in [-∞, ∞] with n of at least 1.

    Returns:
        (…) interquartile means.
    """
    n = values.shape[-1]
    middle = np.sort(values, axis=-1)[..., n // 4 : n - n // 4]
    finite = np.isfinite(middle)
    outright = np.where(finite, 0, np.sign(middle)).sum(axis=-1)
    average: np.ndarray = np.where(finite, middle, 0).mean(axis=-1)
    return np.where(outright == 0, average, np.copysign(np.inf, outright))


def pooled_iqm(strata: Strata) -> np.ndarray:
    """Take the interquartile mean over the runs (…, n) of all data sets together."""
    return iqm(np.concatenate(strata, axis=-1))


def improvement(strata: Strata) -> np.ndarray:
    """Estimate the probability that a run of the method beats one of the baseline: P(X > Y) + P(X = Y) / 2.

    On one data set this is Mann and Whitney's U over n²; data sets weigh the same (Agarwal et al. 2021).

    Args:
        strata: (…, n, 2) runs of the method and of its baseline. Every run of the one meets every run of the other,
            whatever their seeds; pairs matter where they are drawn again, for both runs of a seed then come together.

    Returns:
        (…) probabilities.
    """
    chances: np.ndarray = np.mean([_beaten(runs[..., 0], runs[..., 1]) for runs in strata], axis=0)
    return chances


def _beaten(arm: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    mine, theirs = arm[..., :, None], baseline[..., None, :]
    share: np.ndarray = ((mine > theirs) + 0.5 * (mine == theirs)).mean(axis=(-2, -1))
    return share


def profile(strata: Strata, thresholds: np.ndarray) -> np.ndarray:
    """Compute a performance profile: at each τ the share of runs with score ≥ τ, averaged over data sets.

    Args:
        strata: (…, n) scores of each data set.
        thresholds: (T,) values of τ.

    Returns:
        (…, T) shares, which never rise with τ.
    """
    shares: np.ndarray = np.mean([(scores[..., None] >= thresholds).mean(axis=-2) for scores in strata], axis=0)
    return shares
