"""At the end of training a GAN's game field rotates, and the generator is at a saddle of its loss (Berard 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
import torch
from pydantic import Field, PositiveFloat, PositiveInt
from torch import Tensor

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch import Batch
from aegan.evaluation.game_field import join_parameters, make_field_players
from aegan.games.assembly import make_gan_game
from aegan.games.game import Game
from aegan.option_types import BatchSize, Repetitions, SampleCount, Width
from aegan.probes.dynamics import Jacobian, measure_path_angle
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData, require_data
from aegan.reproductions.training import train_game
from aegan.training.precision import double_precision

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: places on the straight path from the initial weights (0) to the final ones (1)
PATH = np.linspace(0.5, 1.25, 61)

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
    least_negative: Share = 0.01,
) -> Reproduction:
    """Eigenvalues of a GAN's Jacobian and of its generator's Hessian at the end of training (Berard 2020).

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
        least_imaginary: least ratio of the largest imaginary part to the largest modulus of the Jacobian's eigenvalues.
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
        ends = [own[own["stage"] == "end"] for _, own in rows.groupby("seed")]
        return [
            grade_criterion(
                f"Jacobian at the end: largest imaginary part, of the largest modulus ≥ {least_imaginary:g}",
                [largest_share(own, "game", own["y"].abs()) for own in ends],
                at_least=least_imaginary,
            ),
            grade_criterion(
                f"generator's Hessian at the end: most negative, of the largest modulus ≥ {least_negative:g}",
                [largest_share(own, "generator", -own["x"]) for own in ends],
                at_least=least_negative,
            ),
        ]

    return Reproduction(
        paper="Berard et al. 2020, section 5 (arXiv 1906.04848)",
        claim="GANs turn around the point they reach, which is a saddle and no minimum of the generator's loss.",
        measure=measure,
        grade=grade,
        draw=draw,
    )


def draw_field_batch(dataset: ArrayDataset, seed: int, size: int) -> Batch:
    """Draw the samples, float64, on which a seed's field is computed.

    Args:
        dataset: the train split.
        seed: seed of the member.
        size: number of samples.
    """
    rows = seeding.numpy_generator(seed, "dynamics").permutation(len(dataset))[:size]
    return Batch(dataset.select_batch(rows).real.double())


def tabulate_spectra(game: Game, batch: Batch, seed: int, count: int) -> pd.DataFrame:
    """Tabulate the eigenvalues of the game's Jacobian and of the generator's Hessian.

    Args:
        game: the game, with the weights at which they are computed.
        batch: data (N, …), float64.
        seed: seed of the noise and of the start vector of the Arnoldi iteration.
        count: number of eigenvalues if they are computed by iteration.

    Returns:
        part (game or generator), index, x (real part), y (imaginary part).
    """
    for module in game.modules.values():
        module.to(batch.real.device)
    with double_precision(game.modules.values()):
        all_players = make_field_players(game, batch, seed)
        generator = all_players[[player.name for player in game.players].index("generator")]
        rng = seeding.torch_generator(seed, "eigenvalues", device=batch.real.device)
        found = {
            part: Jacobian(own).eigenvalues(count, rng)
            for part, own in (("game", all_players), ("generator", [generator]))
        }
    return pd.concat([_tabulate_points(part, values.real, values.imag) for part, values in found.items()])


def _tabulate_points(part: str, x: Tensor, y: Tensor) -> pd.DataFrame:
    """Tabulate two series x and y (N,) as rows: part, index, x, y."""
    return pd.DataFrame({"part": part, "index": np.arange(len(x)), "x": x.cpu().numpy(), "y": y.cpu().numpy()})


def tabulate_path(game: Game, batch: Batch, seed: int, first: Tensor) -> pd.DataFrame:
    """Tabulate the field along the straight path from initial to current weights.

    Args:
        game: the trained game.
        batch: data (N, …), float64.
        seed: seed of the noise.
        first: initial weights of all players (P,).

    Returns:
        part, index, x (place on the path), y (cosine of the field with the path), stage.
    """
    with double_precision(game.modules.values()):
        end = join_parameters(game)
        field = measure_path_angle(make_field_players(game, batch, seed), (first.to(end), end), PATH.tolist())
    return _tabulate_points("path", torch.from_numpy(PATH), field.cosine).assign(stage="end")


def largest_share(rows: pd.DataFrame, part: str, sizes: pd.Series) -> float:
    """Return the largest of a part's sizes as a share of the largest modulus of its eigenvalues; NaN without any.

    Args:
        rows: part, index, x, y.
        part: game or generator.
        sizes: a number per row of `rows`.
    """
    own = rows["part"] == part
    return float(sizes[own].max() / np.hypot(rows["x"], rows["y"])[own].max())


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
