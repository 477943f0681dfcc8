"""`RawDataset`: what every source returns, which is uint8 images or float32 points with labels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aegan.errors import InputError


class RawDataset(NamedTuple):
    """A data set in memory, before it is split.

    Args:
        values: uint8 (N, H, W, C) images, or float32 (N, D) points in the units of their source.
        labels: int64 (N,) indices into `classes`; shape (0,) for unlabelled data.
        classes: class names; () for unlabelled data.
        value_range: lowest and highest raw value that occurs, before images are scaled to uint8.
        train_count: number of leading rows that form the train split, if the source has an official split.
        range: raw values that the pixels 0 and 255 stand for; None for points, which are not scaled.
        dtype: type of the raw values.
        layout: order of the raw array's axes, such as NCHW.
        remarks: what a user should know about how the data were read: what was converted, lost or left out.
    """

    values: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    value_range: tuple[float, float]
    train_count: int | None = None
    range: tuple[float, float] | None = None
    dtype: str = "float32"
    layout: str = "NHWC"
    remarks: tuple[str, ...] = ()

    def describe(self) -> list[str]:
        """Describe how the data were read, in lines for a terminal or a log."""
        N, *shape = self.values.shape
        low, high = self.value_range
        found = f"values from {low:g} to {high:g} ({self.dtype})"
        scale = "" if self.range is None else ", read in the range [{:g}, {:g}]".format(*self.range)
        kind, sizes = ("points", "numbers") if self.range is None else ("images", "(height x width x channels)")
        classes = f"{len(self.classes)} classes" if self.classes else "no labels"
        order = "" if self.range is None else f", layout {self.layout}"
        return [
            f"{N} {kind} of {' x '.join(map(str, shape))} {sizes}, {classes}",
            f"{found}{scale}{order}",
            *self.remarks,
        ]


class DataOutline(NamedTuple):
    """What is known of a data set before it is loaded.

    Args:
        shape: (C, H, W) of one image, (D,) of one point; 1 for a size that only the files tell.
        labelled: whether there are labels; None if only the files tell.
        rows: number of samples; None if only the files tell.
        train_rows: number of leading rows that form the train split, if the source has an official split.
        sized: whether the whole shape is known.
    """

    shape: tuple[int, ...]
    labelled: bool | None = None
    rows: int | None = None
    train_rows: int | None = None
    sized: bool = True


class Labels(NamedTuple):
    """Labels of a data set: `codes`, int64 (N,) indices into `classes`; both are empty for unlabelled data."""

    codes: np.ndarray
    classes: tuple[str, ...]


NO_LABELS = Labels(np.empty(0, np.int64), ())


def encode_labels(where: object, names: np.ndarray) -> Labels:
    """Map labels to 0..K-1 in sorted order.

    Args:
        where: file or source that an error names.
        names: (N,) text, booleans, integers or floats without a fraction.

    Raises:
        InputError: `names` has another type or shape.
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
    # numpy accepts any 32 bits as a character; Unicode ends at 0x10FFFF and has no surrogates, which cannot be encoded
    code_points = np.ascontiguousarray(names).view(f"{names.dtype.byteorder}u4")
    invalid = (code_points > 0x10FFFF) | ((code_points >= 0xD800) & (code_points <= 0xDFFF))
    invalid_rows = invalid.reshape(len(names), names.dtype.itemsize // 4).any(axis=1)
    if invalid_rows.any():
        raise InputError(
            where, f"label {int(np.argmax(invalid_rows))} is not text", "Give whole numbers or text in UTF-8"
        )


def _check_whole(where: object, names: np.ndarray) -> None:
    # float64 represents all integers up to 2**53; NaN fails both comparisons
    invalid = ~((np.abs(names) <= 2**53) & (names == np.rint(names)))
    if invalid.any():
        row = int(np.argmax(invalid))
        raise InputError(where, f"label {row} is {names[row]}, not a whole number", "Give whole numbers or text")
