"""Euclidean distances between sets of features, a block at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

CHUNK_MIB = 64  # memory for distances at a time: 10k × 10k of them would take 800 MB

#: squared distances below this part of the squared lengths are rounding errors of their difference, and 0
ROUNDING = 1e-12


def compute_distance_blocks(rows: np.ndarray, others: np.ndarray) -> Iterator[np.ndarray]:
    """Compute the distances of (N, D) rows to (M, D) others in double precision.

    |x - y|² = |x|² + |y|² - 2 x·y, of features around the median of the others, which a few far rows do not move: one
    matrix product per block, as in scikit-learn, which takes a second to import.

    Args:
        rows: (N, D).
        others: (M, D).

    Yields:
        (n, M) for the next n rows.
    """
    centre = np.median(others.astype(np.float64), axis=0)
    others = others - centre
    lengths = _square_lengths(others)
    size = max(1, int(CHUNK_MIB * 2**20) // (8 * len(others)))
    for start in range(0, len(rows), size):
        block = rows[start : start + size] - centre
        sums = _square_lengths(block)[:, None] + lengths
        squared = (-2 * block) @ others.T
        squared += sums
        sums *= ROUNDING
        squared[squared < sums] = 0
        yield np.sqrt(squared, out=squared)


def compute_reach(features: np.ndarray, k: int) -> np.ndarray:
    """Compute the distance (N,) from each of (N, D) features to its k-th nearest neighbour, itself not counted."""
    # itself is at distance 0, the first in each row
    return np.concatenate(
        [np.partition(block, k, axis=1)[:, k] for block in compute_distance_blocks(features, features)]
    )


def _square_lengths(features: np.ndarray) -> np.ndarray:
    lengths: np.ndarray = np.einsum("ij,ij->i", features, features)
    return lengths
