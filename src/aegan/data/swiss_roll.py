"""The two-dimensional Swiss roll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import NonNegativeFloat

from aegan.data.points import PointCount, make_point_dataset
from aegan.data.raw_dataset import DataOutline, RawDataset
from aegan.option_types import Seed
from aegan.seeding import derive_seed

SCALE = 7.5


@dataclass(frozen=True, kw_only=True)
class SwissRoll:
    """A spiral in the plane, one connected and curved mode, as in WGAN-GP (Gulrajani 2017, figure 1, and its code).

    It consists of the first and third coordinates of scikit-learn's Swiss roll, divided by 7.5, slightly more than
    their standard deviation.

    Args:
        noise: standard deviation of the noise, before the division by 7.5.
        count: number of points, train and test together.
        seed: seed of the points.
    """

    noise: NonNegativeFloat = 0.25
    count: PointCount = 100_000
    seed: Seed = 0

    def list_files(self) -> list[Path]:
        """Return no files: the points are drawn at random."""
        return []

    def outline(self, files: Sequence[Path] = ()) -> DataOutline:  # noqa: ARG002 - there are no files
        """Return the sizes, which the options fix."""
        return DataOutline((2,), labelled=False, rows=self.count)

    def load(self, files: Sequence[Path]) -> RawDataset:  # noqa: ARG002 - every source is loaded from its files
        """Draw the points, float32 (count, 2), without labels.

        Raises:
            InputError: the noise gives points beyond the range of float32.
        """
        from sklearn.datasets import make_swiss_roll

        state = derive_seed(self.seed, "points") % 2**32
        points, _ = make_swiss_roll(self.count, noise=self.noise, random_state=state)
        return make_point_dataset("swiss_roll", points[:, [0, 2]] / SCALE)
