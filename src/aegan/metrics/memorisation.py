"""Memorisation: whether samples are copies of the train data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from aegan.metrics.blocks import iterate_blocks
from aegan.metrics.neighbours import compute_distance_blocks
from aegan.metrics.validation import check_features
from aegan.progress import track

#: evenly spaced rows whose nearest neighbours are searched; enough for a median accurate to a few per cent
QUERIES = 2500


@dataclass(frozen=True, eq=False)
class SplitFeatures:
    """Features of both splits of real data, and the reference for samples: the distance ratio between the splits.

    Args:
        train: (N, D) of the train split; a memory map is read block by block.
        test: (M, D) of the test split, likewise.
    """

    train: np.ndarray
    test: np.ndarray

    @cached_property
    def split_distance_ratio(self) -> float:
        """The ratio of median distances to the nearest neighbour, d(test → train) / d(train → test)."""
        check_features(self.test, self.train, at_least=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.divide(_nearest(self.test, self.train), _nearest(self.train, self.test)))


def memorisation_ratio(real: SplitFeatures, fake: np.ndarray) -> float:
    """Compare the distances of samples to the train split with those to the test split.

    The ratio of median distances to the nearest neighbour, d(fake → train) / d(fake → test), depends on the sizes of
    the splits. So it is divided by the same ratio of real data, d(test → train) / d(train → test). This corrects for
    the sizes and still uses all train data, since any of them may have been copied. Meehan et al. 2020
    (arXiv:2004.05675) compare the first and the third distance in a test for data copying.

    Args:
        real: features of both splits.
        fake: (K, D) features of samples.

    Returns:
        About 1 for new samples of the same distribution, 0 for copies of train data; NaN if a median distance in a
        denominator is 0.

    Raises:
        InputError: the features do not fit, see `check_feature_pair`.
    """
    check_features(real.test, fake, at_least=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.divide(_nearest(fake, real.train), _nearest(fake, real.test))
        relative = float(np.divide(ratio, real.split_distance_ratio))
    return relative if np.isfinite(relative) else float("nan")


def _nearest(rows: np.ndarray, others: np.ndarray) -> float:
    """Measure the median distance from (N, D) rows to the nearest of (M, D) others."""
    queries = rows[:: -(-len(rows) // QUERIES)]
    nearest = [
        np.concatenate([distance.min(axis=1) for distance in compute_distance_blocks(queries, block)])
        for block in track(iterate_blocks(others), "memorisation, blocks")
    ]
    return float(np.median(np.min(nearest, axis=0)))
