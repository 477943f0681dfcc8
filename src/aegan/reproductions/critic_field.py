"""Between two Gaussians the slope of a trained discriminator vanishes, and that of a critic does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
import torch
from pydantic import Field, PositiveFloat, PositiveInt
from torch import Tensor, nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch import Batch
from aegan.evaluation.frozen_generator import frozen
from aegan.games.game import Game
from aegan.games.roles import gan_game
from aegan.probes.names import WHOLE
from aegan.probes.schedules import evenly
from aegan.reproductions.grading import Grade, Reproduction, World, graded, play
from aegan.training.observers import Watch
from aegan.training.precision import double_precision

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: real points, fakes that slopes are taken on, and points per batch; both Gaussians have a standard deviation of 1
POINTS, FAKES, BATCH = 10_000, 1000, 256

#: standard deviations beyond each mean up to which the line is looked at, and how many places of it are
MARGIN, PLACES = 2.0, 241

#: how often the GAN is looked at, and the share of its rounds at the end over which the distance of the means is taken
LOOKS, END = 200, 0.2


def critic_field(
    *,
    distance: PositiveFloat = 8.0,
    width: PositiveInt = 64,
    hidden: PositiveInt = 2,
    discriminator_steps: PositiveInt = 4000,
    rounds: PositiveInt = 10_000,
    learning_rate: PositiveFloat = 5e-3,
    clip_bound: PositiveFloat = 0.01,
    most_on_fakes: PositiveFloat = 1e-3,
    most_uneven: Annotated[float, Field(ge=1)] = 2.0,
    most_apart: PositiveFloat = 0.1,
) -> Reproduction:
    """Slopes of a minimax discriminator and of a WGAN critic between two Gaussians (Arjovsky 2017, figure 2).

    And whether the non-saturating GAN brings the Gaussians together all the same (Fedus 2018). The papers do not give
    the distance, networks and steps; clipping and optimiser of the critic are those of the WGAN's algorithm 1.

    Args:
        distance: distance of the means, in standard deviations.
        width: units per hidden layer of discriminator and critic.
        hidden: their hidden layers.
        discriminator_steps: steps that either learns for, against a generator that stands still.
        rounds: rounds of the non-saturating GAN.
        learning_rate: step size of Adam, for the discriminator and for the GAN.
        clip_bound: largest absolute weight of the critic.
        most_on_fakes: the discriminator's median slope on fakes as a share of its peak, at most.
        most_uneven: factor by which the critic's slope differs from its median along the line, at most.
        most_apart: distance of the means at the end of the GAN as a share of the first, at most.
    """

    def measure(seed: int, world: World | None) -> pd.DataFrame:  # noqa: ARG001 - the points are drawn here
        rows = real_points(seed, distance)
        adam = {"name": "adam", "learning_rate": learning_rate}
        network = {"name": "dense", "width": width, "depth": hidden, "activation": "relu"}
        clipped = {"constraint": {"name": "clip", "bound": clip_bound}}

        def looked_at(game: Game, optimiser: Mapping[str, Any], squash: nn.Module) -> pd.DataFrame:
            play(frozen(game), rows, seed=seed, rounds=discriminator_steps, batch_size=BATCH, optimiser=optimiser)
            return field(game, distance, seed, squash)

        judge = gaussian_game(seed, distance, "minimax", network)
        critic = gaussian_game(seed, distance, "wasserstein", network, **clipped)
        contest = gaussian_game(seed, distance, "non_saturating", network)
        tables = [
            looked_at(judge, adam, nn.Sigmoid()).assign(network="discriminator"),
            looked_at(critic, {"name": "rmsprop"}, nn.Identity()).assign(network="critic"),
            meeting(contest, rows, seed, rounds, adam).assign(network="generator"),
        ]
        return pd.concat(tables, ignore_index=True)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        slopes = relative_slopes(rows)
        return [
            graded(
                f"discriminator: median slope on fakes, of its peak ≤ {most_on_fakes:g}",
                slopes["discriminator on fakes"].to_numpy(),
                at_most=most_on_fakes,
            ),
            graded(
                f"critic: median slope on fakes, factor from its median ≤ {most_uneven:g}",
                slopes["critic on fakes"].to_numpy(),
                at_most=most_uneven,
            ),
            graded(
                f"critic: slope anywhere from the reals to the fakes, factor from its median ≤ {most_uneven:g}",
                slopes["critic anywhere"].to_numpy(),
                at_most=most_uneven,
            ),
            graded(
                f"non-saturating GAN: distance of the means at the end, of the first ≤ {most_apart:g}",
                (distances(rows, rounds, distance) / distance).to_numpy(),
                at_most=most_apart,
            ),
        ]

    return Reproduction(
        paper="Arjovsky, Chintala & Bottou 2017, figure 2; Fedus et al. 2018",
        claim="Between two Gaussians a trained discriminator saturates and a critic does not; GANs learn all the same.",
        measure=measure,
        grade=grade,
        draw=lambda rows: draw(rows, distance, most_on_fakes, most_apart),
    )


def real_points(seed: int, distance: float) -> ArrayDataset:
    """Draw the real points, around −distance/2."""
    points = seeding.numpy_generator(seed, "gaussian").standard_normal((POINTS, 1)) - distance / 2
    return ArrayDataset(points.astype(np.float32))


def gaussian_game(
    seed: int, distance: float, loss: str, network: Mapping[str, Any], **constraint: Mapping[str, Any]
) -> Game:
    """Play against a generator z ↦ w·z + b whose Gaussian starts around distance/2 with a deviation of 1.

    Args:
        seed: of the discriminator's first weights, which all games of it share.
        distance: of the means.
        loss: an entry of `LOSSES`.
        network: the discriminator.
        constraint: of the discriminator, if any.
    """
    linear = {"name": "dense", "depth": 0}
    method = {"role": {"name": "none"}, "latent": 1, "generator": linear, "discriminator": network}
    game = gan_game(method | {"loss": {"name": loss}} | constraint, (1,), seed, None)
    deviation, mean = game.modules["generator"].parameters()
    nn.init.ones_(deviation)
    nn.init.constant_(mean, distance / 2)
    return game


def field(game: Game, distance: float, seed: int, squash: nn.Module) -> pd.DataFrame:
    """Look at what a discriminator says and at its slope, in float64: where (line or fakes), at, output, slope.

    Args:
        game: the trained discriminator's.
        distance: of the means.
        seed: of the fakes.
        squash: a logit to what the discriminator says.
    """
    assert game.generate is not None
    assert game.contest is not None
    judge, reach = game.contest.judge, distance / 2 + MARGIN
    places = {
        "line": torch.linspace(-reach, reach, PLACES).unsqueeze(1),
        "fakes": game.generate(FAKES, seeding.torch_generator(seed, "fakes")).detach(),
    }
    with double_precision([game.modules["discriminator"]]):
        looks = {where: slope(lambda x: squash(judge(x, Batch(x))), x.double()) for where, x in places.items()}
    return pd.concat([pd.DataFrame(look).assign(where=where) for where, look in looks.items()])


def slope(says: Callable[[Tensor], Tensor], x: Tensor) -> dict[str, np.ndarray]:
    """Differentiate a function of places (N, 1): at, output and slope, each (N,)."""
    x = x.requires_grad_()
    output = says(x)
    (slopes,) = torch.autograd.grad(output.sum(), x)
    columns = {"at": x, "output": output, "slope": slopes}
    return {name: values.detach().flatten().numpy() for name, values in columns.items()}


def meeting(game: Game, rows: ArrayDataset, seed: int, rounds: int, optimiser: Mapping[str, Any]) -> pd.DataFrame:
    """Play a GAN and note the mean of the generator's Gaussian: where (game), at (the round), output (the mean)."""
    _, mean = game.modules["generator"].parameters()
    watch = Watch(evenly(rounds, points=LOOKS), lambda _: {("generator", WHOLE, "mean"): mean.detach()[0]})
    member = play(game, rows, seed=seed, rounds=rounds, batch_size=BATCH, optimiser=optimiser, observers=[watch])
    way = member.history.frame()
    return pd.DataFrame({"where": "game", "at": way["step"], "output": way["value"]})


