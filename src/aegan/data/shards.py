"""Split a data set into a train and a test shard and describe both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from aegan.data.raw_dataset import RawDataset
from aegan.data.shown_channels import check_shown_channels
from aegan.seeding import numpy_generator


class PreparedDataset(NamedTuple):
    """The output of the data phase.

    Args:
        train: uint8 (N, H, W, C) images, or float32 (N, D) points.
        test: the same, with M rows.
        train_labels: int64 (N,), or (0,) for unlabelled data.
        test_labels: int64 (M,), or (0,) for unlabelled data.
        manifest: JSON record of shapes, classes, hashes, source and split.
    """

    train: np.ndarray
    test: np.ndarray
    train_labels: np.ndarray
    test_labels: np.ndarray
    manifest: dict[str, Any]


def prepare_shards(
    raw_dataset: RawDataset,
    *,
    source: Mapping[str, Any],
    test_fraction: float,
    seed: int,
    show: Sequence[int] | None = None,
) -> PreparedDataset:
    """Split a data set and describe its shards.

    Args:
        raw_dataset: the data set.
        source: name and options of the source, for the manifest.
        test_fraction: share of test rows, within (0, 1); ignored if the source has an official split.
        seed: seed of the split.
        show: the channels that figures show as red, green and blue, which the images must have.

    Raises:
        InputError: the images lack a channel that is to be shown.
    """
    if show is not None:
        check_shown_channels(f"show: {list(show)}", show, raw_dataset.values.shape[1:])
    shards = [_select_rows(raw_dataset, rows) for rows in split_rows(raw_dataset, test_fraction, seed)]
    (train, train_labels), (test, test_labels) = shards
    record = {
        **make_manifest(raw_dataset, {"train": shards[0], "test": shards[1]}),
        "source": dict(source),
        "split": "official" if raw_dataset.train_count is not None else {"test_fraction": test_fraction, "seed": seed},
    }
    return PreparedDataset(train, test, train_labels, test_labels, record)


def split_rows(raw_dataset: RawDataset, test_fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Select the train and the test rows: the official split, or a random one stratified by label.

    Every row belongs to exactly one split, and neither split is empty. Rows are shuffled, then ordered by their
    quantile within their class, and the first ones are the test rows. So each class has nearly its share in both
    splits, and any leading part of either is nearly balanced too.

    Args:
        raw_dataset: the data set, N rows.
        test_fraction: share of test rows.
        seed: seed of the shuffle.

    Returns:
        int64 row numbers of the train split (N − M,) and of the test split (M,).
    """
    count = len(raw_dataset.values)
    if raw_dataset.train_count is not None:
        return np.arange(raw_dataset.train_count), np.arange(raw_dataset.train_count, count)
    order = numpy_generator(seed, "split").permutation(count)
    codes = raw_dataset.labels[order] if raw_dataset.classes else np.zeros(count, np.int64)
    ordered = order[np.argsort(_compute_class_quantiles(codes), kind="stable")]
    test_count = count_test_rows(count, test_fraction)
    return ordered[test_count:], ordered[:test_count]


def count_test_rows(count: int, test_fraction: float) -> int:
    """Count the test rows of a random split of `count` rows: at least 1, and at least 1 row is left for training."""
    return min(max(round(count * test_fraction), 1), count - 1)


def make_manifest(raw_dataset: RawDataset, shards: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """Describe a data set and its shards as a JSON record.

    Args:
        raw_dataset: the whole data set.
        shards: name → values (N, …) and labels (N,), or (0,) for unlabelled data.
    """
    return {
        "shape": list(raw_dataset.values.shape[1:]),
        "classes": list(raw_dataset.classes),
        "dtype": raw_dataset.dtype,
        "layout": raw_dataset.layout,
        "range": None if raw_dataset.range is None else list(raw_dataset.range),
        "value_range": list(raw_dataset.value_range),
        "remarks": list(raw_dataset.remarks),
        "shards": {name: _describe_shard(*shard, raw_dataset.classes) for name, shard in shards.items()},
    }


def _select_rows(raw_dataset: RawDataset, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return raw_dataset.values[rows], raw_dataset.labels[rows] if raw_dataset.classes else raw_dataset.labels


def _compute_class_quantiles(codes: np.ndarray) -> np.ndarray:
    """Return the quantile (N,) of each row among the rows of its class: (k + 1/2) / n for the k-th of n."""
    quantiles = np.empty(len(codes))
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        quantiles[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return quantiles


def _describe_shard(values: np.ndarray, labels: np.ndarray, classes: tuple[str, ...]) -> dict[str, Any]:
    counts = np.bincount(labels, minlength=len(classes)).tolist()
    return {
        "rows": len(values),
        "rows_per_class": dict(zip(classes, counts, strict=True)),
        "values_sha256": _sha256(values),
        "labels_sha256": _sha256(labels),
    }


def _sha256(array: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()
