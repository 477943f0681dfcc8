"""What every source returns: data at rest, which are uint8 images or float32 points, with their labels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aegan.errors import InputError


class Loaded(NamedTuple):
    """A data set in memory.

    Args:
        values: uint8 (N, H, W, C) images, or float32 (N, D) points in the units of their source.
        labels: int64 (N,), each an index into `classes`; shape (0,) when there are none.
        classes: the class names; () when unlabelled.
        value_range: the lowest and highest raw value, before images are scaled to uint8.
        train: how many leading rows are train rows, if the source has an official split.
    """

    values: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    value_range: tuple[float, float]
    train: int | None = None


class Labels(NamedTuple):
    """Labels of a data set: `codes` int64 (N,) index into `classes`; both are empty when there are no labels."""

    codes: np.ndarray
    classes: tuple[str, ...]


UNLABELLED = Labels(np.empty(0, np.int64), ())


def encode(where: object, names: np.ndarray) -> Labels:
    """Map labels to 0..K-1 in sorted order.

    Args:
        where: what to name in an error.
        names: (N,) text, booleans, integers or whole floats.

    Raises:
        InputError: if `names` is none of these.
    """
    if names.ndim != 1 or names.dtype.kind not in "biufU":
        wrong = f"labels of type {names.dtype} and shape {names.shape}"
        raise InputError(where, wrong, "Give labels of shape (N,): whole numbers or text")
    if names.dtype.kind == "U":
        _check_text(where, names)
    if names.dtype.kind == "f":
        _check_whole(where, names)
        names = names.astype(np.int64)
    classes, codes = np.unique(names, return_inverse=True)
    return Labels(codes.astype(np.int64), tuple(map(str, classes)))


def _check_text(where: object, names: np.ndarray) -> None:
    # numpy keeps any 32 bits as a character; Python knows fewer, and no file can hold half a surrogate pair
    points = np.ascontiguousarray(names).view(f"{names.dtype.byteorder}u4")
    wrong = (points > 0x10FFFF) | ((points >= 0xD800) & (points <= 0xDFFF))
    broken = wrong.reshape(len(names), names.dtype.itemsize // 4).any(axis=1)
    if broken.any():
        raise InputError(where, f"label {int(np.argmax(broken))} is no text", "Give whole numbers or text")


def _check_whole(where: object, names: np.ndarray) -> None:
    # 2**53 bounds the whole numbers a float can tell apart; NaN fails both comparisons.
    broken = ~((np.abs(names) <= 2**53) & (names == np.rint(names)))
    if broken.any():
        row = int(np.argmax(broken))
        raise InputError(where, f"label {row} is {names[row]}, not a whole number", "Give whole numbers or text")
