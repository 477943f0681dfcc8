"""Three images of ten classes in the three channels of one image, which gives 1000 classes.

The counterparts of stacked MNIST (L. Metz et al., "Unrolled Generative Adversarial Networks", 2017, arXiv 1611.02163;
128,000 images as in PacGAN, arXiv 1712.04086, section 4.2), which allows counting lost modes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aegan.data.digits import Digits
from aegan.data.fashion_mnist import FashionMnist, Sha256, Url  # noqa: F401 - types of the options it inherits
from aegan.data.raw_dataset import DataOutline, RawDataset
from aegan.option_types import SampleCount, Seed
from aegan.seeding import numpy_generator

#: images in a stack, and stacked test images (as many as Fashion-MNIST has)
CHANNELS, TEST_COUNT = 3, 10_000

#: fifths of the digits that train images are stacked from
TRAIN_FIFTHS = 4


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
        return DataOutline((CHANNELS, 28, 28), labelled=True, rows=self.count + TEST_COUNT, train_rows=self.count)

    def load(self, files: Sequence[Path]) -> RawDataset:
        """Load the four files and stack their images: uint8 (count + 10000, 28, 28, 3) with labels (count + 10000,).

        Args:
            files: paths in the order of `FETCHED_FILES`.

        Raises:
            InputError: a file is damaged, or images and labels do not match.
        """
        single = super().load(files)
        assert single.train_count is not None, "Fashion-MNIST has an official split"
        return stack_images(single, self.count, len(single.values) - single.train_count, self.seed)


@dataclass(frozen=True, kw_only=True)
class StackedDigits(Digits):
    """Three independently drawn images of the digits in the three channels of one image: 1000 classes.

    The small counterpart of stacked_fashion_mnist: it needs no file and no network. Train images are stacked from a
    random four fifths of the digits, and test images from the others. Channels of the classes a, b, c form the class
    100 a + 10 b + c.

    Args:
        count: number of stacked train images.
        seed: seed of the split and of the draws.
    """

    count: SampleCount = 128_000
    seed: Seed = 0

    def outline(self, files: Sequence[Path] = ()) -> DataOutline:  # noqa: ARG002 - there are no files
        """Return the sizes, which the options fix."""
        return DataOutline((CHANNELS, 8, 8), labelled=True, rows=self.count + TEST_COUNT, train_rows=self.count)

    def load(self, files: Sequence[Path]) -> RawDataset:
        """Split the digits and stack their images: uint8 (count + 10000, 8, 8, 3) with labels (count + 10000,)."""
        single = super().load(files)
        rows = numpy_generator(self.seed, "stacked", "split").permutation(len(single.values))
        split = single._replace(
            values=single.values[rows], labels=single.labels[rows], train_count=len(rows) * TRAIN_FIFTHS // 5
        )
        return stack_images(split, self.count, TEST_COUNT, self.seed)


def stack_images(single: RawDataset, count: int, test_count: int, seed: int) -> RawDataset:
    """Stack images (N, H, W, 1) of ten classes to (count + test_count, H, W, 3), within each split.

    Args:
        single: the labelled images, the train split first.
        count: number of stacked train images.
        test_count: number of stacked test images.
        seed: seed of the draws.
    """
    assert single.train_count is not None, "images are stacked within their split"
    rows = np.concatenate(
        [
            numpy_generator(seed, "stacked", "train").integers(single.train_count, size=(count, CHANNELS)),
            numpy_generator(seed, "stacked", "test").integers(
                len(single.values) - single.train_count, size=(test_count, CHANNELS)
            )
            + single.train_count,
        ]
    )
    images = np.empty((len(rows), *single.values.shape[1:3], CHANNELS), np.uint8)
    for channel in range(CHANNELS):  # one at a time, because the images need most of the memory
        images[..., channel] = single.values[rows[:, channel], ..., 0]
    labels = single.labels[rows] @ np.array([100, 10, 1])
    classes = tuple(f"{number:03}" for number in range(1000))
    return single._replace(values=images, labels=labels, classes=classes, train_count=count)
