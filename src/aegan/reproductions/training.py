"""What several reproductions share: a DCGAN, its generators at several ages, a classifier to judge by, and dots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field, PositiveInt
from torch import Tensor, nn

from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler
from aegan.errors import InputError
from aegan.games.game import Game
from aegan.games.roles import gan_game
from aegan.reproductions.grading import World, play
from aegan.training.checkpoint import below
from aegan.training.cohort import train
from aegan.training.member_factory import classifier_recruits
from aegan.training.stages import Stages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: one or more counts: ages of a generator, sizes of a network
Several = Annotated[Sequence[PositiveInt], Field(min_length=1)]

#: DCGAN's optimiser (Radford 2016, section 4): Adam with the catalogue's defaults
ADAM = {"name": "adam"}

#: the seed of classifiers: one yardstick for all seeds
SEED = 0


def dcgan(channels: int, latent: int) -> dict[str, Any]:
    """Make the house's DCGAN a resolved method: the convolutional networks without BatchNorm, and −log D."""
    network = {"name": "conv", "channels": channels}
    return {
        "role": {"name": "none"},
        "loss": {"name": "non_saturating"},
        "generator": network,
        "discriminator": network,
        "latent": latent,
    }


def generators(
    method: Mapping[str, Any], images: ArrayDataset, seed: int, epochs: Sequence[int], batch_size: int
) -> dict[int, dict[str, Tensor]]:
    """Train a GAN and keep its generator on the way.

    Returns:
        Its weights after each of `epochs`; none for those that a diverged run did not reach.
    """
    per_epoch = BatchSampler(np.arange(len(images)), batch_size, seed).rounds_per_epoch()
    last = max(epochs)
    kept = Stages([epoch / last for epoch in epochs], last * per_epoch)
    game = gan_game(method, images.sample_shape, seed, None)
    member = play(
        game,
        images,
        seed=seed,
        rounds=last * per_epoch,
        batch_size=batch_size,
        optimiser=ADAM,
        observers=[kept],
    )
    return {epoch: below(member.stages, f"{epoch * per_epoch}/generator/") for epoch in epochs}


def with_generator(method: Mapping[str, Any], weights: Mapping[str, Tensor], images: ArrayDataset, seed: int) -> Game:
    """Make the game of a seed, with a generator of these weights."""
    game = gan_game(method, images.sample_shape, seed, None)
    game.modules["generator"].load_state_dict(weights)
    for module in game.modules.values():
        module.to(images.device)
    return game


def data_of(name: str, world: World | None) -> World:
    """Return the world of a reproduction that cannot do without.

    Raises:
        InputError: there is none.
    """
    if world is None:
        raise InputError(name, "no data", "Give it a data set")
    return world


def labelled(name: str, world: World | None) -> World:
    """Return the world of a reproduction that counts classes.

    Raises:
        InputError: it has no labels.
    """
    if world is None or world.train.labels is None:
        raise InputError(name, "data without labels", "Give it labelled images, for a classifier judges what is made")
    return world


def classifier(images: ArrayDataset, epochs: int) -> nn.Sequential:
    """Train a classifier on labelled images; the layer before its last is named `features`."""
    assert images.labels is not None, "a classifier needs labels"
    recruit, per_epoch = classifier_recruits(int(images.labels.max()) + 1, images)
    member, observers = recruit(SEED)
    train(member, epochs * per_epoch, observers)
    trained = member.game.modules["classifier"].eval()
    assert isinstance(trained, nn.Sequential)
    return trained


def dots(rows: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Draw a panel per quantity and a line per arm, with a dot per seed and a bar at their interquartile mean.

    Args:
        rows: seed, arm, and a column per quantity.
        titles: quantity -> title of its panel.
    """
    from aegan.figures.panels import name_rows
    from aegan.figures.reproduction import plate
    from aegan.figures.style import looks, styled
    from aegan.statistics.stratified import iqm

    def drawn() -> Figure:
        arms = list(rows["arm"].unique())
        figure, panels = plate(
            "one dot per seed, a bar at their interquartile mean", list(titles.values()), len(titles)
        )
        for axes, quantity in zip(panels, titles, strict=True):
            name_rows(axes, arms, labels=False)
            edge = axes.get_yaxis_transform()  # where infinite values are marked, for no axis holds them
            for height, (arm, look) in enumerate(looks(arms).items()):
                values = rows.loc[rows["arm"] == arm, quantity].to_numpy(float)
                lost = np.isinf(values)
                axes.plot(values, [height] * len(values), "o", color=look.colour, alpha=0.6, ms=5)
                axes.plot(float(iqm(values)), height, "|", color=look.colour, ms=16, mew=2)
                axes.plot(0.99 * lost[lost], height * lost[lost], ">", color=look.colour, transform=edge)
                place = (0, height - 0.25)
                axes.annotate(arm, place, xycoords=("axes fraction", "data"), color=look.colour, fontsize=8)
        return figure

    return styled(drawn)()
