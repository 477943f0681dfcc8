"""A discriminator that judges several samples at once finds lost modes (PacGAN, Lin 2018, table 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field, PositiveFloat, PositiveInt

from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.games.roles import gan_game
from aegan.metrics.modes import mode_coverage
from aegan.reproductions.grading import Grade, Reproduction, World, graded, play
from aegan.training.optimisers import Decay
from aegan.training.sampling import generated

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def packing(
    *,
    packs: Annotated[int, Field(ge=2)] = 2,
    rounds: PositiveInt = 400_000,
    batch_size: PositiveInt = 100,
    latent: PositiveInt = 2,
    generator_width: PositiveInt = 400,
    generator_depth: PositiveInt = 4,
    discriminator_width: PositiveInt = 200,
    discriminator_depth: PositiveInt = 3,
    encoder_depth: PositiveInt = 2,
    learning_rate: PositiveFloat = 1e-4,
    beta1: Decay = 0.8,
    samples: PositiveInt = 2500,
    more_modes: float = 0.0,
) -> Reproduction:
    """Count the modes of a mixture of Gaussians that GAN, PacGAN and ALI reach from the same start on the same data.

    Settings are those of the authors' code. Their generators have BatchNorm, their discriminators maxout layers of five
    pieces and their encoder is stochastic; the house has plain ReLUs, leaky ReLUs and BiGAN's deterministic encoder.

    Args:
        packs: samples that PacGAN's discriminator judges together.
        rounds: rounds of training.
        batch_size: logits per move; a discriminator of packs sees that many packs.
        latent: numbers per latent code.
        generator_width: units per hidden layer of the generator and of ALI's encoder.
        generator_depth: hidden layers of the generator.
        discriminator_width: units per hidden layer of the discriminator.
        discriminator_depth: hidden layers of the discriminator.
        encoder_depth: hidden layers of ALI's encoder.
        learning_rate: Adam's step size.
        beta1: Adam's decay of the mean of the gradients.
        samples: generated points in which modes are counted.
        more_modes: how many more modes than the GAN's must be reached, seed by seed: more than this.
    """
    judged = {"name": "dense", "width": discriminator_width, "depth": discriminator_depth, "activation": "leaky_relu"}
    hidden = {"name": "dense", "width": generator_width, "activation": "relu"}
    plain = {
        "role": {"name": "none"},
        "loss": {"name": "non_saturating"},
        "generator": hidden | {"depth": generator_depth},
        "discriminator": judged,
        "latent": latent,
    }
    arms: dict[str, dict[str, Any]] = {
        "GAN": plain,
        f"PacGAN{packs}": plain | {"packing": packs},
        "ALI": plain | {"role": {"name": "bigan", "encoder": hidden | {"depth": encoder_depth}}},
    }

    def reached(method: Mapping[str, Any], seed: int, train: ArrayDataset) -> dict[str, float]:
        game = gan_game(method, train.sample_shape, seed, None)
        play(
            game,
            train,
            seed=seed,
            rounds=rounds,
            batch_size=batch_size * method.get("packing", 1),
            optimiser={"name": "adam", "learning_rate": learning_rate, "beta1": beta1},
        )
        (made,) = generated({seed: game}, samples, train.device)
        return {name: float(value) for name, value in mode_coverage(made, *mixture(train))._asdict().items()}

    def measure(seed: int, world: World | None) -> pd.DataFrame:
        train = labelled_points(world)
        return pd.DataFrame([{"arm": name, **reached(method, seed, train)} for name, method in arms.items()])

    def grade(rows: pd.DataFrame) -> list[Grade]:
        modes = rows.pivot_table(index="seed", columns="arm", values="modes")
        return [
            graded(
                f"modes of {arm} more than of the GAN, seed by seed > {more_modes:g}",
                (modes[arm] - modes["GAN"]).to_numpy(),
                at_least=np.nextafter(more_modes, np.inf),
            )
            for arm in list(arms)[1:]
        ]

    return Reproduction(
        paper="Lin, Khetan, Fanti & Oh 2018 (PacGAN), table 1",
        claim="A discriminator that judges two samples at once, or sees the code as well, loses fewer modes.",
        measure=measure,
        grade=grade,
        draw=draw,
    )


def labelled_points(world: World | None) -> ArrayDataset:
    """Return the points to train on.

    Raises:
        InputError: they are no labelled points.
    """
    if world is None or world.train.labels is None or world.train.array.ndim != 2:
        raise InputError("packing", "data that are not a labelled mixture", "Give it a data set of the source grid")
    return world.train


def mixture(points: ArrayDataset) -> tuple[np.ndarray, float]:
    """Estimate the centres (K, D) of a mixture of round Gaussians from its labels, and their common deviation."""
    assert points.labels is not None
    modes, index = np.unique(points.labels, return_inverse=True)
    values = points.array.astype(np.float64)
    centres = np.stack([values[index == mode].mean(axis=0) for mode in range(len(modes))])
    return centres, float(np.sqrt(np.mean((values - centres[index]) ** 2)))


def draw(rows: pd.DataFrame) -> Figure:
    """Draw what every arm reaches, a dot per seed."""
    from aegan.reproductions.common import dots

    return dots(rows, {"modes": "modes reached", "high_quality": "share of high quality"})
