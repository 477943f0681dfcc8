"""Networks built to vanish, explode, be healthy or diverge, which benchmarks/verdicts.py trains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from aegan.config.methods import Method
from aegan.config.sections import Autoencoder
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler
from aegan.data.digits import Digits
from aegan.games.assembly import make_autoencoder_game, make_gan_game
from aegan.games.game import Game
from aegan.training.member import Member, new_member

BATCH_SIZE = 64
SHALLOW, DEEP = [(1, 32), (3, 64)], [(6, 64), (6, 128), (10, 64)]  # (hidden layers, width)
SHAPE = (1, 8, 8)


class Build(NamedTuple):
    """A way to build a network whose verdict is known."""

    built: str  #: the expected verdict
    how: str  #: the way, in words
    networks: tuple[str, ...]  #: the networks of the game that have this verdict
    make_member: Callable[[int, int, int], Member]  #: (seed, hidden layers, width)
    shapes: list[tuple[int, int]]  #: (hidden layers, width) of each run


def dense_config(depth: int, width: int, activation: str = "leaky_relu") -> dict[str, Any]:
    """Return the config of a fully connected network."""
    return {"name": "dense", "depth": depth, "width": width, "activation": activation}


def make_member(game: Game, seed: int, optimiser: dict[str, Any]) -> Member:
    """Make the member of a game on the embedded digits."""
    dataset = ArrayDataset(Digits().load([]).values)
    return new_member(seed, game, dataset, BatchSampler(np.arange(len(dataset)), BATCH_SIZE, seed), optimiser)


def make_gan(seed: int, rate: float = 2e-4, optimiser: str = "adam", **axes: Any) -> Member:
    """Make a plain GAN, with small and shallow networks unless `axes` name others."""
    small = {"generator": dense_config(1, 32), "discriminator": dense_config(1, 32), "loss": "non_saturating"}
    method = Method(role="none", latent=16, **(small | axes)).model_dump(mode="json", exclude_none=True)
    return make_member(make_gan_game(method, SHAPE, seed, None), seed, {"name": optimiser, "learning_rate": rate})


def make_autoencoder(seed: int, depth: int, width: int) -> Member:
    """Make an autoencoder with mean squared error."""
    architecture = {"name": "dense", "code": 16, "depth": depth, "width": width}
    autoencoder_config = Autoencoder(architecture=architecture).model_dump(mode="json", exclude_none=True)
    return make_member(
        make_autoencoder_game(autoencoder_config, SHAPE, seed), seed, {"name": "adam", "learning_rate": 1e-3}
    )


def rescale_weights(member: Member, network: str, variance: Callable[[nn.Linear], float]) -> Member:
    """Rescale the initial weights of a network from Glorot's variance 2 / (inputs + outputs) to another one."""
    for layer in member.game.modules[network].modules():
        if isinstance(layer, nn.Linear):
            with torch.no_grad():
                layer.weight *= (variance(layer) * (layer.in_features + layer.out_features) / 2) ** 0.5
    return member


def set_unit_variance(member: Member, network: str) -> Member:
    """Rescale the initial weights to variance 1, as a bare `randn` draws them."""
    return rescale_weights(member, network, lambda _layer: 1.0)


def set_he_variance(member: Member) -> Member:
    """Rescale the initial weights to the variance of He 2015, eq. 10."""
    for network in ("generator", "discriminator"):
        rescale_weights(member, network, lambda layer: 2 / layer.in_features)
    return member


def freeze_generator(member: Member) -> Member:
    """Set the generator's learning rate to 0, so that the discriminator becomes as strong as it can."""
    member.optimisers["generator"].param_groups[0]["lr"] = 0.0
    return member


def both_configs(depth: int, width: int, activation: str = "leaky_relu") -> dict[str, Any]:
    """Return the config of the same dense network for both players."""
    return {
        "generator": dense_config(depth, width, activation),
        "discriminator": dense_config(depth, width, activation),
    }


G, D, GD = ("generator",), ("discriminator",), ("generator", "discriminator")

BUILDS = [
    Build("vanishing", "deep sigmoid generator", G,
          lambda s, d, w: make_gan(s, generator=dense_config(d, w, "sigmoid")), DEEP),
    Build("vanishing", "deep sigmoid discriminator", D,
          lambda s, d, w: make_gan(s, discriminator=dense_config(d, w, "sigmoid")), DEEP),
    Build("vanishing", "minimax generator that stands still before a strong discriminator", G,
          lambda s, d, w: freeze_generator(
              make_gan(s, rate=2e-3, loss="minimax", discriminator=dense_config(d, w))), SHALLOW),
    Build("exploding", "deep tanh generator, weights of variance 1", G,
          lambda s, d, w: set_unit_variance(make_gan(s, generator=dense_config(d, w, "tanh")), "generator"), DEEP),
    Build("exploding", "deep tanh discriminator, weights of variance 1", D,
          lambda s, d, w: set_unit_variance(
              make_gan(s, discriminator=dense_config(d, w, "tanh")), "discriminator"), DEEP),
    Build("exploding", "deep ReLU discriminator, weights of variance 1", D,
          lambda s, d, w: set_unit_variance(
              make_gan(s, discriminator=dense_config(d, w, "relu")), "discriminator"), DEEP),
    Build("exploding", "deep ReLU critic of a WGAN, clipped at 0.1", D,
          lambda s, d, w: make_gan(s, rate=1e-3, loss="wasserstein", discriminator=dense_config(d, w, "relu"),
                                   constraint={"name": "clip", "bound": 0.1}), DEEP),
    Build("exploding", "deep ReLU critic of a WGAN, clipped at 0.5, five moves a round", D,
          lambda s, d, w: make_gan(s, rate=1e-3, loss="wasserstein", discriminator=dense_config(d, w, "relu"),
                                   constraint={"name": "clip", "bound": 0.5}, discriminator_moves=5), DEEP),
    Build("exploding", "deep ReLU critic of a WGAN, not clipped", D,
          lambda s, d, w: make_gan(s, rate=1e-3, loss="wasserstein", discriminator=dense_config(d, w, "relu")), DEEP),
    Build("healthy", "shallow GAN with R1, Glorot's weights", GD,
          lambda s, d, w: make_gan(s, penalty="r1", **both_configs(d, w)), SHALLOW),
    Build("healthy", "deep tanh GAN with R1, Glorot's weights", GD,
          lambda s, d, w: make_gan(s, penalty="r1", **both_configs(d, w, "tanh")), DEEP),
    Build("healthy", "deep ReLU GAN with R1, He's weights", GD,
          lambda s, d, w: set_he_variance(make_gan(s, penalty="r1", **both_configs(d, w, "relu"))), DEEP),
    Build("healthy", "shallow autoencoder, Glorot's weights", ("autoencoder",), make_autoencoder, SHALLOW),
    Build("diverged", "GAN at a learning rate of 10^12 (Adam)", G,
          lambda s, d, w: make_gan(s, rate=1e12, loss="minimax", **both_configs(d, w)), [(3, 16), (5, 64)]),
    Build("diverged", "critic of a WGAN at a learning rate of 1 (gradient descent)", D,
          lambda s, d, w: make_gan(s, rate=1.0, optimiser="sgd", loss="wasserstein",
                                   discriminator=dense_config(d, w)), SHALLOW),
    Build("diverged", "least-squares discriminator at a learning rate of 10 (gradient descent)", D,
          lambda s, d, w: make_gan(s, rate=10.0, optimiser="sgd", loss="least_squares",
                                   discriminator=dense_config(d, w)), SHALLOW),
]  # fmt: skip
