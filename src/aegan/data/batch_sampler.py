"""The order in which a member sees its data."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from aegan import seeding


class BatchSampler:
    """An endless chain of shuffles, one per epoch, cut into batches of equal size across epoch boundaries.

    Batch number i is a function of (seed, i) alone, so a resumed run needs no sampler state.

    Args:
        rows: (N,) row numbers to draw from.
        batch_size: rows per batch; it may exceed the number of rows.
        seed: seed of the shuffles.
    """

    def __init__(self, rows: np.ndarray, batch_size: int, seed: int) -> None:
        self.rows, self.batch_size, self.seed = rows, batch_size, seed
        self.shuffled_rows = lru_cache(maxsize=2)(self._shuffled_rows)

    def _shuffled_rows(self, epoch: int) -> np.ndarray:
        return self.rows[seeding.numpy_generator(self.seed, "order", epoch).permutation(len(self.rows))]

    def batch(self, number: int) -> np.ndarray:
        """Return the row numbers (batch_size,) of batch `number`."""
        epoch, offset = divmod(number * self.batch_size, len(self.rows))
        pieces = [self.shuffled_rows(epoch)[offset : offset + self.batch_size]]
        while (missing := self.batch_size - sum(map(len, pieces))) > 0:
            epoch += 1
            pieces.append(self.shuffled_rows(epoch)[:missing])
        return np.concatenate(pieces)

    def rounds_per_epoch(self) -> int:
        """Return how many batches it takes to see every row once."""
        return -(-len(self.rows) // self.batch_size)
