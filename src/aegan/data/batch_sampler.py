"""`BatchSampler`: the order in which a training run sees its data."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from aegan import seeding


class BatchSampler:
    """An endless sequence of shuffled epochs, cut into batches of equal size; a batch may span two epochs.

    Batch number i is a function of the seed and i alone, so a resumed run needs no sampler state.

    Args:
        rows: int64 row numbers (N,) to draw from.
        batch_size: rows per batch; it may exceed N.
        seed: seed of the shuffles.
    """

    def __init__(self, rows: np.ndarray, batch_size: int, seed: int) -> None:
        self.rows, self.batch_size, self.seed = rows, batch_size, seed
        self.shuffled_rows = lru_cache(maxsize=2)(self._shuffled_rows)

    def _shuffled_rows(self, epoch: int) -> np.ndarray:
        return self.rows[seeding.numpy_generator(self.seed, "order", epoch).permutation(len(self.rows))]

    def select_rows(self, number: int) -> np.ndarray:
        """Return the int64 row numbers (batch_size,) of batch `number`, counted from 0."""
        epoch, offset = divmod(number * self.batch_size, len(self.rows))
        pieces = [self.shuffled_rows(epoch)[offset : offset + self.batch_size]]
        while (missing := self.batch_size - sum(map(len, pieces))) > 0:
            epoch += 1
            pieces.append(self.shuffled_rows(epoch)[:missing])
        return np.concatenate(pieces)

    def count_batches_per_epoch(self) -> int:
        """Return the number of batches that cover every row at least once: N / batch_size, rounded up."""
        return -(-len(self.rows) // self.batch_size)
