"""Spectral normalisation bounds the gradient of every layer by the norm of the input (Lin 2021)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from pydantic import Field, PositiveFloat

from aegan import seeding
from aegan.option_types import Repetitions, Width
from aegan.progress import track
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.random_networks import (
    Networks,
    compute_bounds,
    compute_gradient_norms,
    compute_spectral_norms,
    draw_networks,
    input_norms,
    normalise_layers,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: number of networks of one shape that are computed together
GROUP = 200

#: relative tolerance for rounding: a gradient can equal its bound, as in chains of single units
ROUNDING = 1e-9


def spectral_bound(
    *,
    cases: Repetitions = 10_000,
    deepest: Annotated[int, Field(ge=2, le=1000)] = 8,
    widest: Width = 32,
    most_violating: Annotated[float, Field(ge=0, le=1)] = 0.0,
    least_exceeding: PositiveFloat = 0.01,
) -> Reproduction:
    """Gradient bound ‖∇_{W_t}D(x)‖_F ≤ ‖x‖ Π_{i≠t} σ(W_i) of networks without biases (Lin 2021).

    With every layer divided by its spectral norm σ the bound is ‖x‖; unnormalised layers (He 2015) may exceed it.

    Args:
        cases: number of random networks, each with a random input.
        deepest: largest number of layers; the smallest is 2.
        widest: largest number of units of a layer and of inputs.
        most_violating: largest share of networks that exceed their own bound.
        least_exceeding: least share of networks without normalisation that exceed ‖x‖.
    """

    def measure(seed: int, data: ReproductionData | None) -> pd.DataFrame:  # noqa: ARG001 - no data are needed
        choice = seeding.numpy_generator(seed, "networks")
        rng = seeding.torch_generator(seed, "networks")
        groups = [GROUP] * (cases // GROUP) + [cases % GROUP] * (cases % GROUP > 0)
        tables = [
            compare_with_bounds(draw_networks(count, deepest, widest, choice, rng))
            for count in track(groups, f"seed {seed}, networks in groups of {GROUP}")
        ]
        return pd.concat(tables, ignore_index=True).rename_axis("case").reset_index()

    def grade(rows: pd.DataFrame) -> list[Grade]:
        above = rows.assign(
            violating=(rows[["normalised", "unnormalised"]] > 1 + ROUNDING).any(axis=1),
            exceeding=rows["exceeding"] > 1 + ROUNDING,
        )
        shares = above.groupby("seed")[["violating", "exceeding"]].mean()
        return [
            grade_criterion(
                f"share of {cases} random networks whose gradient exceeds its bound ≤ {most_violating:g}",
                shares["violating"].to_numpy(),
                at_most=most_violating,
            ),
            grade_criterion(
                f"share of networks without normalisation whose gradient exceeds ‖x‖ ≥ {least_exceeding:g}",
                shares["exceeding"].to_numpy(),
                at_least=least_exceeding,
            ),
        ]

    return Reproduction(
        paper="Lin, Sekar & Fanti 2021, section 3.1 (arXiv 2009.02773)",
        claim="With spectral normalisation no layer's gradient exceeds the length of the input; without it many do.",
        measure=measure,
        grade=grade,
        draw=draw,
        exact=True,
    )


def compare_with_bounds(networks: Networks) -> pd.DataFrame:
    """Compare each network's gradients with their bounds, at the layer with the largest ratio.

    Returns:
        depth, activation, unnormalised and normalised (gradient / own bound), exceeding (unnormalised / ‖x‖).
    """
    norms = compute_spectral_norms(networks)
    normalised = normalise_layers(networks, norms)
    gradients, lengths = compute_gradient_norms(networks), input_norms(networks).unsqueeze(1)
    columns = {
        "unnormalised": gradients / compute_bounds(networks, norms),
        "normalised": compute_gradient_norms(normalised) / lengths,  # the bound of layers whose norms are 1
        "exceeding": gradients / lengths,
    }
    table = pd.DataFrame({name: values.amax(dim=1).numpy() for name, values in columns.items()})
    return table.assign(depth=len(networks.weights), activation=networks.activation)


#: column -> label in the figure
COMPARED = {
    "normalised": "normalised / ‖x‖, its bound",
    "exceeding": "not normalised / ‖x‖",
    "unnormalised": "not normalised / its own bound",
}


def bin_ratios(ratios: pd.Series, edges: np.ndarray) -> np.ndarray:
    """Return the share of ratios (N,) whose log10 lies in each bin; smaller ones count in the first."""
    decades = np.log10(np.maximum(ratios / (1 + ROUNDING), 10.0 ** edges[0]))
    return np.histogram(decades, edges)[0] / len(ratios)


def draw(rows: pd.DataFrame) -> Figure:
    """Draw the histogram of log10(gradient / bound), a line per comparison with a band over the seeds."""
    from aegan.figures.reproduction import add_legend, draw_band, make_panels
    from aegan.figures.style import INK, PALETTE

    figure, (axes,) = make_panels(
        "Gradients of random networks",
        ["share of networks by log10(gradient / bound), all below −4 in the first bin"],
        1,
        3.0,
    )
    edges = np.linspace(-4, 2, 61)
    handles = []
    for colour, (column, name) in zip(PALETTE[1:], COMPARED.items(), strict=False):
        counts = {seed: bin_ratios(own[column], edges) for seed, own in rows.groupby("seed")}
        table = pd.DataFrame(counts, index=(edges[:-1] + edges[1:]) / 2).rename_axis("x").reset_index()
        handles += draw_band(axes, table.melt("x", var_name="seed"), colour, name)
    axes.axvline(0, color=INK, linewidth=1)
    add_legend(figure, handles)
    return figure
