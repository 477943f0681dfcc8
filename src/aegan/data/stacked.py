"""Stacked Fashion-MNIST: three pictures of clothes in the three channels of one image, which makes 1000 classes.

The house's version of stacked MNIST (L. Metz et al., "Unrolled Generative Adversarial Networks", 2017, arXiv
1611.02163; 128,000 images as in PacGAN, arXiv 1712.04086, section 4.2), in which lost modes can be counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import PositiveInt

from aegan.data.fashion_mnist import FashionMnist, Sha256, Url  # noqa: F401 - types of the options it inherits
from aegan.data.raw_dataset import Loaded

CHANNELS = 3


@dataclass(frozen=True, kw_only=True)
class StackedFashionMnist(FashionMnist):
    """Fashion-MNIST with an image of its own, drawn independently, in each of three channels: 1000 classes.

    The official split is kept: train images are stacked from train images, and as many test images as Fashion-MNIST
    has (10,000) from its test images. Channels of the classes a, b, c make the class 100 a + 10 b + c.

    Args:
        count: number of stacked train images.
        seed: seed of what is drawn.
        folders: as in fashion_mnist.
        urls: as in fashion_mnist.
        sha256: as in fashion_mnist.
    """

    count: PositiveInt = 128_000
    seed: int = 0

    def load(self, files: Sequence[Path]) -> Loaded:
        """Load the four files, in the order of `FETCHED`, and stack them: (count + 10,000, 28, 28, 3).

        Raises:
            InputError: if a file is broken, or images and labels do not match.
        """
        from aegan.seeding import numpy_generator

        single = super().load(files)
        assert single.train is not None, "Fashion-MNIST has an official split"
        tests = len(single.values) - single.train
        rows = np.concatenate(
            [
                numpy_generator(self.seed, "stacked", "train").integers(single.train, size=(self.count, CHANNELS)),
                numpy_generator(self.seed, "stacked", "test").integers(tests, size=(tests, CHANNELS)) + single.train,
            ]
        )
        images = np.empty((len(rows), *single.values.shape[1:3], CHANNELS), np.uint8)
        for channel in range(CHANNELS):  # one at a time: the images fill most of the memory there is need of
            images[..., channel] = single.values[rows[:, channel], ..., 0]
        labels = single.labels[rows] @ np.array([100, 10, 1])
        classes = tuple(f"{number:03}" for number in range(1000))
        return single._replace(values=images, labels=labels, classes=classes, train=self.count)
