"""The Swiss roll in the plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import NonNegativeFloat

from aegan.data.points import Count, check_points
from aegan.data.raw_dataset import Loaded

SCALE = 7.5


@dataclass(frozen=True, kw_only=True)
class SwissRoll:
    """A spiral in the plane, one connected and curved mode, as in WGAN-GP (Gulrajani 2017, figure 1, and its code).

    The first and third coordinate of scikit-learn's Swiss roll, divided by 7.5, a little more than their deviation.

    Args:
        noise: standard deviation of the noise, before the division.
        count: number of points, train and test together.
        seed: seed of the points.
    """

    noise: NonNegativeFloat = 0.25
    count: Count = 100_000
    seed: int = 0

    def files(self) -> list[Path]:
        """List no file: the points are drawn."""
        return []

    def load(self, files: Sequence[Path]) -> Loaded:  # noqa: ARG002 - every source is loaded from its files
        """Draw the points, (count, 2), without labels.

        Raises:
            InputError: if the noise gives points that a float32 cannot hold.
        """
        from sklearn.datasets import make_swiss_roll

        from aegan.seeding import derive

        state = derive(self.seed, "points") % 2**32
        points, _ = make_swiss_roll(self.count, noise=self.noise, random_state=state)
        return check_points("swiss_roll", points[:, [0, 2]] / SCALE)
