"""At the end of training a GAN's game field rotates, and the generator is at a saddle of its loss (Berard 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field, PositiveFloat, PositiveInt

from aegan.evaluation.game_field import join_parameters
from aegan.games.assembly import make_gan_game
from aegan.option_types import BatchSize, Repetitions, SampleCount, Width
from aegan.reproductions.game_spectra import draw_field_batch, tabulate_path, tabulate_spectra
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData, require_data
from aegan.reproductions.training import train_game

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Share = Annotated[float, Field(ge=0, le=1)]


def rotation(
    *,
    loss: Literal["minimax", "non_saturating"] = "non_saturating",
    width: Width = 100,
    latent: Width = 100,
    rounds: PositiveInt = 100_000,
    batch_size: BatchSize = 100,
    learning_rate: PositiveFloat = 1e-3,
    eigenvalues: Repetitions = 20,
    probe_size: SampleCount = 2000,
    least_imaginary: Share = 0.01,
    most_field: Share = 0.1,
    least_negative: Share = 0.01,
) -> Reproduction:
    """Eigenvalues of a GAN's Jacobian and of its generator's Hessian, at the end of training and before (Berard 2020).

    Both networks have one hidden layer of ReLUs, as in the authors' experiments on mixtures of Gaussians, with Adam.

    Args:
        loss: the adversarial loss.
        width: units of the hidden layer of either network.
        latent: numbers per code.
        rounds: rounds of training.
        batch_size: rows per round.
        learning_rate: step size of Adam.
        eigenvalues: number of largest eigenvalues; all for a matrix of up to 512 rows.
        probe_size: rows of data on which the field and its derivatives are computed.
        least_imaginary: least rise, from start to end, of the ratio of the largest imaginary part to the largest
            modulus of the Jacobian's eigenvalues.
        most_field: largest length of the field v at the end, as a share of that at the start, at which a point counts
            as stationary; a negative eigenvalue elsewhere makes no saddle.
        least_negative: least ratio of the most negative eigenvalue to the largest modulus, of the generator's Hessian.
    """
    network = {"name": "dense", "width": width, "depth": 1, "activation": "relu"}
    method = {"role": {"name": "none"}, "loss": {"name": loss}, "latent": latent} | {
        "generator": network,
        "discriminator": network,
    }
    optimiser = {"name": "adam", "learning_rate": learning_rate}

    def measure(seed: int, data: ReproductionData | None) -> pd.DataFrame:
        dataset = require_data("rotation", data).train_dataset
        game = make_gan_game(method, dataset.sample_shape, seed, None)
        batch = draw_field_batch(dataset, seed, probe_size)
        first = join_parameters(game)
        tables = [tabulate_spectra(game, batch, seed, eigenvalues).assign(stage="start")]
        member = train_game(game, dataset, seed=seed, rounds=rounds, batch_size=batch_size, optimiser=optimiser)
        tables.append(tabulate_spectra(game, batch, seed, eigenvalues).assign(stage="end"))
        tables.append(tabulate_path(game, batch, seed, first))
        table = pd.concat(tables, ignore_index=True)
        return table.assign(x=np.nan, y=np.nan) if member.divergence else table

    def grade(rows: pd.DataFrame) -> list[Grade]:
        seeds = pd.DataFrame([compare_stages(own) for _, own in rows.groupby("seed")])
        turning = grade_criterion(
            "Jacobian: largest imaginary part, of the largest modulus, at the end minus at the start "
            f"≥ {least_imaginary:g}",
            seeds["turning"].to_numpy(),
            at_least=least_imaginary,
        )
        stationary = grade_criterion(
            f"length of the field v at the end, of that at the start ≤ {most_field:g}",
            seeds["field"].to_numpy(),
            at_most=most_field,
        )
        saddle = grade_criterion(
            "generator's Hessian at the end: most negative, of the largest modulus, where v is short "
            f"≥ {least_negative:g}",
            seeds["negative"].to_numpy(),
            at_least=least_negative,
        )
        return [turning, stationary, saddle._replace(passed=saddle.passed and stationary.passed)]

    return Reproduction(
        paper="Berard et al. 2020, section 5 (arXiv 1906.04848)",
        claim="GANs turn around the point they reach, which is a saddle and no minimum of the generator's loss.",
        measure=measure,
        grade=grade,
        draw=draw,
        data=("a mixture of two Gaussians on a line",),
    )


def compare_stages(rows: pd.DataFrame) -> dict[str, float]:
    """Compare a seed's end with its start: turning (rise of the imaginary share), field (ratio of ‖v‖), negative."""
    start, end = (rows[rows["stage"] == stage] for stage in ("start", "end"))
    imaginary = [largest_share(own, "game", own["y"].abs()) for own in (start, end)]
    lengths = [own.loc[own["part"] == "field", "x"].item() for own in (start, end)]
    return {
        "turning": imaginary[1] - imaginary[0],
        "field": lengths[1] / lengths[0],
        "negative": largest_share(end, "generator", -end["x"]),
    }


def largest_share(rows: pd.DataFrame, part: str, sizes: pd.Series) -> float:
    """Return the largest of a part's sizes as a share of the largest modulus of its eigenvalues.

    NaN without any, or if one is NaN: it may be the largest.

    Args:
        rows: part, index, x, y.
        part: game or generator.
        sizes: a number per row of `rows`.
    """
    own = rows["part"] == part
    moduli = pd.Series(np.hypot(rows["x"], rows["y"]), rows.index)
    return float(sizes[own].max(skipna=False) / moduli[own].max(skipna=False))


def draw(rows: pd.DataFrame) -> Figure:
    """Draw the eigenvalues of the Jacobian and of the generator's Hessian, and the field along the path."""
    from aegan.figures.complex_plane import choose_plane_limits, format_plane
    from aegan.figures.reproduction import add_legend, draw_band, make_panels
    from aegan.figures.style import INK, PALETTE

    titles = ["eigenvalues of the Jacobian, at the end", "of the generator's Hessian, sorted", "cosine with the path"]
    figure, (plane, hessian, along) = make_panels("Dynamics of a GAN", titles, columns=3, height=2.6)
    ends = rows[(rows["part"] == "game") & (rows["stage"] == "end")]
    format_plane(plane, *choose_plane_limits(ends.rename(columns={"x": "real", "y": "imaginary"})))
    plane.scatter(ends["x"], ends["y"], s=12, color=PALETTE[1], alpha=0.6, linewidth=0)
    handles = []
    for colour, stage in zip(PALETTE, ("start", "end"), strict=False):
        own = rows[(rows["part"] == "generator") & (rows["stage"] == stage)]
        sizes = own.assign(value=own["x"], x=own.groupby("seed")["x"].rank(ascending=False, method="first"))
        handles += draw_band(hessian, sizes[["x", "seed", "value"]], colour, f"at the {stage}")
    along_path = rows[rows["part"] == "path"].rename(columns={"y": "value"})
    draw_band(along, along_path[["x", "seed", "value"]], PALETTE[1], "at the end")
    hessian.axhline(0, color=INK, linewidth=1)
    along.axvline(1, color=INK, linewidth=1)
    add_legend(figure, handles)
    return figure
