"""Networks built to vanish, explode, be healthy or diverge, which benchmarks/verdicts.py trains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from benchmarks.fault_builds import blind, freeze, leak, swap_labels
from benchmarks.small_gans import dense_config, make_gan, make_small_autoencoder
from torch import nn

from aegan.training.member import Member

SHALLOW, DEEP = [(1, 32), (3, 64)], [(6, 64), (6, 128), (10, 64)]  # (hidden layers, width)


class Build(NamedTuple):
    """A way to build a network whose verdict is known."""

    built: str  #: the expected verdict
    how: str  #: the way, in words
    networks: tuple[str, ...]  #: the networks of the game that have this verdict
    make_member: Callable[[int, int, int], Member]  #: (seed, hidden layers, width)
    shapes: list[tuple[int, int]]  #: (hidden layers, width) of each run


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


def slow_generator(member: Member) -> Member:
    """Set the generator's learning rate to 1e-7, so that the discriminator becomes as strong as it can."""
    member.optimisers["generator"].param_groups[0]["lr"] = 1e-7
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
    Build("vanishing", "minimax generator that hardly moves before a strong discriminator", G,
          lambda s, d, w: slow_generator(
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
    Build("healthy", "shallow autoencoder, Glorot's weights", ("autoencoder",), make_small_autoencoder, SHALLOW),
    Build("healthy", "shallow WGAN with gradient penalty", GD,
          lambda s, d, w: make_gan(s, loss="wasserstein", penalty="gp", discriminator_moves=3, **both_configs(d, w)),
          SHALLOW),
    Build("healthy", "hinge GAN with spectral normalisation", GD,
          lambda s, d, w: make_gan(s, loss="hinge", generator=dense_config(d, w),
                                   discriminator=dense_config(d, w) | {"normalisation": "spectral"}), SHALLOW),
    Build("diverged", "GAN at a learning rate of 10^12 (Adam)", G,
          lambda s, d, w: make_gan(s, rate=1e12, loss="minimax", **both_configs(d, w)), [(3, 16), (5, 64)]),
    Build("diverged", "critic of a WGAN at a learning rate of 1 (gradient descent)", D,
          lambda s, d, w: make_gan(s, rate=1.0, optimiser="sgd", loss="wasserstein",
                                   discriminator=dense_config(d, w)), SHALLOW),
    Build("diverged", "least-squares discriminator at a learning rate of 10 (gradient descent)", D,
          lambda s, d, w: make_gan(s, rate=10.0, optimiser="sgd", loss="least_squares",
                                   discriminator=dense_config(d, w)), SHALLOW),
    Build("blind judge", "discriminator that sees one grey", D,
          lambda s, d, w: blind(make_gan(s, discriminator=dense_config(d, w)), None), SHALLOW),
    Build("blind judge", "discriminator that sees noise of standard deviation 100", D,
          lambda s, d, w: blind(make_gan(s, discriminator=dense_config(d, w)), 100.0), SHALLOW),
    Build("frozen", "generator at a learning rate of 0", G,
          lambda s, d, w: freeze(make_gan(s, discriminator=dense_config(d, w)), "generator"), SHALLOW),
    Build("frozen", "discriminator at a learning rate of 0", D,
          lambda s, d, w: freeze(make_gan(s, discriminator=dense_config(d, w)), "discriminator"), SHALLOW),
    Build("swapped labels", "discriminator trained on real data as fake, minimax", D,
          lambda s, d, w: swap_labels(s, loss="minimax", discriminator=dense_config(d, w)), SHALLOW),
    Build("swapped labels", "discriminator trained on real data as fake, hinge", D,
          lambda s, d, w: swap_labels(s, loss="hinge", discriminator=dense_config(d, w)), SHALLOW),
    Build("leak", "generator whose moves reach the discriminator", G,
          lambda s, d, w: leak(s, discriminator=dense_config(d, w)), SHALLOW),
]  # fmt: skip
