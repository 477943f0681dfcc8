"""The catalogue of roles an autoencoder can play in a GAN, and how a method's parts become its game."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from aegan import seeding
from aegan.catalogue import build
from aegan.games.adversarial import Parts, Trained
from aegan.games.autoencoding import HEADS, OBJECTIVES
from aegan.games.game import Game
from aegan.games.latent import latent
from aegan.games.none import none
from aegan.games.reconstruction import reconstruction
from aegan.games.warm_start import warm_start
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS, Autoencoder
from aegan.networks.initialise import initialised
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES

#: A role takes the parts of a method; one that takes `trained` as well needs an autoencoder.
ROLES: dict[str, Callable[..., Game]] = {
    "none": none,
    "reconstruction": reconstruction,
    "latent": latent,
    "warm_start": warm_start,
}


def needs_autoencoder(role: str) -> bool:
    """Tell whether a role is played with a trained autoencoder."""
    return "trained" in inspect.signature(ROLES[role]).parameters


def gan_game(method: Mapping[str, Any], shape: tuple[int, ...], seed: int, trained: Trained | None) -> Game:
    """Make the game of a resolved method: fresh networks drawn from the seed, put together by its role.

    Args:
        method: a resolved entry of `methods` in the config.
        shape: (C, H, W) of the images.
        seed: methods that share it start from the same weights wherever their networks are the same.
        trained: the autoencoder of the same seed, for a role that needs one.
    """

    def generator(code: int, shape: tuple[int, ...], output: str | None) -> Any:
        rng = seeding.torch_generator(seed, "init", "generator")
        return initialised(lambda: build(GENERATORS, method["generator"], code, shape, output), rng)

    def discriminator(shape: tuple[int, ...]) -> Any:
        rng = seeding.torch_generator(seed, "init", "discriminator")
        return initialised(lambda: build(DISCRIMINATORS, method["discriminator"], shape, 1), rng)

    parts = Parts(
        shape=shape,
        latent=method["latent"],
        generator=generator,
        discriminator=discriminator,
        loss=build(LOSSES, method["loss"]),
        penalty=build(PENALTIES, method["penalty"]) if method.get("penalty") else None,
    )
    return build(ROLES, method["role"], parts, *([trained] if trained else []))


def fresh_autoencoder(chosen: Mapping[str, Any], shape: tuple[int, ...], seed: int) -> Autoencoder:
    """Make the untrained autoencoder of a resolved entry of `autoencoders`, its weights drawn from the seed."""
    heads = HEADS.get(chosen["objective"]["name"], 1)
    rng = seeding.torch_generator(seed, "init", "autoencoder")
    return initialised(lambda: build(AUTOENCODERS, chosen["architecture"], shape, heads), rng)


def autoencoder_game(chosen: Mapping[str, Any], shape: tuple[int, ...], seed: int) -> Game:
    """Make the game of a resolved entry of `autoencoders`: one player, its weights drawn from the seed."""
    return build(OBJECTIVES, chosen["objective"], fresh_autoencoder(chosen, shape, seed))
