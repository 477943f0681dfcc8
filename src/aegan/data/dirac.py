"""A Dirac distribution: all points in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aegan.data.points import PointCount, make_point_dataset
from aegan.data.raw_dataset import DataOutline, RawDataset


@dataclass(frozen=True, kw_only=True)
class Dirac:
    """One-dimensional points that are all 0: the data of the Dirac-GAN (Mescheder 2018, section 2).

    Args:
        count: number of points, train and test together.
    """

    count: PointCount = 1000

    def list_files(self) -> list[Path]:
        """Return no files: the points are generated."""
        return []

    def outline(self, files: Sequence[Path] = ()) -> DataOutline:  # noqa: ARG002 - there are no files
        """Return the sizes, which the options fix."""
        return DataOutline((1,), labelled=False, rows=self.count)

    def load(self, files: Sequence[Path]) -> RawDataset:  # noqa: ARG002 - every source is loaded from its files
        """Generate the points, float32 (count, 1), without labels."""
        return make_point_dataset("dirac", np.zeros((self.count, 1)))
