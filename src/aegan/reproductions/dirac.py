"""The Dirac-GAN: one number against one number, where descent turns around the equilibrium and R1 draws it in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch
from pydantic import PositiveFloat, PositiveInt
from torch import Tensor

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.games.game import Game
from aegan.probes.history import Key
from aegan.probes.names import WHOLE
from aegan.reproductions.dirac_game import SCHEMES, difference, dirac_game, spectrum, table
from aegan.reproductions.grading import Grade, Reproduction, World, graded, play
from aegan.training.member import Member
from aegan.training.observers import Watch

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: both have the same Jacobian at the equilibrium, where logits are 0 and the slopes σ and 1 − σ alike. Away from it
#: the non-saturating field pulls in a little, ‖·‖² changing by −2ψθ·tanh(ψθ/2): such an orbit shrinks like 1/√rounds
CONTESTED = ("minimax", "non_saturating")

#: distance of the start from the equilibrium: the authors start at ψ = θ = 1
DISTANCE = 2**0.5

#: share of an orbit over which its distance at the end is taken, for it varies over a turn: 63 rounds of 500
END = 0.2


def dirac(
    *,
    gammas: Sequence[PositiveFloat] = (0.1, 0.3, 1.0, 3.0),
    orbit_gammas: Sequence[PositiveFloat] = (0.3, 1.0),
    rounds: PositiveInt = 500,
    learning_rate: PositiveFloat = 0.2,
    largest_difference: PositiveFloat = 1e-6,
    least_kept: PositiveFloat = 0.9,
    most_left: PositiveFloat = 0.01,
) -> Reproduction:
    """Spectrum and orbits of the Dirac-GAN (Mescheder 2018), with and without R1.

    Args:
        gammas: weights γ of R1 of which the spectrum is taken; 1 is the critical one.
        orbit_gammas: weights γ of R1 of which orbits are followed.
        rounds: rounds of each orbit.
        learning_rate: step size of gradient descent.
        largest_difference: bound of |numeric − analytic| over all eigenvalues.
        least_kept: share of its distance from the equilibrium that an unregularised minimax orbit keeps at least.
        most_left: share of its distance that is left of an orbit with R1 at most.
    """

    def measure(seed: int, world: World | None) -> pd.DataFrame:
        rows = at_zero(world)
        tables = [spectrum(*case) for case in product(CONTESTED, (0.0, *gammas))]
        followed = [*product(CONTESTED, [0.0]), *product(["minimax"], orbit_gammas)]
        for (loss, gamma), scheme in product(followed, SCHEMES):
            game = dirac_game(start(seed), loss, gamma)
            places = orbit(game, scheme, rows, seed, rounds, learning_rate)
            tables.append(table("orbit", loss, gamma, places, scheme))
        return pd.concat(tables, ignore_index=True)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        left = distances_left(rows)
        free, held = left[(left["gamma"] == 0) & (left["loss"] == "minimax")], left[left["gamma"] > 0]
        return [
            graded(
                f"largest |numeric − analytic| of the eigenvalues ≤ {largest_difference:g}",
                [difference(own) for _, own in rows.groupby("seed")],
                at_most=largest_difference,
            ),
            *(
                graded(
                    f"minimax without R1, {scheme} descent: share of the distance that is left ≥ {least_kept:g}",
                    own["left"].to_numpy(),
                    at_least=least_kept,
                )
                for scheme, own in free.groupby("scheme")
            ),
            graded(
                f"with R1: largest share of the distance that is left ≤ {most_left:g}",
                held.groupby("seed")["left"].max().to_numpy(),
                at_most=most_left,
            ),
        ]

    return Reproduction(
        paper="Mescheder, Geiger & Nowozin 2018, sections 2 and 3",
        claim="Gradient descent circles around the equilibrium of the Dirac-GAN; with R1 it converges to it.",
        measure=measure,
        grade=grade,
        draw=draw,
        exact=True,
    )


def at_zero(world: World | None) -> ArrayDataset:
    """Return the data of the Dirac-GAN.

    Raises:
        InputError: if they are not all 0 on a line.
    """
    if world is None or world.train.array.shape[1:] != (1,) or world.train.array.any():
        raise InputError("dirac", "data that are not all 0 on a line", "Give it a data set of the source dirac")
    return world.train


def start(seed: int) -> tuple[float, float]:
    """Draw where a seed's orbits start: (ψ, θ), as far from the equilibrium as the authors' start."""
    angle = seeding.numpy_generator(seed, "dirac").uniform(0, 2 * np.pi)
    return DISTANCE * float(np.cos(angle)), DISTANCE * float(np.sin(angle))


def orbit(game: Game, scheme: str, rows: ArrayDataset, seed: int, rounds: int, learning_rate: float) -> np.ndarray:
    """Return the weights (ψ, θ) before every round of a game that gradient descent plays, (rounds, 2)."""
    weights = {player.name: next(player.module.parameters()) for player in game.players}

    def look(_: Member) -> dict[Key, Tensor]:
        return {(name, WHOLE, "weight"): weight.detach() for name, weight in weights.items()}

    member = play(
        SCHEMES[scheme](game),
        rows,
        seed=seed,
        rounds=rounds,
        batch_size=1,
        optimiser={"name": "sgd", "learning_rate": learning_rate},
        observers=[Watch(lambda _step: True, look)],
    )
    return torch.stack(member.history.rows).numpy()


def orbits(rows: pd.DataFrame) -> pd.DataFrame:
    """Select the orbits, with the distance from the equilibrium."""
    own = rows[rows["part"] == "orbit"]
    return own.assign(distance=np.hypot(own["x"], own["y"]))


def distances_left(rows: pd.DataFrame) -> pd.DataFrame:
    """Compare the largest distance from the equilibrium at an orbit's end with its first: seed, …, left (a share)."""
    own, keys = orbits(rows), ["seed", "loss", "gamma", "scheme"]
    ends = own["index"] >= (1 - END) * own["index"].max()
    last = own[ends].groupby(keys)["distance"].max()
    first = own[own["index"] == 0].set_index(keys)["distance"]
    shares: pd.DataFrame = (last / first).rename("left").reset_index()
    return shares


def draw(rows: pd.DataFrame) -> Figure:
    """Draw the eigenvalue plane, the orbits of the first seed, and the distances from the equilibrium of all seeds."""
    from aegan.figures.reproduction import banded, legend, plate
    from aegan.figures.style import PALETTE, styled

    def drawn() -> Figure:
        titles = [f"{what}, {scheme}" for what in ("ψ and θ", "distance over rounds") for scheme in SCHEMES]
        figure, (plane, *others) = plate("Dirac-GAN", ["eigenvalues at the equilibrium", *titles], columns=3)
        _draw_plane(plane, rows)
        handles = []
        for place, (_, of_scheme) in enumerate(orbits(rows).groupby("scheme")):
            for colour, ((loss, gamma), own) in zip(PALETTE, of_scheme.groupby(["loss", "gamma"]), strict=False):
                name = str(loss).replace("_", "-") + (f" with R1, γ = {gamma:g}" if gamma else "")
                first = own[own["seed"] == own["seed"].min()]
                others[place].plot(first["x"], first["y"], color=colour, linewidth=0.9)
                frame = own[["index", "seed", "distance"]].set_axis(["x", "seed", "value"], axis=1)
                handles += banded(others[2 + place], frame, colour, name, log=True)
        legend(figure, handles)
        return figure

    return styled(drawn)()


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
