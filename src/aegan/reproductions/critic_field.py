"""Between two Gaussians the slope of a trained discriminator vanishes; that of a WGAN critic does not.

Arjovsky et al. 2017 (WGAN), figure 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field, PositiveFloat, PositiveInt
from torch import nn

from aegan.evaluation.frozen_generator import freeze_generator
from aegan.games.game import Game
from aegan.option_types import Layers, Width
from aegan.reproductions.gaussian_game import (
    BATCH,
    draw_real_points,
    make_gaussian_game,
    tabulate_field,
    track_generator_mean,
)
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.training import train_game

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: last share of the GAN's rounds over which the distance of the means is taken
END = 0.2


def critic_field(
    *,
    distance: PositiveFloat = 8.0,
    width: Width = 64,
    hidden: Layers = 2,
    discriminator_steps: PositiveInt = 4000,
    rounds: PositiveInt = 10_000,
    learning_rate: PositiveFloat = 5e-3,
    clip_bound: PositiveFloat = 0.01,
    most_on_fakes: PositiveFloat = 1e-3,
    most_uneven: Annotated[float, Field(ge=1)] = 2.0,
    most_apart: PositiveFloat = 0.1,
) -> Reproduction:
    """Slopes of a minimax discriminator and of a WGAN critic between two Gaussians (Arjovsky 2017, figure 2).

    Also whether the non-saturating GAN nevertheless brings the Gaussians together (Fedus 2018). The papers do not give
    the distance, networks and steps; clipping and optimiser of the critic are those of the WGAN's algorithm 1.

    Args:
        distance: distance of the means, in standard deviations.
        width: units per hidden layer of discriminator and critic.
        hidden: their hidden layers.
        discriminator_steps: training steps of either, against a frozen generator.
        rounds: rounds of the non-saturating GAN.
        learning_rate: step size of Adam, for the discriminator and for the GAN.
        clip_bound: largest absolute weight of the critic.
        most_on_fakes: largest median slope of the discriminator on fakes, as a share of its peak.
        most_uneven: largest factor between the critic's slope and its median along the line.
        most_apart: largest distance of the means at the end of the GAN, as a share of the initial one.
    """

    def measure(seed: int, data: ReproductionData | None) -> pd.DataFrame:  # noqa: ARG001 - the points are drawn here
        dataset = draw_real_points(seed, distance)
        adam = {"name": "adam", "learning_rate": learning_rate}
        network = {"name": "dense", "width": width, "depth": hidden, "activation": "relu"}
        clipped = {"constraint": {"name": "clip", "bound": clip_bound}}

        def train_and_tabulate(game: Game, optimiser: Mapping[str, Any], squash: nn.Module) -> pd.DataFrame:
            train_game(
                freeze_generator(game),
                dataset,
                seed=seed,
                rounds=discriminator_steps,
                batch_size=BATCH,
                optimiser=optimiser,
            )
            return tabulate_field(game, distance, seed, squash)

        discriminator = make_gaussian_game(seed, distance, "minimax", network)
        critic = make_gaussian_game(seed, distance, "wasserstein", network, **clipped)
        gan = make_gaussian_game(seed, distance, "non_saturating", network)
        tables = [
            train_and_tabulate(discriminator, adam, nn.Sigmoid()).assign(network="discriminator"),
            train_and_tabulate(critic, {"name": "rmsprop"}, nn.Identity()).assign(network="critic"),
            track_generator_mean(gan, dataset, seed, rounds, adam).assign(network="generator"),
        ]
        return pd.concat(tables, ignore_index=True)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        slopes = compute_relative_slopes(rows)
        return [
            grade_criterion(
                f"discriminator: median slope on fakes, of its peak ≤ {most_on_fakes:g}",
                slopes["discriminator on fakes"].to_numpy(),
                at_most=most_on_fakes,
            ),
            grade_criterion(
                f"critic: median slope on fakes, factor from its median ≤ {most_uneven:g}",
                slopes["critic on fakes"].to_numpy(),
                at_most=most_uneven,
            ),
            grade_criterion(
                f"critic: slope anywhere from the reals to the fakes, factor from its median ≤ {most_uneven:g}",
                slopes["critic anywhere"].to_numpy(),
                at_most=most_uneven,
            ),
            grade_criterion(
                f"non-saturating GAN: distance of the means at the end, of the first ≤ {most_apart:g}",
                (final_distances(rows, rounds, distance) / distance).to_numpy(),
                at_most=most_apart,
            ),
        ]

    return Reproduction(
        paper="Arjovsky, Chintala & Bottou 2017, figure 2; Fedus et al. 2018",
        claim="Between two Gaussians a trained discriminator saturates and a critic does not; GANs learn all the same.",
        measure=measure,
        grade=grade,
        draw=lambda rows: draw(rows, distance, most_on_fakes, most_apart),
        differences=("distance, networks and steps of our choice, because the papers name none",),
    )


def compute_relative_slopes(rows: pd.DataFrame) -> pd.DataFrame:
    """Relate each seed's slopes to those on the line: a row per seed, a column per criterion."""
    sizes = rows.assign(size=rows["slope"].abs())
    return pd.DataFrame([_relate_slopes(own) for _, own in sizes.groupby("seed")])


