"""Iterate over arrays larger than memory in blocks of rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

#: number of rows per block
BLOCK = 10_240


def iterate_blocks(rows: np.ndarray) -> Iterator[np.ndarray]:
    """Yield all rows (N, …) once, in order, as views (n, …) of at most `BLOCK` rows."""
    for start in range(0, len(rows), BLOCK):
        yield rows[start : start + BLOCK]
