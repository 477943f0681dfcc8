"""Mean and covariance of any number of features, computed in blocks, and the Fréchet distance of two of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

import numpy as np

from aegan.metrics.validation import check_feature_set

#: name of the metric of the distance between what different seeds generate
SEED_SPREAD = "spread"


class Moments(NamedTuple):
    """The first two moments of N features.

    Args:
        samples: N.
        mean: (D,).
        root: R (min(N, D), D) or more rows, with RᵀR the scatter Σ (x - mean)(x - mean)ᵀ.
    """

    samples: int
    mean: np.ndarray
    root: np.ndarray

    def covariance_root(self) -> np.ndarray:
        """Return R (min(N, D), D) with RᵀR the unbiased covariance."""
        root: np.ndarray = self.root / np.sqrt(self.samples - 1)
        return root


def compute_moments(features: np.ndarray) -> Moments:
    """Compute the moments of (N, D) features in double precision.

    The root is the R of the QR decomposition of the centred features. No covariance is formed, so the result stays
    accurate for features far from the origin and for fewer samples than features.

    Raises:
        InputError: the features are not (N, D), or not finite.
    """
    features = check_feature_set("features", features, at_least=1).astype(np.float64)
    mean = features.mean(axis=0)
    return Moments(len(features), mean, np.asarray(np.linalg.qr(features - mean, mode="r")))


def compute_block_moments(blocks: Iterable[np.ndarray]) -> Moments:
    """Compute the moments of features given in one or more blocks (n, D)."""
    return reduce(merge_moments, map(compute_moments, blocks))


def merge_moments(first: Moments, second: Moments) -> Moments:
    """Compute the moments of two sets together (Chan, Golub & LeVeque 1983, doi:10.1080/00031305.1983.10483115).

    The common scatter is the sum of both and the rank-one scatter of their means, so its root is the R of both roots
    and one more row; again without forming a covariance.
    """
    samples = first.samples + second.samples
    shift = second.mean - first.mean
    between = np.sqrt(first.samples * second.samples / samples) * shift
    root = np.asarray(np.linalg.qr(np.vstack([first.root, second.root, between]), mode="r"))
    return Moments(samples, first.mean + shift * (second.samples / samples), root)


def moments_distance(real: Moments, fake: Moments) -> float:
    """Measure the squared Fréchet distance between Gaussians of the moments of two sets of two or more features.

    |m1 - m2|² + tr(C1 + C2 - 2 (C1 C2)^½) (Heusel et al. 2017, arXiv:1706.08500, eq. 6), with unbiased covariances.
    With C = RᵀR, tr (C1 C2)^½ is the sum of the singular values of R1 R2ᵀ. No covariance is formed and no matrix root
    is taken, so the result stays accurate for features far from the origin and for fewer samples than features.

    Returns:
        The distance, 0 for equal moments. It is biased upwards for few samples: compare only at equal counts.
    """
    shift = real.mean - fake.mean
    root_real, root_fake = real.covariance_root(), fake.covariance_root()
    overlap = np.linalg.svd(root_real @ root_fake.T, compute_uv=False).sum()
    distance = shift @ shift + (root_real**2).sum() + (root_fake**2).sum() - 2 * overlap
    return max(0.0, float(distance))  # rounding may leave -1e-13 for identical sets
