"""Whether samples fall into the classes of real data as those do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy.special import rel_entr

#: share of the real samples' share from which a class counts as covered
COVERED = 0.1


class Balance(NamedTuple):
    """How the classes that samples were taken for compare with those of real data.

    Args:
        class_kl: Σ p log(p / q) in nats, p the shares of the fake samples and q those of the real ones.
        class_coverage: share of the real classes that have at least a tenth of their real share among the fakes.
    """

    class_kl: float
    class_coverage: float


def class_counts(blocks: Iterable[np.ndarray]) -> np.ndarray:
    """Count how often each class (K,) occurs in blocks (n, 1) of class numbers."""
    total = np.zeros(0, np.int64)
    for block in blocks:
        found = np.bincount(block.ravel().astype(np.int64), minlength=len(total))
        found[: len(total)] += total
        total = found
    return total


def class_balance(real: np.ndarray, fake: np.ndarray) -> Balance:
    """Compare the classes that a classifier takes real and fake samples for.

    Every class has half a real sample more than was counted, so that a fake class without real ones has a finite price.

    Args:
        real: (K,) counts of real samples per class.
        fake: (L,) counts of fake samples per class; classes beyond the shorter of both have none there.

    Returns:
        Samples of one of K equally frequent classes alone have a divergence of log K and a coverage of 1/K.
    """
    classes = max(len(real), len(fake))
    counts = [np.pad(side, (0, classes - len(side))) for side in (real, fake)]
    expected, found = (count / count.sum() for count in counts)
    covered = found[expected > 0] >= COVERED * expected[expected > 0]
    prior = (counts[0] + 0.5) / (counts[0] + 0.5).sum()
    return Balance(float(rel_entr(found, prior).sum()), float(covered.mean()))
