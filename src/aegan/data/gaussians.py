"""Two-dimensional mixtures of Gaussians on a ring and on a grid, which allow counting lost modes.

Source: Z. Lin, A. Khetan, G. Fanti and S. Oh, "PacGAN: The power of two samples in generative adversarial networks",
2018, arXiv 1712.04086, section 4.1, after A. Srivastava et al., "VEEGAN: Reducing Mode Collapse in GANs using Implicit
Variational Learning", 2017, arXiv 1705.07761. Means, deviations and counts are those of PacGAN.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field, PositiveFloat

from aegan.data.points import PointCount, make_point_dataset
from aegan.data.raw_dataset import DataOutline, Labels, RawDataset
from aegan.option_types import Repetitions, Seed
from aegan.seeding import numpy_generator


@dataclass(frozen=True, kw_only=True)
class Gaussians(ABC):
    """A mixture of isotropic Gaussians of equal weight; the label of a point is the number of its mode."""

    std: PositiveFloat
    count: PointCount = 100_000
    seed: Seed = 0

    @abstractmethod
    def compute_centres(self) -> np.ndarray:
        """Compute the centres of the modes, float64 (K, 2), in the order of their labels."""

    def list_files(self) -> list[Path]:
        """Return no files: the points are drawn at random."""
        return []

    def outline(self, files: Sequence[Path] = ()) -> DataOutline:  # noqa: ARG002 - there are no files
        """Return the sizes, which the options fix."""
        return DataOutline((2,), labelled=True, rows=self.count)

    def load(self, files: Sequence[Path]) -> RawDataset:  # noqa: ARG002 - every source is loaded from its files
        """Draw the points, float32 (count, 2), with labels (count,).

        Raises:
            InputError: the options give points beyond the range of float32.
        """
        centres = self.compute_centres()
        rng = numpy_generator(self.seed, "points")
        modes = rng.integers(len(centres), size=self.count)
        points = centres[modes] + self.std * rng.standard_normal((self.count, 2))
        return make_point_dataset(
            type(self).__name__.lower(), points, Labels(modes, tuple(map(str, range(len(centres)))))
        )


@dataclass(frozen=True, kw_only=True)
class Ring(Gaussians):
    """Gaussians evenly spaced on a circle: the "2D ring" of PacGAN and VEEGAN.

    Args:
        modes: number of Gaussians.
        radius: radius of the circle.
        std: standard deviation of each Gaussian along each axis.
        count: number of points, train and test together.
        seed: seed of the points.
    """

    modes: Repetitions = 8
    radius: PositiveFloat = 1.0
    std: PositiveFloat = 0.01

    def compute_centres(self) -> np.ndarray:
        """Compute the centres of the modes, float64 (K, 2): mode k lies at the angle 2πk/K."""
        angles = 2 * np.pi / self.modes * np.arange(self.modes)
        return self.radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


@dataclass(frozen=True, kw_only=True)
class Grid(Gaussians):
    """Gaussians on a square grid around the origin: the "2D grid" of PacGAN and VEEGAN.

    Args:
        side: Gaussians along each side of the grid.
        spacing: distance between neighbours.
        std: standard deviation of each Gaussian along each axis.
        count: number of points, train and test together.
        seed: seed of the points.
    """

    side: Annotated[int, Field(gt=0, le=100)] = 5
    spacing: PositiveFloat = 2.0
    std: PositiveFloat = 0.05

    def compute_centres(self) -> np.ndarray:
        """Compute the centres of the modes, float64 (side², 2), column by column."""
        coordinates = self.spacing * (np.arange(self.side) - (self.side - 1) / 2)
        return np.stack(np.meshgrid(coordinates, coordinates, indexing="ij"), axis=-1).reshape(-1, 2)
