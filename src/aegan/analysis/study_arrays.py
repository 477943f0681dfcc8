"""The arrays that a report shows: their selection from the files of the runs, and their names in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from aegan.storage import parse_run_path, read_array, read_tensors

#: images shown per seed, pairs of an image and its reconstruction, and points of either
SAMPLES, PAIRS, POINTS = 24, 12, 1000
#: raw data shown: classes, images of each, and images of unlabelled data
CLASSES, PER_CLASS, UNLABELLED = 10, 12, 48


class ArrayKey(NamedTuple):
    """The name of an array in the file of a study's arrays; no part holds a slash."""

    kind: str  #: samples, reconstructions, worst, originals, raw, raw_labels or exhibits
    dataset: str
    name: str = ""  #: the method or autoencoder; empty for what belongs to a data set
    part: str = ""  #: field of `QualitativeSamples`; empty for other kinds

    def encode(self) -> str:
        """Join the parts: `samples/digits/gan`, `originals/digits`, `exhibits/digits/gan/film`."""
        return "/".join(part for part in self if part)

    @classmethod
    def parse(cls, key: str) -> ArrayKey:
        """Read what `encode` wrote."""
        return cls(*key.split("/"))


def select_arrays(
    samples: Sequence[Path],
    reconstructions: Sequence[Path],
    originals: Mapping[str, Path],
    qualitative_samples: Sequence[Path] = (),
    raw: Mapping[str, tuple[Path, Path]] | None = None,
) -> dict[str, np.ndarray]:
    """Select the arrays of the report: the first samples of every seed, the first seed's reconstructions, real data.

    For images also the worst reconstructions, with their originals.

    Args:
        samples: samples.npy of every cohort.
        reconstructions: reconstructions.npy of every cohort of autoencoders.
        originals: data set -> its test split.
        qualitative_samples: exhibit.safetensors of the first cohort of every method.
        raw: data set -> its train split and the labels of that.

    Returns:
        The arrays by their encoded `ArrayKey`.
    """
    blocks: dict[ArrayKey, list[np.ndarray]] = {}
    for path in samples:
        array = read_array(path)
        blocks.setdefault(ArrayKey("samples", *parse_run_path(path)), []).append(
            array[:, : count_shown(array, SAMPLES)]
        )
    selected = {key: np.concatenate(arrays) for key, arrays in blocks.items()}
    for path in reversed(reconstructions):  # reversed, so that the first block of seeds replaces the others
        decoded, (dataset, name) = read_array(path), parse_run_path(path)
        selected[ArrayKey("reconstructions", dataset, name)] = np.array(decoded[0, : count_shown(decoded, PAIRS)])
        if decoded.dtype == np.uint8:
            worst = select_worst_reconstructions(read_array(originals[dataset]), decoded[0])
            selected[ArrayKey("worst", dataset, name)] = worst
    for dataset, path in originals.items():
        real = read_array(path)
        selected[ArrayKey("originals", dataset)] = np.array(real[: count_shown(real, PAIRS)])
    for dataset, (train, train_labels) in (raw or {}).items():
        values, labels = read_array(train), read_array(train_labels)
        rows = select_raw_rows(labels, len(values), values.dtype == np.uint8)
        selected[ArrayKey("raw", dataset)] = values[rows]
        selected[ArrayKey("raw_labels", dataset)] = labels[rows] if len(labels) else np.array(labels)
    for path in qualitative_samples:
        names = parse_run_path(path)
        selected |= {ArrayKey("exhibits", *names, part): array for part, array in read_tensors(path).items()}
    return {key.encode(): array for key, array in selected.items()}


def select_raw_rows(labels: np.ndarray, count: int, images: bool) -> np.ndarray:
    """Select the rows that show what was read: the first of each class, or of all if the data are unlabelled.

    Args:
        labels: int64 (N,) class numbers; (0,) for unlabelled data.
        count: the number of rows, N.
        images: whether the data are images; of points more are shown.

    Returns:
        Row numbers in ascending order of class.
    """
    if not len(labels):
        return np.arange(min(count, UNLABELLED if images else POINTS))
    numbers = np.unique(labels)
    shown = numbers[:CLASSES] if images else numbers
    each = PER_CLASS if images else max(1, POINTS // len(shown))
    return np.concatenate([np.flatnonzero(labels == number)[:each] for number in shown])


def select_worst_reconstructions(originals: np.ndarray, reconstructions: np.ndarray) -> np.ndarray:
    """Select the images with the largest squared error, in descending order, and their reconstructions.

    Args:
        originals: uint8 (N, H, W, C), may be a memory map.
        reconstructions: uint8 (M, H, W, C) of the first M ≤ N of these.

    Returns:
        uint8 (2, n, H, W, C): the originals above their reconstructions.
    """
    pairs = zip(originals, reconstructions, strict=False)  # one at a time, because both may be larger than memory
    errors = [np.square(real / 255.0 - decoded / 255.0).sum() for real, decoded in pairs]
    rows = np.argsort(errors, kind="stable")[::-1][:PAIRS]
    return np.stack([originals[rows], reconstructions[rows]])


def count_shown(array: np.ndarray, images: int) -> int:
    """Return how many entries of an array (N, …) a figure has room for: `images` of uint8 images, `POINTS` points."""
    return images if array.dtype == np.uint8 else POINTS
