"""Points of Neal's funnel, whose scale changes by orders of magnitude from one end to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import PositiveFloat, PositiveInt

from aegan.data.points import PointCount, make_point_dataset
from aegan.data.raw_dataset import DataOutline, RawDataset


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """Neal's funnel (Neal 2003, section 8): v ~ N(0, σ²), and the other coordinates are N(0, exp(v)) given v.

    Args:
        dimensions: coordinates of a point besides v.
        deviation: σ, standard deviation of v.
        count: number of points, train and test together.
        seed: seed of the points.
    """

    dimensions: PositiveInt = 1
    deviation: PositiveFloat = 3.0
    count: PointCount = 100_000
    seed: int = 0

    def list_files(self) -> list[Path]:
        """Return no files: the points are drawn at random."""
        return []

    def outline(self, files: Sequence[Path] = ()) -> DataOutline:  # noqa: ARG002 - there are no files
        """Return the sizes, which the options fix."""
        return DataOutline((1 + self.dimensions,), labelled=False, rows=self.count)

    def load(self, files: Sequence[Path]) -> RawDataset:  # noqa: ARG002 - every source is loaded from its files
        """Draw the points (v, x₁, …), float32 (count, 1 + dimensions), without labels.

        Raises:
            InputError: the deviation gives points beyond the range of float32.
        """
        from aegan.seeding import numpy_generator

        rng = numpy_generator(self.seed, "points")
        v = self.deviation * rng.standard_normal((self.count, 1))
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused below
            others = np.exp(v / 2) * rng.standard_normal((self.count, self.dimensions))
        return make_point_dataset("funnel", np.hstack([v, others]))
