"""Fashion-MNIST: 70,000 grey images of clothes, 28x28 pixels, 10 classes.

Source: H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
Algorithms", 2017, arXiv 1708.07747.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from pydantic import StringConstraints

from aegan.data import fetching, idx
from aegan.data.images import make_image_dataset
from aegan.data.raw_dataset import DataOutline, Labels, RawDataset
from aegan.errors import InputError

Url = Annotated[str, StringConstraints(pattern=r"^https?://")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


@dataclass(frozen=True, kw_only=True)
class FashionMnist:
    """Fashion-MNIST with its official split, copied from a local folder if possible, else downloaded.

    Args:
        folders: folders that are searched first; the second is where Debian's package dataset-fashion-mnist installs
            the files.
        urls: base URLs to download from, tried in order.
        sha256: SHA-256 of the decompressed content of the train images, train labels, test images and test labels
            (decompressed, because Debian compresses the same content to other bytes).
    """

    folders: tuple[Path, ...] = (Path("data/raw/fashion_mnist"), Path("/usr/share/datasets/fashion-mnist"))
    urls: tuple[Url, ...] = (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    )
    sha256: tuple[Sha256, Sha256, Sha256, Sha256] = (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    )

    FETCHED_FILES: ClassVar[tuple[str, ...]] = (
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    )

    def list_files(self) -> list[Path]:
        """Return no files: they are fetched by `fetch`."""
        return []

    def fetch(self, folder: Path) -> None:
        """Copy or download the four files of `FETCHED_FILES` into `folder` and verify their hashes.

        Raises:
            InputError: no origin has a file; the message lists what was tried.
        """
        fix = "Install Debian's package dataset-fashion-mnist"
        if self.folders:
            fix += f", or put the file into {self.folders[0]}"
        for name, sha256 in zip(self.FETCHED_FILES, self.sha256, strict=True):
            fetching.fetch_file(folder / name, sha256, self.folders, self.urls, fix)

    def outline(self, files: Sequence[Path] = ()) -> DataOutline:  # noqa: ARG002 - there are no files
        """Return the sizes, which the options fix."""
        return DataOutline((1, 28, 28), labelled=True, rows=70_000, train_rows=60_000)

    def load(self, files: Sequence[Path]) -> RawDataset:
        """Load the four files as uint8 images (70000, 28, 28, 1) with labels (70000,), the train split first.

        Args:
            files: paths in the order of `FETCHED_FILES`.

        Raises:
            InputError: a file is damaged, or images and labels do not match.
        """
        train, test = _read_split(files[0], files[1]), _read_split(files[2], files[3])
        if train[0].shape[1:] != test[0].shape[1:]:
            wrong = f"images of {test[0].shape[1:]} pixels, but {train[0].shape[1:]} in {files[0]}"
            raise InputError(files[2], wrong, idx.FIX)
        images, codes = (np.concatenate(parts) for parts in zip(train, test, strict=True))
        labels = Labels(codes.astype(np.int64), CLASSES)
        return make_image_dataset(files[0], images[..., None], labels, train_count=len(train[0]))


def _read_split(images_file: Path, labels_file: Path) -> tuple[np.ndarray, np.ndarray]:
    images, labels = idx.read_idx(images_file, 3), idx.read_idx(labels_file, 1)
    if len(images) != len(labels):
        raise InputError(labels_file, f"{len(labels)} labels for the {len(images)} images of {images_file}", idx.FIX)
    if (labels >= len(CLASSES)).any():
        raise InputError(labels_file, f"the label {labels.max()} is not one of {len(CLASSES)} classes", idx.FIX)
    return images, labels
