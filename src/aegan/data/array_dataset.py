"""A data set in memory or on disk, as training, sampling and evaluation read it: one array with optional labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from aegan import seeding
from aegan.data.batch import Batch
from aegan.data.scaling import to_unit


class ArrayDataset:
    """One array of uint8 images (N, H, W, C), float32 points (N, D) or float32 codes (N, K), with optional labels (N,).

    The array is usually a memory map. Batches are scaled and moved to the device one at a time, so memory does not
    grow with the data.

    Args:
        array: the data.
        labels: class numbers (N,); None or empty for data without labels.
        device: where batches go.
    """

    def __init__(self, array: np.ndarray, labels: np.ndarray | None = None, device: str = "cpu") -> None:
        self.array = array
        self.labels = None if labels is None or len(labels) == 0 else labels
        self.device = device

    def __len__(self) -> int:
        return len(self.array)

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Shape that networks see of one sample: (C, H, W) of images (N, H, W, C), (D,) of points (N, D)."""
        *grid, channels = self.array.shape[1:]
        return (channels, *grid)

    def batch(self, rows: np.ndarray, step: int = 0) -> Batch:
        """Return the batch of the given row numbers (B,), labelled with the `step` it is used at."""
        values = np.take(self.array, rows, axis=0)
        real = to_unit(values) if values.dtype == np.uint8 else torch.from_numpy(values)
        labels = None if self.labels is None else torch.from_numpy(self.labels[rows]).to(self.device)
        return Batch(real.to(self.device), labels, step)

    def class_shares(self) -> tuple[float, ...]:
        """Return the share of each class among the samples; () for data without labels."""
        return () if self.labels is None else tuple((np.bincount(self.labels) / len(self.labels)).tolist())

    def with_hidden_labels(self, share: float, seed: int) -> ArrayDataset:
        """Hide labels, as -1, of all samples but a share drawn from the seed."""
        if self.labels is None or share == 1:
            return self
        drawn = seeding.numpy_generator(seed, "labelled").permutation(len(self))
        hidden = np.array(self.labels)
        hidden[drawn[max(1, round(share * len(self))) :]] = -1
        return ArrayDataset(self.array, hidden, self.device)

    def map_batches(self, function: Callable[[Tensor], Tensor]) -> np.ndarray:
        """Apply a function (n, …) -> (n, D) to all samples, a chunk at a time and without gradients; return (N, D)."""
        with torch.no_grad():
            return torch.cat([function(batch.real).cpu() for batch in self.batches(1024)]).numpy()

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield all samples once, in order, in batches of `size`."""
        for start in range(0, len(self), size):
            yield self.batch(np.arange(start, min(start + size, len(self))))
