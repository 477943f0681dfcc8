"""Whether samples fall into the classes of real data as those do."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import entropy

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


def class_balance(real: np.ndarray, fake: np.ndarray) -> Balance:
    """Compare the classes that a classifier takes real and fake samples for.

    Every class has half a real sample more than was counted, so that a fake class without real ones has a finite price.

    Args:
        real: (N, 1) class numbers of real samples.
        fake: (M, 1) class numbers of fake samples.

    Returns:
        Samples of one of K equally frequent classes alone have a divergence of log K and a coverage of 1/K.
    """
    classes = int(max(real.max(), fake.max())) + 1
    counts = [np.bincount(side.ravel().astype(int), minlength=classes) for side in (real, fake)]
    expected, found = (count / count.sum() for count in counts)
    covered = found[expected > 0] >= COVERED * expected[expected > 0]
    return Balance(float(entropy(found, counts[0] + 0.5)), float(covered.mean()))
