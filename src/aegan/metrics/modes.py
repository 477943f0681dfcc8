"""Count the modes of a known mixture of Gaussians that a generator reaches."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

REACH = 3.0  # standard deviations


class ModeCoverage(NamedTuple):
    """How samples cover a mixture.

    Args:
        modes: modes with a sample within three standard deviations of their centre.
        high_quality: share of the samples within three standard deviations of a centre.
    """

    modes: int
    high_quality: float


def count_modes(samples: np.ndarray, centres: np.ndarray, std: float) -> ModeCoverage:
    """Count the modes reached and the samples of high quality (PacGAN, Lin 2018, arXiv:1712.04086, section 4.1).

    Args:
        samples: (N, D) samples; a non-finite sample reaches no mode.
        centres: (K, D) centres of the modes.
        std: standard deviation of each mode along each axis.

    Returns:
        Number of modes and share of samples. Samples of the mixture itself have the share P(χ²_D < 9) if modes are far
        apart: 0.989 in two dimensions.
    """
    with np.errstate(invalid="ignore"):  # infinity minus infinity is NaN, which is near no mode
        distances = np.linalg.norm(samples[:, None].astype(np.float64) - centres, axis=2)
    near = distances < REACH * std
    return ModeCoverage(int(near.any(axis=0).sum()), float(near.any(axis=1).mean()))
