"""Points: data that are no images, each row a vector, stored in the units of their source."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from aegan.data.raw_dataset import UNLABELLED, Labels, Loaded
from aegan.errors import InputError

#: how many points a source draws: one to train on and one to test on at least
Count = Annotated[int, Field(ge=2)]


def check_points(where: object, values: np.ndarray, labels: Labels = UNLABELLED) -> Loaded:
    """Check points and store them as float32, unscaled.

    Args:
        where: what to name in an error: the source.
        values: (N, D) numbers.
        labels: one for each point, or none.

    Raises:
        InputError: if they are no rows of numbers that a float32 can hold.
    """
    if values.ndim != 2 or len(values) < 2 or values.shape[1] < 1:
        raise InputError(where, f"points of shape {values.shape}", "Give at least two points, of shape (N, D)")
    with np.errstate(over="ignore"):  # what overflows is infinite, and refused
        points = values.astype(np.float32)
    if not np.isfinite(points).all():
        wrong = f"values from {values.min():g} to {values.max():g}"
        raise InputError(where, wrong, "Give finite values that a float32 can hold")
    return Loaded(points, labels.codes, labels.classes, (float(points.min()), float(points.max())))
