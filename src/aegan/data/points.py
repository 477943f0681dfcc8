"""Check points (vectors that are not images) and convert them to float32 in the units of their source."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from aegan.data.raw_dataset import NO_LABELS, Labels, RawDataset
from aegan.errors import InputError

#: number of points that a source draws: at least one for training and one for testing
PointCount = Annotated[int, Field(ge=2, le=10_000_000)]


def make_point_dataset(where: object, values: np.ndarray, labels: Labels = NO_LABELS) -> RawDataset:
    """Check points and convert them to a data set of unscaled float32 points.

    Args:
        where: source that an error names.
        values: (N, D) numbers.
        labels: N codes with their class names, or `NO_LABELS`.

    Raises:
        InputError: the values are not at least two points, or exceed the range of float32.
    """
    if values.ndim != 2 or len(values) < 2 or values.shape[1] < 1:
        raise InputError(where, f"points of shape {values.shape}", "Give at least two points, of shape (N, D)")
    with np.errstate(over="ignore"):  # values that overflow become infinite and are refused below
        points = values.astype(np.float32)
    if not np.isfinite(points).all():
        wrong = f"values from {values.min():g} to {values.max():g}"
        raise InputError(where, wrong, "Give finite values that a float32 can hold")
    return RawDataset(points, labels.codes, labels.classes, (float(points.min()), float(points.max())))
