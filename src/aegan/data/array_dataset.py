"""`ArrayDataset`: the array of samples, with optional labels, that training, sampling and evaluation read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from aegan import seeding
from aegan.data.batch import Batch
from aegan.data.scaling import to_unit
from aegan.progress import track


class ArrayDataset:
    """Samples in one array, with optional class labels.

    The array is usually a memory map. Each batch is scaled and moved to the device when it is requested, so memory
    use does not grow with the data.

    Args:
        array: uint8 images (N, H, W, C), float32 points (N, D) or float32 codes (N, K).
        labels: int64 class numbers (N,); None or empty for data without labels.
        device: device of the batches.
    """

    def __init__(self, array: np.ndarray, labels: np.ndarray | None = None, device: str = "cpu") -> None:
        self.array = array
        self.labels = None if labels is None or len(labels) == 0 else labels
        self.device = device

    def __len__(self) -> int:
        return len(self.array)

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Shape of one sample as networks see it: (C, H, W) for images (N, H, W, C), (D,) for points (N, D)."""
        *grid, channels = self.array.shape[1:]
        return (channels, *grid)

    def select_batch(self, rows: np.ndarray, step: int = 0) -> Batch:
        """Return a batch of the given rows: images as float32 (B, C, H, W) in [0, 1], other data unchanged.

        Args:
            rows: int64 row numbers (B,).
            step: training step at which the batch is used.
        """
        values = np.take(self.array, rows, axis=0)
        real = to_unit(values) if values.dtype == np.uint8 else torch.from_numpy(values)
        labels = None if self.labels is None else torch.from_numpy(self.labels[rows]).to(self.device)
        return Batch(real.to(self.device), labels, step)

    def compute_class_shares(self) -> tuple[float, ...]:
        """Compute the share of each class among the samples; () for data without labels."""
        return () if self.labels is None else tuple((np.bincount(self.labels) / len(self.labels)).tolist())

    def hide_labels(self, share: float, seed: int) -> ArrayDataset:
        """Return the same data with all labels set to -1 except those of a random share of the samples.

        Args:
            share: share of the samples that keep their label, within (0, 1]; at least one sample keeps it.
            seed: seed of the selection.
        """
        if self.labels is None or share == 1:
            return self
        order = seeding.numpy_generator(seed, "labelled").permutation(len(self))
        labels = np.array(self.labels)
        labels[order[max(1, round(share * len(self))) :]] = -1
        return ArrayDataset(self.array, labels, self.device)

    def map_batches(self, function: Callable[[Tensor], Tensor]) -> np.ndarray:
        """Apply a function (n, …) → (n, D) to all samples, 1024 at a time and without gradients.

        Returns:
            The results, (N, D), on the CPU.
        """
        batches = track(self.iterate_batches(1024), "batches", -(-len(self) // 1024))
        with torch.no_grad():
            return torch.cat([function(batch.real).cpu() for batch in batches]).numpy()

    def iterate_batches(self, size: int) -> Iterator[Batch]:
        """Yield all samples once, in order, in batches of `size` samples; the last batch may be smaller."""
        for start in range(0, len(self), size):
            yield self.select_batch(np.arange(start, min(start + size, len(self))))
