"""The Dirac-GAN: gradient descent circles around the equilibrium, with R1 it converges (Mescheder 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from pydantic import Field, PositiveFloat, PositiveInt

from aegan.data.array_dataset import ArrayDataset
from aegan.reproductions.dirac_game import (
    SCHEMES,
    draw_start,
    follow_orbits,
    spectrum_difference,
    tabulate_points,
    tabulate_spectra,
)
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData, require_source

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: both have the same Jacobian at the equilibrium, where logits are 0 and the slopes σ and 1 − σ equal. Away from it
#: the non-saturating field attracts a little: ‖·‖² changes by −2ψθ·tanh(ψθ/2), so an orbit shrinks like 1/√rounds
LOSS_NAMES = ("minimax", "non_saturating")

#: last share of an orbit over which the largest distance is taken: it varies within a turn, which is 63 rounds long
END = 0.2


#: one or more weights
Weights = Annotated[Sequence[PositiveFloat], Field(min_length=1)]


def dirac(
    *,
    gammas: Weights = (0.1, 0.3, 1.0, 3.0),
    orbit_gammas: Weights = (0.3, 1.0),
    rounds: PositiveInt = 500,
    learning_rate: PositiveFloat = 0.2,
    largest_difference: PositiveFloat = 1e-6,
    least_kept: PositiveFloat = 0.9,
    most_left: PositiveFloat = 0.01,
) -> Reproduction:
    """Spectrum and orbits of the Dirac-GAN (Mescheder 2018), with and without R1.

    Args:
        gammas: weights γ of R1 for the spectra; 1 is the critical one.
        orbit_gammas: weights γ of R1 for the orbits.
        rounds: rounds of each orbit.
        learning_rate: step size of gradient descent.
        largest_difference: largest |numeric − analytic| over all eigenvalues.
        least_kept: least share of its distance from the equilibrium that an unregularised minimax orbit keeps.
        most_left: largest share of its distance that an orbit with R1 keeps.
    """

    def measure_together(seeds: Sequence[int], data: ReproductionData | None) -> list[pd.DataFrame]:
        dataset, starts = require_zero_points(data), [draw_start(seed) for seed in seeds]
        spectra = [tabulate_spectra(*case) for case in product(LOSS_NAMES, (0.0, *gammas))]
        tables = [list(spectra) for _ in seeds]
        orbit_cases = [*product(LOSS_NAMES, [0.0]), *product(["minimax"], orbit_gammas)]
        for (loss, gamma), scheme in product(orbit_cases, SCHEMES):
            orbits = follow_orbits(starts, loss, gamma, scheme, dataset, rounds, learning_rate)
            for own, points in zip(tables, orbits, strict=True):
                own.append(tabulate_points("orbit", loss, gamma, points, scheme))
        return [pd.concat(own, ignore_index=True) for own in tables]

    def grade(rows: pd.DataFrame) -> list[Grade]:
        left = compute_remaining_distances(rows)
        free, regularised = left[(left["gamma"] == 0) & (left["loss"] == "minimax")], left[left["gamma"] > 0]
        return [
            grade_criterion(
                f"largest |numeric − analytic| of the eigenvalues ≤ {largest_difference:g}",
                [spectrum_difference(own) for _, own in rows.groupby("seed")],
                at_most=largest_difference,
            ),
            *(
                grade_criterion(
                    f"minimax without R1, {scheme} descent: share of the distance that is left ≥ {least_kept:g}",
                    own["left"].to_numpy(),
                    at_least=least_kept,
                )
                for scheme, own in free.groupby("scheme")
            ),
            grade_criterion(
                f"with R1: largest share of the distance that is left ≤ {most_left:g}",
                regularised.groupby("seed")["left"].max().to_numpy(),
                at_most=most_left,
            ),
        ]

    return Reproduction(
        paper="Mescheder, Geiger & Nowozin 2018, sections 2 and 3",
        claim="Gradient descent circles around the equilibrium of the Dirac-GAN; with R1 it converges to it.",
        measure=lambda seed, data: measure_together([seed], data)[0],
        measure_together=measure_together,
        grade=grade,
        draw=draw,
        data=("dirac",),
        exact=True,
    )


def require_zero_points(data: ReproductionData | None) -> ArrayDataset:
    """Return the points (N, 1), all 0, of the Dirac-GAN.

    Raises:
        InputError: the data are not such points.
    """
    return require_source(
        "dirac",
        data,
        lambda dataset: dataset.array.shape[1:] == (1,) and not dataset.array.any(),
        wanted="all 0 on a line",
        source="dirac",
    )


def select_orbits(rows: pd.DataFrame) -> pd.DataFrame:
    """Select the rows of orbits and add their distance from the equilibrium."""
    own = rows[rows["part"] == "orbit"]
    return own.assign(distance=np.hypot(own["x"], own["y"]))


def compute_remaining_distances(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the share of its initial distance that every orbit keeps at its end: seed, loss, gamma, scheme, left."""
    own, keys = select_orbits(rows), ["seed", "loss", "gamma", "scheme"]
    at_end = own["index"] >= (1 - END) * own["index"].max()
    last = own[at_end].groupby(keys)["distance"].max()
    first = own[own["index"] == 0].set_index(keys)["distance"]
    shares: pd.DataFrame = (last / first).rename("left").reset_index()
    return shares


def draw(rows: pd.DataFrame) -> Figure:
    """Draw the eigenvalues, the orbits of the first seed, and the distances from the equilibrium of all seeds."""
    from aegan.figures.reproduction import add_legend, draw_band, make_panels
    from aegan.figures.style import PALETTE

    titles = [f"{what}, {scheme}" for what in ("ψ and θ", "distance over rounds") for scheme in SCHEMES]
    figure, (plane, *others) = make_panels("Dirac-GAN", ["eigenvalues at the equilibrium", *titles], columns=3)
    _draw_plane(plane, rows)
    handles = []
    for place, (_, of_scheme) in enumerate(select_orbits(rows).groupby("scheme")):
        for colour, ((loss, gamma), own) in zip(PALETTE, of_scheme.groupby(["loss", "gamma"]), strict=False):
            name = str(loss).replace("_", "-") + (f" with R1, γ = {gamma:g}" if gamma else "")
            first = own[own["seed"] == own["seed"].min()]
            others[place].plot(first["x"], first["y"], color=colour, linewidth=0.9)
            frame = own[["index", "seed", "distance"]].set_axis(["x", "seed", "value"], axis=1)
            handles += draw_band(others[2 + place], frame, colour, name, log=True)
    add_legend(figure, handles)
    return figure


def _draw_plane(axes: Axes, rows: pd.DataFrame) -> None:
    from matplotlib import colormaps

    from aegan.figures.style import INK

    spectra = rows[(rows["part"] != "orbit") & (rows["seed"] == rows["seed"].min())]
    shades = colormaps["viridis"](np.linspace(0, 0.9, spectra["gamma"].nunique()))
    for shade, (gamma, of_gamma) in zip(shades, spectra.groupby("gamma"), strict=True):
        for part, marker, size in (("analytic", "o", 8), ("numeric", "x", 4)):
            own = of_gamma[of_gamma["part"] == part]
            label = f"γ = {gamma:g}" if part == "analytic" else None
            axes.plot(own["x"], own["y"], marker, color=shade, mfc="none", ms=size, label=label)
    axes.axvline(0, color=INK, linewidth=1)
    axes.set_ylim(-1.9, 0.8)
    axes.legend(loc="lower left", fontsize=8, title="○ analytic, × numeric", title_fontsize=8)
