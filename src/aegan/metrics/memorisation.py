"""Whether samples were copied from the data that their generator learned from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.metrics import pairwise_distances_argmin_min

from aegan.metrics.blocks import blocks_of
from aegan.metrics.validation import check_features

#: rows, evenly spaced, whose neighbours are looked for; the median of so many is known to a few per cent
QUERIES = 2500


@dataclass(frozen=True, eq=False)
class Splits:
    """Features of real data, and what all samples of a study are held against: how near their splits are to each other.

    Args:
        train: (N, D) of the train split; a memory map is read a block at a time.
        test: (M, D) of the test split; likewise.
    """

    train: np.ndarray
    test: np.ndarray

    @cached_property
    def nearness(self) -> float:
        """Ratio of the median distances to the nearest neighbour, d(test → train) / d(train → test)."""
        check_features(self.test, self.train, at_least=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.divide(_nearest(self.test, self.train), _nearest(self.train, self.test)))


def memorisation(real: Splits, fake: np.ndarray) -> float:
    """Compare how near samples are to the train split with how near they are to the test split.

    The ratio of the median distances to the nearest neighbour, d(fake → train) / d(fake → test), falls with the size of
    the train split alone. So it is taken relative to the same of real data, d(test → train) / d(train → test), which
    makes up for any sizes and yet looks at all train data, where a copy may come from. The first and third distance are
    those that Meehan 2020 (arXiv:2004.05675) compares in a test for data copying.

    Args:
        real: features of both splits.
        fake: (K, D) features of samples.

    Returns:
        About 1 for new samples of the same distribution, 0 for copies of train data;
        NaN where data lie on each other so that there is nothing to divide by.

    Raises:
        InputError: the features do not fit, see `feature_pair`.
    """
    check_features(real.test, fake, at_least=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.divide(_nearest(fake, real.train), _nearest(fake, real.test))
        relative = float(np.divide(ratio, real.nearness))
    return relative if np.isfinite(relative) else float("nan")


def _nearest(rows: np.ndarray, others: np.ndarray) -> float:
    """Measure the median distance from (N, D) rows to the nearest of (M, D) others."""
    asked = rows[:: -(-len(rows) // QUERIES)]
    nearest = [pairwise_distances_argmin_min(asked, block)[1] for block in blocks_of(others)]
    return float(np.median(np.min(nearest, axis=0)))
