"""What a metric is given: features of any number of samples, in memory that does not grow with the number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from aegan.metrics.blocks import blocks_of
from aegan.metrics.classes import class_counts
from aegan.metrics.moments import Moments, moments_of


@dataclass(frozen=True)
class Features:
    """Features (N, D) of samples: all of them a block at a time, and some at hand.

    Args:
        count: N.
        blocks: returns all of them, in order, as arrays (n, D).
        drawn: (M, D) of them, M ≤ N, that metrics look at one by one or pair by pair.
    """

    count: int
    blocks: Callable[[], Iterable[np.ndarray]]
    drawn: np.ndarray

    @cached_property
    def moments(self) -> Moments:
        """Mean and covariance of all."""
        return moments_of(self.blocks())

    @cached_property
    def classes(self) -> np.ndarray:
        """How often each class (K,) occurs among all, where the features (N, 1) are the numbers of classes."""
        return class_counts(self.blocks())


def features_of(array: np.ndarray, drawn: np.ndarray | None = None) -> Features:
    """Make the features of an array (N, D) or a memory map, `drawn` (M,) the rows at hand, or all of them."""
    return Features(len(array), lambda: blocks_of(array), array if drawn is None else array[drawn])
