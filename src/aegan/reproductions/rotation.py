"""Near the end of training a GAN's field turns, and that end is a saddle of the generator's own loss."""

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
from aegan.evaluation.game_field import players, point
from aegan.games.game import Game
from aegan.games.roles import gan_game
from aegan.probes.dynamics import Jacobian, path_angle
from aegan.reproductions.common import data_of
from aegan.reproductions.grading import Grade, Reproduction, World, graded, play
from aegan.training.precision import double_precision

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: places on the straight path from the first weights, at 0, to the last, at 1
PATH = np.linspace(0.5, 1.25, 61)

Share = Annotated[float, Field(ge=0, le=1)]


def rotation(
    *,
    loss: Literal["minimax", "non_saturating"] = "non_saturating",
    width: PositiveInt = 100,
    latent: PositiveInt = 100,
    rounds: PositiveInt = 100_000,
    batch_size: PositiveInt = 100,
    learning_rate: PositiveFloat = 1e-3,
    eigenvalues: PositiveInt = 20,
    probe_size: PositiveInt = 2000,
    least_imaginary: Share = 0.01,
    least_negative: Share = 0.01,
) -> Reproduction:
    """Eigenvalues of a GAN's Jacobian and of its generator's Hessian at the end of training (Berard 2020).

    Both networks have one hidden layer of ReLUs, as the authors' on mixtures of Gaussians; the optimiser is Adam.

    Args:
        loss: the adversarial loss.
        width: units of the hidden layer of either network.
        latent: numbers per code.
        rounds: rounds of training.
        batch_size: rows per round.
        learning_rate: step size of Adam.
        eigenvalues: how many are looked at, the largest; all, of a matrix of up to 512 rows.
        probe_size: rows of data that the field and its derivatives are taken on.
        least_imaginary: largest imaginary part of the Jacobian's eigenvalues, of their largest modulus, at least.
        least_negative: most negative eigenvalue of the generator's Hessian, of their largest modulus, at least.
    """
    network = {"name": "dense", "width": width, "depth": 1, "activation": "relu"}
    method = {
        "role": {"name": "none"},
        "loss": {"name": loss},
        "latent": latent,
        "generator": network,
        "discriminator": network,
    }
    optimiser = {"name": "adam", "learning_rate": learning_rate}

    def measure(seed: int, world: World | None) -> pd.DataFrame:
        rows = data_of("rotation", world).train
        game = gan_game(method, rows.sample_shape, seed, None)
        batch = probe_batch(rows, seed, probe_size)
        first = point(game)
        tables = [spectra(game, batch, seed, eigenvalues).assign(stage="start")]
        member = play(game, rows, seed=seed, rounds=rounds, batch_size=batch_size, optimiser=optimiser)
        tables += [spectra(game, batch, seed, eigenvalues).assign(stage="end"), path(game, batch, seed, first)]
        table = pd.concat(tables, ignore_index=True)
        return table.assign(x=np.nan, y=np.nan) if member.divergence else table

    def grade(rows: pd.DataFrame) -> list[Grade]:
        ends = [own[own["stage"] == "end"] for _, own in rows.groupby("seed")]
        return [
            graded(
                f"Jacobian at the end: largest imaginary part, of the largest modulus ≥ {least_imaginary:g}",
                [largest_share(own, "game", own["y"].abs()) for own in ends],
                at_least=least_imaginary,
            ),
            graded(
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


def probe_batch(rows: ArrayDataset, seed: int, size: int) -> Batch:
    """Draw the rows on which a seed's field is looked at, float64."""
    chosen = seeding.numpy_generator(seed, "dynamics").permutation(len(rows))[:size]
    return Batch(rows.batch(chosen).real.double())


def spectra(game: Game, batch: Batch, seed: int, count: int) -> pd.DataFrame:
    """Find the eigenvalues of the game's Jacobian and of the generator's Hessian: part, index, x (real), y (imaginary).

    Args:
        game: at the point that is looked at.
        batch: the data.
        seed: of the noise, and of where the search for the eigenvalues starts.
        count: how many, where they are searched for.
    """
    for module in game.modules.values():
        module.to(batch.real.device)
    with double_precision(game.modules.values()):
        of_all = players(game, batch, seed)
        own = of_all[[player.name for player in game.players].index("generator")]
        rng = seeding.torch_generator(seed, "eigenvalues", device=batch.real.device)
        found = {part: Jacobian(who).eigenvalues(count, rng) for part, who in (("game", of_all), ("generator", [own]))}
    return pd.concat([table(part, values.real, values.imag) for part, values in found.items()])


def table(part: str, x: Tensor, y: Tensor) -> pd.DataFrame:
    """Set up rows (part, index, x, y) of two series (N,)."""
    return pd.DataFrame({"part": part, "index": np.arange(len(x)), "x": x.cpu().numpy(), "y": y.cpu().numpy()})


def path(game: Game, batch: Batch, seed: int, first: Tensor) -> pd.DataFrame:
    """Follow the field along the straight path from the first weights to the present: x the place, y the cosine."""
    with double_precision(game.modules.values()):
        end = point(game)
        field = path_angle(players(game, batch, seed), (first.to(end), end), PATH.tolist())
    return table("path", torch.from_numpy(PATH), field.cosine).assign(stage="end")


def largest_share(rows: pd.DataFrame, part: str, sizes: pd.Series) -> float:
    """Return the largest of `sizes` as a share of the largest modulus of a part's eigenvalues; NaN without any."""
    own = rows["part"] == part
    return float(sizes[own].max() / np.hypot(rows["x"], rows["y"])[own].max())


def draw(rows: pd.DataFrame) -> Figure:
    """Draw the eigenvalues of the Jacobian and of the generator's Hessian, and the field along the path."""
    from aegan.figures.dynamics import dress_plane, span
    from aegan.figures.reproduction import banded, legend, plate
    from aegan.figures.style import INK, PALETTE, styled

    def drawn() -> Figure:
        titles = [
            "eigenvalues of the Jacobian, at the end",
            "of the generator's Hessian, sorted",
            "cosine with the path",
        ]
        figure, (plane, hessian, along) = plate("Dynamics of a GAN", titles, columns=3, height=2.6)
        ends = rows[(rows["part"] == "game") & (rows["stage"] == "end")]
        dress_plane(plane, *span(ends.rename(columns={"x": "real", "y": "imaginary"})))
        plane.scatter(ends["x"], ends["y"], s=12, color=PALETTE[1], alpha=0.6, linewidth=0)
        handles = []
        for colour, stage in zip(PALETTE, ("start", "end"), strict=False):
            own = rows[(rows["part"] == "generator") & (rows["stage"] == stage)]
            sizes = own.assign(value=own["x"], x=own.groupby("seed")["x"].rank(ascending=False, method="first"))
            handles += banded(hessian, sizes[["x", "seed", "value"]], colour, f"at the {stage}")
        way = rows[rows["part"] == "path"].rename(columns={"y": "value"})
        banded(along, way[["x", "seed", "value"]], PALETTE[1], "at the end")
        hessian.axhline(0, color=INK, linewidth=1)
        along.axvline(1, color=INK, linewidth=1)
        legend(figure, handles)
        return figure

    return styled(drawn)()
