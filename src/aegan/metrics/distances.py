"""Distances between the distributions of two sets of features."""

from __future__ import annotations

import numpy as np

from aegan.metrics.blocks import iterate_blocks
from aegan.metrics.moments import compute_block_moments, moments_distance
from aegan.metrics.validation import check_feature_pair, check_features
from aegan.progress import track

#: fewest samples of either side from which `fd_infinity` extrapolates
MIN_EXTRAPOLATED = 4


def frechet_distance(real: np.ndarray, fake: np.ndarray) -> float:
    """Measure the squared Fréchet distance between the Gaussians fitted to two sets of features.

    Args:
        real: (N, D) features.
        fake: (M, D) features.

    Returns:
        See `moments_distance`.

    Raises:
        InputError: the features do not fit, see `check_feature_pair`.
    """
    check_features(real, fake)
    return moments_distance(*(compute_block_moments(iterate_blocks(side)) for side in (real, fake)))


def fd_infinity(real: np.ndarray, fake: np.ndarray, rng: np.random.Generator, sizes: int = 10) -> float:
    """Extrapolate the Fréchet distance to infinitely many samples (FID∞, Chong & Forsyth 2020, arXiv:1911.07023).

    The bias of `frechet_distance` falls as 1/n, so the intercept of a line fitted to distances over 1/n is unbiased to
    first order. The paper uses all real samples throughout; here subsets of both sides grow together from a quarter to
    all of the smaller side, because a test split is no larger than the samples and causes as much bias.

    Args:
        real: (N, D) features.
        fake: (M, D) features.
        rng: draws the subsets, each without replacement.
        sizes: number of subset sizes, evenly spaced, to which the line is fitted.

    Returns:
        The intercept; it may be negative. With fewer samples than features the line is a poor fit.

    Raises:
        InputError: the features do not fit, see `check_feature_pair`.
    """
    real, fake = check_feature_pair(real, fake, at_least=MIN_EXTRAPOLATED)
    most = min(len(real), len(fake))
    counts = np.unique(np.linspace(max(2, most // 4), most, sizes).astype(int))
    distances = [
        frechet_distance(*(side[rng.choice(len(side), count, replace=False)] for side in (real, fake)))
        for count in track(counts, "FD infinity, sizes of subset")
    ]
    return float(np.polyfit(1 / counts, distances, 1)[1])


def kernel_distance(
    real: np.ndarray, fake: np.ndarray, rng: np.random.Generator, subsets: int = 100, subset_size: int = 1000
) -> float:
    """Estimate the squared maximum mean discrepancy under the cubic kernel (x·y / D + 1)³, without bias.

    The mean over random subsets of equal size (KID, Bińkowski et al. 2018, arXiv:1801.01401, section 4).

    Args:
        real: (N, D) features.
        fake: (M, D) features.
        rng: draws the subsets, each without replacement.
        subsets: number of subsets to average over.
        subset_size: samples per subset; min(N, M) if that is smaller.

    Returns:
        The estimate. Its expectation is 0 for equal distributions, so single values may be negative.

    Raises:
        InputError: the features do not fit, see `check_feature_pair`.
    """
    real, fake = check_feature_pair(real, fake)
    size = min(subset_size, len(real), len(fake))

    def draw(features: np.ndarray) -> np.ndarray:
        return features[rng.choice(len(features), size, replace=False)]

    return float(np.mean([_discrepancy(draw(real), draw(fake)) for _ in range(subsets)]))


def _discrepancy(real: np.ndarray, fake: np.ndarray) -> float:
    """Estimate the squared MMD of two (n, D) under the cubic kernel without bias (Gretton et al. 2012, eq. 3)."""
    from sklearn.metrics.pairwise import polynomial_kernel  # slow import; the report only reads the registry

    n = len(real)
    within = sum(kernel.sum() - kernel.trace() for kernel in map(polynomial_kernel, (real, fake)))
    return float(within / (n * (n - 1)) - 2 * polynomial_kernel(real, fake).mean())
