"""Small dense GANs on the embedded digits, of which the zoo of docs/verdicts.md is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from aegan.config.methods import Method
from aegan.config.sections import Autoencoder
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler
from aegan.data.digits import Digits
from aegan.games.assembly import make_autoencoder_game, make_gan_game
from aegan.games.game import Game
from aegan.training.member import Member, new_member

BATCH_SIZE = 64
SHAPE = (1, 8, 8)


def dense_config(depth: int, width: int, activation: str = "leaky_relu") -> dict[str, Any]:
    """Return the config of a fully connected network."""
    return {"name": "dense", "depth": depth, "width": width, "activation": activation}


def make_member(game: Game, seed: int, optimiser: dict[str, Any]) -> Member:
    """Make the member of a game on the embedded digits."""
    dataset = ArrayDataset(Digits().load([]).values)
    return new_member(seed, game, dataset, BatchSampler(np.arange(len(dataset)), BATCH_SIZE, seed), optimiser)


def build_member(
    seed: int, change: Callable[[Game], Game], rate: float = 2e-4, optimiser: str = "adam", **axes: Any
) -> Member:
    """Make a plain GAN, with small and shallow networks unless `axes` name others, and change its game."""
    small = {"generator": dense_config(1, 32), "discriminator": dense_config(1, 32), "loss": "non_saturating"}
    method = Method(role="none", latent=16, **(small | axes)).model_dump(mode="json", exclude_none=True)
    game = change(make_gan_game(method, SHAPE, seed, None))
    return make_member(game, seed, {"name": optimiser, "learning_rate": rate})


def make_gan(seed: int, **axes: Any) -> Member:
    """Make a plain GAN, with small and shallow networks unless `axes` name others."""
    return build_member(seed, lambda game: game, **axes)


def make_small_autoencoder(seed: int, depth: int, width: int, **axes: Any) -> Member:
    """Make an autoencoder with mean squared error, unless `axes` name another objective."""
    architecture = {"name": "dense", "code": 16, "depth": depth, "width": width}
    config = Autoencoder(architecture=architecture, **axes).model_dump(mode="json", exclude_none=True)
    return make_member(make_autoencoder_game(config, SHAPE, seed), seed, {"name": "adam", "learning_rate": 1e-3})
