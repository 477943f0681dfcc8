"""A discriminator of several samples at once (PacGAN) reaches more modes (Lin 2018, table 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field, PositiveFloat, PositiveInt

from aegan.data.array_dataset import ArrayDataset
from aegan.games.assembly import make_gan_game
from aegan.metrics.modes import count_modes
from aegan.option_types import BatchSize, Layers, SampleCount, Width
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData, require_source
from aegan.reproductions.training import train_game
from aegan.training.optimisers import Decay
from aegan.training.sampling import generate_samples

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def packing(
    *,
    packs: Annotated[int, Field(ge=2, le=1000)] = 2,
    rounds: PositiveInt = 400_000,
    batch_size: BatchSize = 100,
    latent: Width = 2,
    generator_width: Width = 400,
    generator_depth: Layers = 4,
    discriminator_width: Width = 200,
    discriminator_depth: Layers = 3,
    encoder_depth: Layers = 2,
    learning_rate: PositiveFloat = 1e-4,
    beta1: Decay = 0.8,
    samples: SampleCount = 2500,
    more_modes: float = 0.0,
) -> Reproduction:
    """Count the modes of a mixture of Gaussians that GAN, PacGAN and ALI reach from the same start on the same data.

    Settings are those of the authors' code, with three exceptions: their generators have BatchNorm, their
    discriminators have maxout layers of five pieces, and their encoder is stochastic. Here the generators have no
    BatchNorm, the discriminators have leaky ReLUs, and the encoder is BiGAN's deterministic one.

    Args:
        packs: samples per logit of PacGAN's discriminator.
        rounds: rounds of training.
        batch_size: logits per update; a discriminator of packs sees that many packs.
        latent: numbers per latent code.
        generator_width: units per hidden layer of the generator and of ALI's encoder.
        generator_depth: hidden layers of the generator.
        discriminator_width: units per hidden layer of the discriminator.
        discriminator_depth: hidden layers of the discriminator.
        encoder_depth: hidden layers of ALI's encoder.
        learning_rate: Adam's step size.
        beta1: Adam's decay of the mean of the gradients.
        samples: generated points in which modes are counted.
        more_modes: bound that the number of modes reached beyond the GAN's, seed by seed, must exceed.
    """
    discriminator = {
        "name": "dense",
        "width": discriminator_width,
        "depth": discriminator_depth,
        "activation": "leaky_relu",
    }
    hidden = {"name": "dense", "width": generator_width, "activation": "relu"}
    gan = {
        "role": {"name": "none"},
        "loss": {"name": "non_saturating"},
        "generator": hidden | {"depth": generator_depth},
        "discriminator": discriminator,
        "latent": latent,
    }
    arms: dict[str, dict[str, Any]] = {
        "GAN": gan,
        f"PacGAN{packs}": gan | {"packing": packs},
        "ALI": gan | {"role": {"name": "bigan", "encoder": hidden | {"depth": encoder_depth}}},
    }

    def count_reached(method: Mapping[str, Any], seed: int, dataset: ArrayDataset) -> dict[str, float]:
        game = make_gan_game(method, dataset.sample_shape, seed, None)
        train_game(
            game,
            dataset,
            seed=seed,
            rounds=rounds,
            batch_size=batch_size * method.get("packing", 1),
            optimiser={"name": "adam", "learning_rate": learning_rate, "beta1": beta1},
        )
        (generated,) = generate_samples({seed: game}, samples, dataset.device)
        return {
            name: float(value) for name, value in count_modes(generated, *estimate_mixture(dataset))._asdict().items()
        }

    def measure(seed: int, data: ReproductionData | None) -> pd.DataFrame:
        dataset = require_mixture(data)
        return pd.DataFrame([{"arm": name, **count_reached(method, seed, dataset)} for name, method in arms.items()])

    def grade(rows: pd.DataFrame) -> list[Grade]:
        modes = rows.pivot_table(index="seed", columns="arm", values="modes", dropna=False)
        return [
            grade_criterion(
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
        data=("ring", "grid"),
        differences=(
            "generators without BatchNorm",
            "leaky ReLUs instead of maxout",
            "a deterministic encoder",
        ),
    )


def require_mixture(data: ReproductionData | None) -> ArrayDataset:
    """Return the labelled points (N, D) to train on.

    Raises:
        InputError: the data are not such points.
    """
    return require_source(
        "packing",
        data,
        lambda dataset: dataset.labels is not None and dataset.array.ndim == 2,
        wanted="a labelled mixture",
        source="grid",
    )


def estimate_mixture(points: ArrayDataset) -> tuple[np.ndarray, float]:
    """Estimate the centres (K, D) of a mixture of isotropic Gaussians from its labels, and their common deviation."""
    assert points.labels is not None
    modes, index = np.unique(points.labels, return_inverse=True)
    values = points.array.astype(np.float64)
    centres = np.stack([values[index == mode].mean(axis=0) for mode in range(len(modes))])
    return centres, float(np.sqrt(np.mean((values - centres[index]) ** 2)))


def draw(rows: pd.DataFrame) -> Figure:
    """Draw the modes and the share of high quality of every arm, a dot per seed."""
    from aegan.reproductions.dot_figure import draw_dots

    return draw_dots(rows, {"modes": "modes reached", "high_quality": "share of high quality"})
