"""Whether samples were copied from the data that their generator learned from."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import pairwise_distances_argmin_min

from aegan.metrics.blocks import blocks_of
from aegan.metrics.checks import check_features

#: rows, evenly spaced, whose neighbours are looked for; the median of so many is known to a few per cent
QUERIES = 2500


def memorisation(train: np.ndarray, test: np.ndarray, fake: np.ndarray) -> float:
    """Compare how near samples are to the train split with how near they are to the test split.

    The ratio of the median distances to the nearest neighbour, d(fake → train) / d(fake → test), falls with the size of
    the train split alone. So it is taken relative to the same of real data, d(test → train) / d(train → test), which
    makes up for any sizes and yet looks at all train data, where a copy may come from. The first and third distance are
    those that Meehan 2020 (arXiv:2004.05675) compares in a test for data copying.

    Args:
        train: (N, D) features of the train split; a memory map is read a block at a time.
        test: (M, D) features of the test split; likewise.
        fake: (K, D) features of samples.

    Returns:
        About 1 for new samples of the same distribution, 0 for copies of train data;
        NaN where data lie on each other so that there is nothing to divide by.

    Raises:
        InputError: the features do not fit, see `feature_pair`.
    """
    check_features(test, fake, at_least=1)
    check_features(test, train, at_least=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.divide(_nearest(fake, train), _nearest(fake, test))
        expected = np.divide(_nearest(test, train), _nearest(train, test))
        relative = float(ratio / expected)
    return relative if np.isfinite(relative) else float("nan")


def _nearest(rows: np.ndarray, others: np.ndarray) -> float:
    """Measure the median distance from (N, D) rows to the nearest of (M, D) others."""
    asked = rows[:: -(-len(rows) // QUERIES)]
    nearest = [pairwise_distances_argmin_min(asked, block)[1] for block in blocks_of(others)]
    return float(np.median(np.min(nearest, axis=0)))
