"""Arrays larger than memory, a block of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

#: rows that are looked at together
BLOCK = 10_240


def blocks_of(rows: np.ndarray) -> Iterator[np.ndarray]:
    """Yield all rows (N, …) once, in order, as views (n, …) of at most `BLOCK` rows."""
    for start in range(0, len(rows), BLOCK):
        yield rows[start : start + BLOCK]
