"""Precision, recall, density and coverage of fake samples relative to the real manifold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aegan.metrics.neighbours import compute_distance_blocks, compute_reach
from aegan.metrics.validation import check_feature_pair
from aegan.progress import track

#: which nearest neighbour bounds a neighbourhood; a set needs one sample more
NEIGHBOURS = 5
#: distances that differ relatively by less are equal
TIE = 1e-9


class Overlap(NamedTuple):
    """Four fractions of overlap between the neighbourhoods of real and fake samples.

    Args:
        precision: fakes inside the neighbourhood of any real sample (Kynkäänniemi et al. 2019, arXiv:1904.06991).
        recall: real samples inside the neighbourhood of any fake (the same paper).
        density: mean number of real neighbourhoods around a fake, over k (Naeem et al. 2020, arXiv:2002.09797); may
            exceed 1.
        coverage: real samples whose neighbourhood holds a fake (the same paper).
    """

    precision: float
    recall: float
    density: float
    coverage: float


def compute_overlap(
    real: np.ndarray, fake: np.ndarray, k: int = NEIGHBOURS, reach_real: np.ndarray | None = None
) -> Overlap:
    """Measure precision, recall, density and coverage in one pass over the distances.

    The neighbourhood of a sample is the open ball up to its k-th nearest neighbour in its own set. If all real
    neighbourhoods are empty (more than k coincident samples everywhere, as in a Dirac distribution), the manifold is
    undefined and all four are NaN.

    Args:
        real: (N, D) features.
        fake: (M, D) features.
        k: which nearest neighbour bounds a neighbourhood.
        reach_real: `compute_reach` (N,) of the real samples, if it is known; computed if not.

    Returns:
        The four fractions.

    Raises:
        InputError: a set has no more than k samples, or the features do not fit, see `check_feature_pair`.
    """
    real, fake = check_feature_pair(real, fake, at_least=k + 1)
    reach_real, reach_fake = compute_reach(real, k) if reach_real is None else reach_real, compute_reach(fake, k)
    if not reach_real.any():
        return Overlap(*[float("nan")] * 4)
    # at the distance of the k-th neighbour itself, as a copy of it is, rounding must not decide
    reach_real, reach_fake = (1 - TIE) * reach_real, (1 - TIE) * reach_fake
    around = np.zeros(len(fake))  # real neighbourhoods around each fake
    recalled = covered = row = 0
    for distance in track(compute_distance_blocks(real, fake), "overlap, blocks"):
        within = distance < reach_real[row : row + len(distance), None]
        around += within.sum(axis=0)
        covered += within.any(axis=1).sum()
        recalled += (distance < reach_fake).any(axis=1).sum()
        row += len(distance)
    n = len(real)
    return Overlap(float((around > 0).mean()), float(recalled / n), float(around.mean() / k), float(covered / n))
