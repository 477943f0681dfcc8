"""Splitting a data set into its train and test shard, and describing both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from aegan.data.raw_dataset import Loaded
from aegan.seeding import numpy_generator


class Prepared(NamedTuple):
    """What the data phase writes.

    Args:
        train: uint8 (N, H, W, C) images, or float32 (N, D) points.
        test: the same, of M rows.
        train_labels: int64 (N,), or (0,) when unlabelled.
        test_labels: int64 (M,), or (0,) when unlabelled.
        manifest: what they are, as a JSON record.
    """

    train: np.ndarray
    test: np.ndarray
    train_labels: np.ndarray
    test_labels: np.ndarray
    manifest: dict[str, Any]


def prepare(data: Loaded, *, source: Mapping[str, Any], test_fraction: float, seed: int) -> Prepared:
    """Split a data set and describe its shards.

    Args:
        data: the data set.
        source: the source's name and options, for the record.
        test_fraction: the share of test rows, within (0, 1); the source's official split goes before it.
        seed: seed of the split.
    """
    shards = [_take(data, rows) for rows in split(data, test_fraction, seed)]
    (train, train_labels), (test, test_labels) = shards
    record = {
        **manifest(data, {"train": shards[0], "test": shards[1]}),
        "source": dict(source),
        "split": "official" if data.train is not None else {"test_fraction": test_fraction, "seed": seed},
    }
    return Prepared(train, test, train_labels, test_labels, record)


def split(data: Loaded, test_fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Choose the train and the test rows: the official split, or a shuffled one stratified by label.

    Every row goes to one of both, and each has at least one. Rows are ordered by their quantile within their class
    in a random order, and the first ones are the test rows; so each class has close to its share in both, and any
    leading part of either is close to balanced too.

    Args:
        data: the data set.
        test_fraction: the share of test rows.
        seed: seed of the order.

    Returns:
        int64 row indices, train and test.
    """
    count = len(data.values)
    if data.train is not None:
        return np.arange(data.train), np.arange(data.train, count)
    order = numpy_generator(seed, "split").permutation(count)
    codes = data.labels[order] if data.classes else np.zeros(count, np.int64)
    ordered = order[np.argsort(_quantiles(codes), kind="stable")]
    tests = min(max(round(count * test_fraction), 1), count - 1)
    return ordered[tests:], ordered[:tests]


def manifest(data: Loaded, shards: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """Describe a data set and its shards, each a pair of values and labels, as a JSON record."""
    return {
        "shape": list(data.values.shape[1:]),
        "classes": list(data.classes),
        "value_range": list(data.value_range),
        "shards": {name: _describe(*shard, data.classes) for name, shard in shards.items()},
    }


def _take(data: Loaded, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return data.values[rows], data.labels[rows] if data.classes else data.labels


def _quantiles(codes: np.ndarray) -> np.ndarray:
    """Tell where each row stands among those of its class: the k-th of n at (k + 1/2) / n."""
    places = np.empty(len(codes))
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        places[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return places


def _describe(values: np.ndarray, labels: np.ndarray, classes: tuple[str, ...]) -> dict[str, Any]:
    counts = np.bincount(labels, minlength=len(classes)).tolist()
    return {
        "rows": len(values),
        "rows_per_class": dict(zip(classes, counts, strict=True)),
        "values_sha256": _sha256(values),
        "labels_sha256": _sha256(labels),
    }


def _sha256(array: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()
