"""Features of any number of samples as the input of metrics; memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from aegan.metrics.blocks import iterate_blocks
from aegan.metrics.classes import count_classes
from aegan.metrics.moments import Moments, compute_block_moments
from aegan.metrics.neighbours import compute_reach


@dataclass(frozen=True)
class Features:
    """Features (N, D) of samples: all of them in blocks, and a subset in memory.

    Args:
        count: N.
        blocks: returns all of them, in order, as arrays (n, D).
        drawn: (M, D) of them, M ≤ N, for metrics that compare samples one by one or pair by pair.
    """

    count: int
    blocks: Callable[[], Iterable[np.ndarray]]
    drawn: np.ndarray
    reaches: dict[int, np.ndarray] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def moments(self) -> Moments:
        """Mean and covariance of all."""
        return compute_block_moments(self.blocks())

    def reach(self, k: int) -> np.ndarray:
        """Return the distance (M,) of each of the drawn to its k-th nearest neighbour among them, computed once."""
        if k not in self.reaches:
            self.reaches[k] = compute_reach(self.drawn, k)
        return self.reaches[k]

    @cached_property
    def classes(self) -> np.ndarray:
        """Counts (K,) of every class among all, if the features (N, 1) are class numbers."""
        return count_classes(self.blocks())


def make_features(array: np.ndarray, drawn: np.ndarray | None = None) -> Features:
    """Make the features of an array (N, D) or memory map; `drawn` (M,) are the rows of the subset, None for all."""
    return Features(len(array), lambda: iterate_blocks(array), array if drawn is None else array[drawn])
