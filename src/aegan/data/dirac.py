"""The Dirac world: all data in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aegan.data.points import Count, check_points
from aegan.data.raw_dataset import Loaded


@dataclass(frozen=True, kw_only=True)
class Dirac:
    """Points that all lie at 0 on a line: the data of the Dirac-GAN (Mescheder 2018, section 2).

    Args:
        count: number of points, train and test together.
    """

    count: Count = 1000

    def files(self) -> list[Path]:
        """List no file: the points are made."""
        return []

    def load(self, files: Sequence[Path]) -> Loaded:  # noqa: ARG002 - every source is loaded from its files
        """Make the points, (count, 1), without labels."""
        return check_points("dirac", np.zeros((self.count, 1)))
