"""The catalogue of roles an autoencoder can play in a GAN, and how a method's parts become its game."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from torch import nn

from aegan import seeding
from aegan.catalogue import build
from aegan.games.adversarial import Basics, Parts, Trained
from aegan.games.autoencoding import HEADS, OBJECTIVES
from aegan.games.bigan import bigan
from aegan.games.ebgan import ebgan
from aegan.games.game import Game
from aegan.games.latent import latent
from aegan.games.none import none
from aegan.games.reconstruction import reconstruction
from aegan.games.warm_start import warm_start
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS, Autoencoder
from aegan.networks.initialise import initialised
from aegan.networks.packing import packed
from aegan.objectives.constraints import CONSTRAINTS
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES

#: A role takes the parts of a method; one that takes `trained` as well needs an autoencoder.
ROLES: dict[str, Callable[..., Game]] = {
    "none": none,
    "reconstruction": reconstruction,
    "latent": latent,
    "warm_start": warm_start,
    "ebgan": ebgan,
    "bigan": bigan,
}


def needs_autoencoder(role: str) -> bool:
    """Tell whether a role is played with a trained autoencoder."""
    return "trained" in inspect.signature(ROLES[role]).parameters


def unread(role: str) -> set[str]:
    """Name the keys of a method that its role takes no notice of: those of a discriminator that gives logits.

    A role says so by asking for less than `Parts`.
    """
    asked = get_type_hints(ROLES[role])["parts"]
    ignored = {axis.name for axis in fields(Parts)} - {axis.name for axis in fields(asked)}
    return ignored | {"packing"} if "discriminator" in ignored else ignored


def gan_game(method: Mapping[str, Any], shape: tuple[int, ...], seed: int, trained: Trained | None) -> Game:
    """Make the game of a resolved method: fresh networks drawn from the seed, put together by its role.

    Args:
        method: a resolved entry of `methods` in the config.
        shape: (C, H, W) of images, (D,) of points.
        seed: methods that share it start from the same weights wherever their networks are the same.
        trained: the autoencoder of the same seed, for a role that needs one.
    """
    basics = Basics(
        shape=shape,
        latent=method["latent"],
        generator=lambda *of: basics.fresh("generator", lambda: build(GENERATORS, method["generator"], *of)),
        discriminator_moves=method.get("discriminator_moves", 1),
        seed=seed,
    )
    parts = basics if unread(method["role"]["name"]) else with_logits(basics, method)
    return build(ROLES, method["role"], parts, *([trained] if trained else []))


def with_logits(basics: Basics, method: Mapping[str, Any]) -> Parts:
    """Add the axes of a discriminator that gives logits."""

    def plain(shape: tuple[int, ...]) -> nn.Module:
        return build(DISCRIMINATORS, method["discriminator"], shape, 1)

    return Parts(
        **vars(basics),
        discriminator=lambda shape: basics.fresh(
            "discriminator", lambda: packed(plain, shape, method.get("packing", 1))
        ),
        loss=build(LOSSES, method["loss"]),
        penalty=build(PENALTIES, method["penalty"]) if method.get("penalty") else None,
        constraint=build(CONSTRAINTS, method["constraint"]) if method.get("constraint") else None,
    )


def fresh_autoencoder(chosen: Mapping[str, Any], shape: tuple[int, ...], seed: int) -> Autoencoder:
    """Make the untrained autoencoder of a resolved entry of `autoencoders`, its weights drawn from the seed."""
    heads = HEADS.get(chosen["objective"]["name"], 1)
    rng = seeding.torch_generator(seed, "init", "autoencoder")
    return initialised(lambda: build(AUTOENCODERS, chosen["architecture"], shape, heads), rng)


def autoencoder_game(chosen: Mapping[str, Any], shape: tuple[int, ...], seed: int) -> Game:
    """Make the game of a resolved entry of `autoencoders`: one player, its weights drawn from the seed."""
    return build(OBJECTIVES, chosen["objective"], fresh_autoencoder(chosen, shape, seed))
