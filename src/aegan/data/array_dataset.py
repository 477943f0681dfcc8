"""The order in which a member sees its data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from aegan import seeding
from aegan.data.scaling import to_unit
from aegan.games.game import Batch


class Rows:
    """Data at rest: uint8 images (N, H, W, C), or float32 points (N, D) or codes, with labels or none.

    The array is usually a memory map. Batches are scaled and moved to the device one at a time, so memory does not
    grow with the data.
    """

    def __init__(self, array: np.ndarray, labels: np.ndarray | None = None, device: str = "cpu") -> None:
        self.array = array
        self.labels = None if labels is None or len(labels) == 0 else labels
        self.device = device

    def __len__(self) -> int:
        return len(self.array)

    def batch(self, rows: np.ndarray, step: int = 0) -> Batch:
        """Return the batch of those rows, as it is seen after `step` rounds."""
        values = np.take(self.array, rows, axis=0)
        real = to_unit(values) if values.dtype == np.uint8 else torch.from_numpy(values)
        labels = None if self.labels is None else torch.from_numpy(self.labels[rows]).to(self.device)
        return Batch(real.to(self.device), labels, step)

    def shares(self) -> tuple[float, ...]:
        """Return the share of every class among the rows; () of rows without labels."""
        return () if self.labels is None else tuple((np.bincount(self.labels) / len(self.labels)).tolist())

    def partly_labelled(self, share: float, seed: int) -> Rows:
        """Hide the labels, as -1, of all rows but a share that is drawn from the seed."""
        if self.labels is None or share == 1:
            return self
        drawn = seeding.numpy_generator(seed, "labelled").permutation(len(self))
        hidden = np.array(self.labels)
        hidden[drawn[max(1, round(share * len(self))) :]] = -1
        return Rows(self.array, hidden, self.device)

    def mapped(self, function: Callable[[Tensor], Tensor]) -> np.ndarray:
        """Apply a function (n, …) -> (n, D) to all rows, a chunk at a time and without gradients: (N, D)."""
        with torch.no_grad():
            return torch.cat([function(batch.real).cpu() for batch in self.batches(1024)]).numpy()

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield all rows once, in order."""
        for start in range(0, len(self), size):
            yield self.batch(np.arange(start, min(start + size, len(self))))


class Stream:
    """An endless chain of shuffles, one per epoch, cut into batches of equal size across the seams.

    Batch number i is a function of (seed, i) alone, so there is nothing to store for a resumed run.

    Args:
        rows: the row numbers to draw from.
        batch_size: rows per batch; it may exceed the number of rows.
        seed: seed of the shuffles.
    """

    def __init__(self, rows: np.ndarray, batch_size: int, seed: int) -> None:
        self.rows, self.batch_size, self.seed = rows, batch_size, seed
        self.shuffle = lru_cache(maxsize=2)(self._shuffle)

    def _shuffle(self, epoch: int) -> np.ndarray:
        return self.rows[seeding.numpy_generator(self.seed, "order", epoch).permutation(len(self.rows))]

    def batch(self, number: int) -> np.ndarray:
        """Return the row numbers (batch_size,) of batch `number`."""
        epoch, offset = divmod(number * self.batch_size, len(self.rows))
        pieces = [self.shuffle(epoch)[offset : offset + self.batch_size]]
        while (missing := self.batch_size - sum(map(len, pieces))) > 0:
            epoch += 1
            pieces.append(self.shuffle(epoch)[:missing])
        return np.concatenate(pieces)

    def rounds_per_epoch(self) -> int:
        """Return how many batches it takes to see every row once."""
        return -(-len(self.rows) // self.batch_size)
