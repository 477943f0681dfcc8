"""Mean and covariance of any number of features, a block at a time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

import numpy as np

from aegan.metrics.checks import checked


class Moments(NamedTuple):
    """The first two moments of N features, without the features.

    Args:
        samples: N.
        mean: (D,).
        root: R (min(N, D), D) or more rows, with RᵀR the scatter Σ (x - mean)(x - mean)ᵀ.
    """

    samples: int
    mean: np.ndarray
    root: np.ndarray

    def covariance_root(self) -> np.ndarray:
        """Return R with RᵀR the unbiased covariance."""
        root: np.ndarray = self.root / np.sqrt(self.samples - 1)
        return root


def moments(features: np.ndarray) -> Moments:
    """Compute the moments of (N, D) features in double precision.

    The root is the R of the QR decomposition of the centred features. No covariance is formed, so that the result stays
    exact for features far from the origin and for fewer samples than features.

    Raises:
        InputError: the features are not (N, D), or not finite.
    """
    features = checked("features", features, at_least=1).astype(np.float64)
    mean = features.mean(axis=0)
    return Moments(len(features), mean, np.asarray(np.linalg.qr(features - mean, mode="r")))


def moments_of(blocks: Iterable[np.ndarray]) -> Moments:
    """Compute the moments of features that come in one or more blocks (n, D)."""
    return reduce(merged, map(moments, blocks))


def merged(first: Moments, second: Moments) -> Moments:
    """Compute the moments of two sets together (Chan, Golub & LeVeque 1983, doi:10.1080/00031305.1983.10483115).

    Their scatters add up to that of both but for the rank-one scatter of their means, so its root is the R of both
    roots and one more row: exact, and again without a covariance.
    """
    samples = first.samples + second.samples
    shift = second.mean - first.mean
    between = np.sqrt(first.samples * second.samples / samples) * shift
    root = np.asarray(np.linalg.qr(np.vstack([first.root, second.root, between]), mode="r"))
    return Moments(samples, first.mean + shift * (second.samples / samples), root)
