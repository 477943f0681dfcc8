"""Every corruption of the ladder by name. To add one, write the function and add its line here.

A corruption makes real data worse at a level from 1 to 4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter

from aegan.data.array_dataset import ArrayDataset

LEVELS = (1, 2, 3, 4)


class HeldOutData(NamedTuple):
    """The data to corrupt: held-out samples, and the train data that copies are taken from."""

    dataset: ArrayDataset
    size: int  #: number of samples of each corrupted data set
    train_array: np.ndarray  #: (N, …)

    @property
    def array(self) -> np.ndarray:
        """The first `size` samples (size, …)."""
        return self.dataset.array[: self.size]


def blur(data: HeldOutData, level: int, _: np.random.Generator) -> np.ndarray:
    """Blur images: σ grows by one pixel per level at a side of 28."""
    sigma = level * min(data.array.shape[1:3]) / 28
    blurred: np.ndarray = gaussian_filter(data.array.astype(np.float32), (0, sigma, sigma, 0))
    return blurred.round().astype(np.uint8)


def add_noise(data: HeldOutData, level: int, rng: np.random.Generator) -> np.ndarray:
    """Add Gaussian noise: half the data's standard deviation per level.

    Args:
        data: the data to corrupt.
        level: from 1 to 4.
        rng: draws the noise.
    """
    noisy: np.ndarray = data.array + level / 2 * data.array.std() * rng.normal(size=data.array.shape)
    return noisy.round().clip(0, 255).astype(np.uint8) if data.array.dtype == np.uint8 else noisy.astype(np.float32)


def drop_classes(data: HeldOutData, level: int, _: np.random.Generator) -> np.ndarray:
    """Leave out classes: an eighth of them per level."""
    remaining: np.ndarray = data.dataset.array[select_classes(data.dataset.labels, level)]
    return remaining[: data.size]


def duplicate_samples(data: HeldOutData, level: int, _: np.random.Generator) -> np.ndarray:
    """Repeat samples: half as many distinct ones per level."""
    return data.array[np.arange(data.size) % max(1, data.size >> level)]


def copy_train_data(data: HeldOutData, level: int, rng: np.random.Generator) -> np.ndarray:
    """Replace samples by train data: a quarter of them per level.

    Args:
        data: the data to corrupt.
        level: from 1 to 4.
        rng: draws the train data.
    """
    replaced = data.size * level // 4
    rows = np.sort(rng.integers(len(data.train_array), size=replaced))
    return np.concatenate([np.take(data.train_array, rows, axis=0), data.array[replaced:]])


def select_classes(labels: np.ndarray | None, level: int) -> np.ndarray:
    """Return which of N samples with labels (N,) belong to the classes left at a level of `drop_classes`: bool (N,)."""
    classes = np.unique(np.asarray(labels))
    return ~np.isin(np.asarray(labels), classes[: -(-len(classes) * level // 8)])


def has_pixels(dataset: ArrayDataset) -> bool:
    """Return whether data are images rather than points."""
    return dataset.array.ndim > 2


def has_classes(dataset: ArrayDataset) -> bool:
    """Return whether data are labelled with at least two classes."""
    return dataset.labels is not None and len(np.unique(dataset.labels)) > 1


class Corruption(NamedTuple):
    """A way to make data worse.

    Args:
        corrupt: (data, level, rng) -> (size, …) corrupted samples.
        applies: whether the corruption applies to a data set.
    """

    corrupt: Callable[[HeldOutData, int, np.random.Generator], np.ndarray]
    applies: Callable[[ArrayDataset], bool] = lambda _dataset: True


CORRUPTIONS: dict[str, Corruption] = {
    "blur": Corruption(blur, applies=has_pixels),
    "noise": Corruption(add_noise),
    "dropped": Corruption(drop_classes, applies=has_classes),
    "duplicates": Corruption(duplicate_samples),
    "copies": Corruption(copy_train_data),
}


def list_applicable_corruptions(dataset: ArrayDataset) -> list[str]:
    """List the corruptions that apply to data."""
    return [name for name, corruption in CORRUPTIONS.items() if corruption.applies(dataset)]
