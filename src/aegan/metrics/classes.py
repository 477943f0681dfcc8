"""Compare the predicted classes of samples with those of real data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

#: a class is covered if its share of the samples is at least this fraction of its share of the real data
COVERED = 0.1


class ClassBalance(NamedTuple):
    """Comparison of the predicted classes of samples with those of real data.

    Args:
        class_kl: Σ p log(p / q) in nats, p the shares of the fake samples and q those of the real ones.
        class_coverage: share of the real classes that have at least a tenth of their real share among the fakes.
    """

    class_kl: float
    class_coverage: float


def count_classes(blocks: Iterable[np.ndarray]) -> np.ndarray:
    """Return the counts (K,) of every class in blocks (n, 1) of class numbers."""
    total = np.zeros(0, np.int64)
    for block in blocks:
        found = np.bincount(block.ravel().astype(np.int64), minlength=len(total))
        found[: len(total)] += total
        total = found
    return total


def compare_classes(real: np.ndarray, fake: np.ndarray) -> ClassBalance:
    """Compare the classes that a classifier predicts for real and for fake samples.

    Every class gets half a real sample in addition, so that a fake class without real samples has a finite divergence.

    Args:
        real: (K,) counts of real samples per class.
        fake: (L,) counts of fake samples per class; missing classes of the shorter array count as 0.

    Returns:
        The divergence and the coverage: log K and 1/K for samples of a single one of K equally frequent classes.
    """
    classes = max(len(real), len(fake))
    counts = [np.pad(side, (0, classes - len(side))) for side in (real, fake)]
    expected, found = (count / count.sum() for count in counts)
    covered = found[expected > 0] >= COVERED * expected[expected > 0]
    prior = (counts[0] + 0.5) / (counts[0] + 0.5).sum()
    seen = found != 0
    divergence = found[seen] @ np.log(found[seen] / prior[seen])
    return ClassBalance(float(divergence), float(covered.mean()))
