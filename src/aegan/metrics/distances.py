"""Distances between the distributions of two sets of features."""

from __future__ import annotations

import numpy as np

from aegan.metrics.blocks import iterate_blocks
from aegan.metrics.moments import compute_block_moments, moments_distance
from aegan.metrics.neighbours import CHUNK_MIB
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

    The mean over random subsets of equal size (KID, Bińkowski et al. 2018, arXiv:1801.01401, section 4), of the
    unbiased estimates (Gretton et al. 2012, eq. 3).

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
    in_real, in_fake = (np.zeros((subsets, len(side))) for side in (real, fake))
    for subset in range(subsets):
        for members in (in_real[subset], in_fake[subset]):
            members[rng.choice(len(members), size, replace=False)] = 1
    if subsets * size**2 < len(real) * len(fake):  # fewer values than pairs of samples
        chosen = zip(in_real > 0, in_fake > 0, strict=True)
        return float(np.mean([_discrepancy(real[rows], fake[others]) for rows, others in chosen]))
    within = sum(_sum_kernel(side, side, members, members) for side, members in ((real, in_real), (fake, in_fake)))
    across = _sum_kernel(real, fake, in_real, in_fake)
    return float(within / (size * (size - 1)) - 2 * across / size**2) / subsets


def _discrepancy(real: np.ndarray, fake: np.ndarray) -> float:
    """Estimate the squared MMD of two (n, D) under the cubic kernel without bias."""
    n = len(real)
    within = 0.0
    for side in (real, fake):
        kernel = _cubic(side @ side.T, side)
        np.fill_diagonal(kernel, 0)  # taken off the sum, that of a far sample would leave its rounding
        within += kernel.sum()
    return float(within / (n * (n - 1)) - 2 * _cubic(real @ fake.T, real).mean())


def _sum_kernel(rows: np.ndarray, others: np.ndarray, in_rows: np.ndarray, in_others: np.ndarray) -> float:
    """Sum the cubic kernel over all pairs of two samples that are in the same subset, over all subsets.

    Every kernel value is computed once, however many subsets it is in.

    Args:
        rows: features (N, D).
        others: features (M, D).
        in_rows: (subsets, N), 1 for the rows in a subset.
        in_others: (subsets, M), likewise.
    """
    size, total = max(1, int(CHUNK_MIB * 2**20) // (8 * len(others))), 0.0
    for start in range(0, len(rows), size):
        block = slice(start, start + size)
        kernel = _cubic(rows[block] @ others.T, rows)
        if rows is others:
            np.fill_diagonal(kernel[:, block], 0)
        total += float(((in_rows[:, block] @ kernel) * in_others).sum())
    return total


def _cubic(products: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Compute the cubic kernel (x·y / D + 1)³ from products x·y of features (N, D), which it overwrites."""
    products /= features.shape[1]
    products += 1
    cubes: np.ndarray = products * products
    cubes *= products
    return cubes
