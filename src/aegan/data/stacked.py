"""Stacked Fashion-MNIST: three images of clothes in the three channels of one image, which gives 1000 classes.

The counterpart of stacked MNIST (L. Metz et al., "Unrolled Generative Adversarial Networks", 2017, arXiv 1611.02163;
128,000 images as in PacGAN, arXiv 1712.04086, section 4.2), which allows counting lost modes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aegan.data.fashion_mnist import FashionMnist, Sha256, Url  # noqa: F401 - types of the options it inherits
from aegan.data.raw_dataset import DataOutline, RawDataset
from aegan.option_types import SampleCount, Seed
from aegan.seeding import numpy_generator

CHANNELS = 3


@dataclass(frozen=True, kw_only=True)
class StackedFashionMnist(FashionMnist):
    """Three independently drawn images of Fashion-MNIST in the three channels of one image: 1000 classes.

    The official split is kept: train images are stacked from train images, and 10,000 test images (as many as
    Fashion-MNIST has) from test images. Channels of the classes a, b, c form the class 100 a + 10 b + c.

    Args:
        count: number of stacked train images.
        seed: seed of the draws.
        folders: as in fashion_mnist.
        urls: as in fashion_mnist.
        sha256: as in fashion_mnist.
    """

    count: SampleCount = 128_000
    seed: Seed = 0

    def outline(self, files: Sequence[Path] = ()) -> DataOutline:  # noqa: ARG002 - there are no files
        """Return the sizes, which the options fix."""
        return DataOutline((CHANNELS, 28, 28), labelled=True, rows=self.count + 10_000, train_rows=self.count)

    def load(self, files: Sequence[Path]) -> RawDataset:
        """Load the four files and stack their images: uint8 (count + 10000, 28, 28, 3) with labels (count + 10000,).

        Args:
            files: paths in the order of `FETCHED_FILES`.

        Raises:
            InputError: a file is damaged, or images and labels do not match.
        """
        single = super().load(files)
        assert single.train_count is not None, "Fashion-MNIST has an official split"
        test_count = len(single.values) - single.train_count
        rows = np.concatenate(
            [
                numpy_generator(self.seed, "stacked", "train").integers(
                    single.train_count, size=(self.count, CHANNELS)
                ),
                numpy_generator(self.seed, "stacked", "test").integers(test_count, size=(test_count, CHANNELS))
                + single.train_count,
            ]
        )
        images = np.empty((len(rows), *single.values.shape[1:3], CHANNELS), np.uint8)
        for channel in range(CHANNELS):  # one at a time, because the images need most of the memory
            images[..., channel] = single.values[rows[:, channel], ..., 0]
        labels = single.labels[rows] @ np.array([100, 10, 1])
        classes = tuple(f"{number:03}" for number in range(1000))
        return single._replace(values=images, labels=labels, classes=classes, train_count=self.count)
