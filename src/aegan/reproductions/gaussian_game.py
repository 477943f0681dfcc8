"""A GAN on two Gaussians on a line: real points, game, slopes of the discriminator, mean of the generator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch import Batch
from aegan.games.assembly import make_gan_game
from aegan.games.game import Game
from aegan.probes.schedules import evenly
from aegan.reproductions.training import train_game
from aegan.tables import WHOLE_NETWORK
from aegan.training.observers import Recorder
from aegan.training.precision import double_precision

#: number of real points, of fakes at which slopes are measured, and of points per batch; the Gaussians have σ = 1
POINTS, FAKES, BATCH = 10_000, 1000, 256

#: length of the line beyond each mean in standard deviations, and number of points on it
MARGIN, LINE_POINTS = 2.0, 241

#: number of measurements of the generator's mean
LOOKS = 200


def draw_real_points(seed: int, distance: float) -> ArrayDataset:
    """Draw the real points (N, 1), around −distance/2."""
    points = seeding.numpy_generator(seed, "gaussian").standard_normal((POINTS, 1)) - distance / 2
    return ArrayDataset(points.astype(np.float32))


def make_gaussian_game(
    seed: int, distance: float, loss: str, network: Mapping[str, Any], **constraint: Mapping[str, Any]
) -> Game:
    """Build a GAN with the generator z ↦ w·z + b, whose Gaussian starts around distance/2 with σ = 1.

    Args:
        seed: seed of the discriminator's initial weights.
        distance: distance of the means.
        loss: name in `LOSSES`.
        network: resolved entry of the discriminator's network.
        constraint: the discriminator's constraint, if any.
    """
    linear = {"name": "dense", "depth": 0}
    method = {"role": {"name": "none"}, "latent": 1, "generator": linear, "discriminator": network}
    game = make_gan_game(method | {"loss": {"name": loss}} | constraint, (1,), seed, None)
    deviation, mean = game.modules["generator"].parameters()
    nn.init.ones_(deviation)
    nn.init.constant_(mean, distance / 2)
    return game


def tabulate_field(game: Game, distance: float, seed: int, squash: nn.Module) -> pd.DataFrame:
    """Tabulate the output of a trained discriminator and its slope, in float64.

    Args:
        game: the game of the discriminator.
        distance: distance of the means.
        seed: seed of the fakes.
        squash: maps logits to outputs.

    Returns:
        at, output, slope, where (line or fakes).
    """
    assert game.generate is not None
    assert game.discriminator_task is not None
    compute_logits, reach = game.discriminator_task.compute_logits, distance / 2 + MARGIN
    points = {
        "line": torch.linspace(-reach, reach, LINE_POINTS).unsqueeze(1),
        "fakes": game.generate(FAKES, seeding.torch_generator(seed, "fakes")).detach(),
    }
    with double_precision([game.modules["discriminator"]]):
        tables = {
            where: tabulate_slope(lambda x: squash(compute_logits(x, Batch(x))), x.double())
            for where, x in points.items()
        }
    return pd.concat([pd.DataFrame(table).assign(where=where) for where, table in tables.items()])


def tabulate_slope(function: Callable[[Tensor], Tensor], x: Tensor) -> dict[str, np.ndarray]:
    """Return a function's values and derivatives at x (N, 1): at, output, slope, each (N,)."""
    x = x.requires_grad_()
    output = function(x)
    (slopes,) = torch.autograd.grad(output.sum(), x)
    columns = {"at": x, "output": output, "slope": slopes}
    return {name: values.detach().flatten().numpy() for name, values in columns.items()}


def track_generator_mean(
    game: Game, dataset: ArrayDataset, seed: int, rounds: int, optimiser: Mapping[str, Any]
) -> pd.DataFrame:
    """Train a GAN and record the mean of the generator's Gaussian.

    Args:
        game: the GAN.
        dataset: the real points (N, 1).
        seed: seed of the batches and of the noise.
        rounds: rounds of training.
        optimiser: {name, options}.

    Returns:
        where (game), at (the round), output (the mean).
    """
    _, mean = game.modules["generator"].parameters()
    recorder = Recorder(
        evenly(rounds, points=LOOKS), lambda _: {("generator", WHOLE_NETWORK, "mean"): mean.detach()[0]}
    )
    member = train_game(
        game, dataset, seed=seed, rounds=rounds, batch_size=BATCH, optimiser=optimiser, observers=[recorder]
    )
    history = member.history.to_frame()
    return pd.DataFrame({"where": "game", "at": history["step"], "output": history["value"]})