def relative_slopes(rows: pd.DataFrame) -> pd.DataFrame:
    """Relate slopes of each seed to those on the line: a row per seed, a column per criterion."""
    sizes = rows.assign(size=rows["slope"].abs())
    return pd.DataFrame([_relations(own) for _, own in sizes.groupby("seed")])


def _relations(rows: pd.DataFrame) -> dict[str, float]:
    size = {key: own["size"] for key, own in rows.groupby(["network", "where"])}
    typical, median = size["critic", "fakes"].median(), size["critic", "line"].median()
    return {
        "discriminator on fakes": size["discriminator", "fakes"].median() / size["discriminator", "line"].max(),
        "critic on fakes": max(typical / median, median / typical),
        "critic anywhere": max(size["critic", "line"].max() / median, median / size["critic", "line"].min()),
    }


def distances(rows: pd.DataFrame, rounds: int, distance: float) -> pd.Series:
    """Return how far apart the means are at the end, per seed (median over the looks); NaN where the GAN diverged."""
    late = rows[(rows["where"] == "game") & (rows["at"] >= (1 - END) * rounds)]
    apart = (late["output"] + distance / 2).abs().groupby(late["seed"]).median()
    return apart.reindex(rows["seed"].unique())


def draw(rows: pd.DataFrame, distance: float, most_on_fakes: float, most_apart: float) -> Figure:
    """Draw what either network says along the line, its slopes, and how the GAN's mean nears the real one."""
    from aegan.figures.reproduction import banded, criterion, legend, plate
    from aegan.figures.style import PALETTE, styled

    def drawn() -> Figure:
        titles = [
            "said from reals to fakes, scaled to [0, 1]",
            "|slope| / its peak",
            "distance of the means / the first",
        ]
        figure, (says, slopes, means) = plate("Between two Gaussians", titles, columns=3, height=2.6)
        handles = []
        for colour, network in zip(PALETTE[1:], ("discriminator", "critic"), strict=False):
            own = rows[(rows["network"] == network) & (rows["where"] == "line")]
            output, size = (values.groupby(own["seed"]) for values in (own["output"], own["slope"].abs()))
            low, high, peak = output.transform("min"), output.transform("max"), size.transform("max")
            handles += banded(says, series(own, (own["output"] - low) / (high - low)), colour, network)
            handles += banded(slopes, series(own, own["slope"].abs() / peak), colour, network, log=True)
        way = rows[rows["where"] == "game"]
        apart = (way["output"] + distance / 2).abs() / distance
        handles += banded(means, series(way, apart), PALETTE[3], "non-saturating GAN", log=True)
        criterion(slopes, most_on_fakes, f"on fakes ≤ {most_on_fakes:g}")
        criterion(means, most_apart, f"at the end ≤ {most_apart:g}")
        legend(figure, handles)
        return figure

    return styled(drawn)()


def series(rows: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    """Set up x, seed, value of values over places."""
    return pd.DataFrame({"x": rows["at"], "seed": rows["seed"], "value": values})
