"""Distances between two parallel lines (Arjovsky, Chintala & Bottou 2017, "Wasserstein GAN", example 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import PositiveFloat, PositiveInt

from aegan import seeding
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def parallel_lines(
    *, points: PositiveInt = 200, tolerance: PositiveFloat = 0.02, distances: tuple[float, ...] = (0.0, 0.25, 0.5, 1.0)
) -> Reproduction:
    """Measure W₁ and the Jensen-Shannon divergence of (0, Z) and (θ, Z) with Z ~ U[0, 1].

    W₁ is θ and has a gradient everywhere; JS jumps from 0 to log 2 and has none.

    Args:
        points: points drawn of each line.
        tolerance: largest error of W₁, and of JS.
        distances: values of θ.
    """

    def measure(seed: int, _data: ReproductionData | None) -> pd.DataFrame:
        z = seeding.numpy_generator(seed, "parallel_lines").random(points)
        rows = [(theta, measure_transport(z, theta), measure_divergence(theta)) for theta in distances]
        return pd.DataFrame(rows, columns=["theta", "wasserstein", "jensen_shannon"])

    def grade(rows: pd.DataFrame) -> list[Grade]:
        of_transport = (rows["wasserstein"] - rows["theta"]).abs().groupby(rows["seed"]).max().to_numpy()
        jump = np.where(rows["theta"] == 0, 0.0, np.log(2))
        of_divergence = (rows["jensen_shannon"] - jump).abs().groupby(rows["seed"]).max().to_numpy()
        return [
            grade_criterion(f"largest error of W₁ = θ ≤ {tolerance:g}", of_transport, at_most=tolerance),
            grade_criterion(f"largest error of JS = log 2 for θ > 0 ≤ {tolerance:g}", of_divergence, at_most=tolerance),
        ]

    return Reproduction(
        paper="Arjovsky, Chintala & Bottou 2017, example 1",
        claim="W₁ of two parallel lines is their distance; their Jensen-Shannon divergence does not depend on it.",
        measure=measure,
        grade=grade,
        draw=draw,
        exact=True,
    )


def measure_transport(z: np.ndarray, theta: float) -> float:
    """Measure W₁ between the points (0, z) and (θ, z), z (N,), as an assignment of least cost."""
    from scipy.optimize import linear_sum_assignment

    cost = np.hypot(theta, z[:, None] - z[None, :])
    return float(cost[linear_sum_assignment(cost)].mean())


def measure_divergence(theta: float) -> float:
    """Measure JS in nats between the lines, of which the first coordinate tells all."""
    share = 0.5 if theta == 0 else 1.0  # what the best discriminator says of a point of the first line
    return float(np.log(2) + np.log(share))


def draw(rows: pd.DataFrame) -> Figure:
    """Draw W₁ and JS against θ, a band over the seeds each."""
    from aegan.figures.reproduction import add_legend, draw_band, make_panels
    from aegan.figures.style import PALETTE

    figure, (axes,) = make_panels("Two parallel lines", ["distance against θ"], 1, 3.0)
    names = {"wasserstein": "W₁", "jensen_shannon": "Jensen-Shannon"}
    handles = []
    for colour, (column, name) in zip(PALETTE, names.items(), strict=False):
        table = rows.rename(columns={"theta": "x", column: "value"})[["x", "seed", "value"]]
        handles += draw_band(axes, table, colour, name)
    add_legend(figure, handles)
    return figure