@np.errstate(divide="ignore")  # a slope of 0 is infinitely uneven
def _relate_slopes(rows: pd.DataFrame) -> dict[str, float]:
    size = {key: own["size"] for key, own in rows.groupby(["network", "where"])}
    typical, median = size["critic", "fakes"].median(), size["critic", "line"].median()
    return {
        "discriminator on fakes": size["discriminator", "fakes"].median() / size["discriminator", "line"].max(),
        "critic on fakes": max(typical / median, median / typical),
        "critic anywhere": max(size["critic", "line"].max() / median, median / size["critic", "line"].min()),
    }


def final_distances(rows: pd.DataFrame, rounds: int, distance: float) -> pd.Series:
    """Return the distance of the means at the end of the GAN, per seed.

    Args:
        rows: the measured table of all seeds.
        rounds: rounds of the GAN.
        distance: initial distance of the means.

    Returns:
        The median over the last share `END` of the rounds, by seed; NaN if the GAN diverged.
    """
    late = rows[(rows["where"] == "game") & (rows["at"] >= (1 - END) * rounds)]
    apart = (late["output"] + distance / 2).abs().groupby(late["seed"]).median()
    return apart.reindex(rows["seed"].unique())


def draw(rows: pd.DataFrame, distance: float, most_on_fakes: float, most_apart: float) -> Figure:
    """Draw the outputs of both networks along the line, their slopes, and the distance of the means in the GAN.

    Args:
        rows: the measured table of all seeds.
        distance: initial distance of the means.
        most_on_fakes: bound of the discriminator's slope.
        most_apart: bound of the distance at the end.
    """
    from aegan.figures.reproduction import add_legend, draw_band, draw_criterion, make_panels
    from aegan.figures.style import PALETTE

    titles = [
        "output from reals to fakes, scaled to [0, 1]",
        "|slope| / its peak",
        "distance of the means / the first",
    ]
    figure, (outputs, slopes, means) = make_panels("Between two Gaussians", titles, columns=3, height=2.6)
    handles = []
    for colour, network in zip(PALETTE[1:], ("discriminator", "critic"), strict=False):
        own = rows[(rows["network"] == network) & (rows["where"] == "line")]
        output, size = (values.groupby(own["seed"]) for values in (own["output"], own["slope"].abs()))
        low, high, peak = output.transform("min"), output.transform("max"), size.transform("max")
        handles += draw_band(outputs, make_series(own, (own["output"] - low) / (high - low)), colour, network)
        handles += draw_band(slopes, make_series(own, own["slope"].abs() / peak), colour, network, log=True)
    in_game = rows[rows["where"] == "game"]
    apart = (in_game["output"] + distance / 2).abs() / distance
    handles += draw_band(means, make_series(in_game, apart), PALETTE[3], "non-saturating GAN", log=True)
    draw_criterion(slopes, most_on_fakes, f"on fakes ≤ {most_on_fakes:g}")
    draw_criterion(means, most_apart, f"at the end ≤ {most_apart:g}")
    add_legend(figure, handles)
    return figure


def make_series(rows: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    """Return x, seed, value of values over the points of `rows`."""
    return pd.DataFrame({"x": rows["at"], "seed": rows["seed"], "value": values})
