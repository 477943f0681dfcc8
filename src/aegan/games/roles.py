"""The catalogue of roles an autoencoder can play in a GAN, and how a method's parts become its game."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, get_type_hints

from torch import nn

from aegan import seeding
from aegan.games.aae import aae
from aegan.games.ac_gan import ac_gan
from aegan.games.adversarial import Basics, Parts, Trained
from aegan.games.alpha_gan import alpha_gan
from aegan.games.autoencoder_objectives import HEADS, OBJECTIVES, bottleneck
from aegan.games.averaging import averaged
from aegan.games.began import began
from aegan.games.bigan import bigan
from aegan.games.decoded import decoded
from aegan.games.decoded_reconstruction import decoded_reconstruction
from aegan.games.ebgan import ebgan
from aegan.games.features import features
from aegan.games.game import Game
from aegan.games.latent import latent
from aegan.games.mdgan import mdgan
from aegan.games.none import none
from aegan.games.projection import projection
from aegan.games.reconstruction import reconstruction
from aegan.games.semi_supervised import semi_supervised
from aegan.games.vae_gan import vae_gan
from aegan.games.veegan import veegan
from aegan.games.wae_gan import wae_gan
from aegan.games.warm_start import warm_start
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS, Autoencoder
from aegan.networks.initialise import INITIALISERS, initialised
from aegan.networks.packing import packed
from aegan.objectives.augmentations import VIEWS
from aegan.objectives.constraints import CONSTRAINTS
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.objectives.weight_schedules import WEIGHTS
from aegan.registry import build

#: A role takes the parts of a method; one that takes `trained` as well needs an autoencoder.
ROLES: dict[str, Callable[..., Game]] = {
    "none": none,
    "reconstruction": reconstruction,
    "latent": latent,
    "warm_start": warm_start,
    "decoded": decoded,
    "decoded_reconstruction": decoded_reconstruction,
    "ebgan": ebgan,
    "began": began,
    "bigan": bigan,
    "vae_gan": vae_gan,
    "aae": aae,
    "wae_gan": wae_gan,
    "mdgan": mdgan,
    "veegan": veegan,
    "alpha_gan": alpha_gan,
    "features": features,
    "projection": projection,
    "ac_gan": ac_gan,
    "semi_supervised": semi_supervised,
}


def needs_autoencoder(role: str) -> bool:
    """Tell whether a role is played with a trained autoencoder."""
    return "trained" in inspect.signature(ROLES[role]).parameters


@cache
def unread(role: str) -> frozenset[str]:
    """Name the keys of a method that its role takes no notice of: those of a discriminator that gives logits.

    A role says so by asking for less than `Parts`.
    """
    asked = get_type_hints(ROLES[role])["parts"]
    ignored = {axis.name for axis in fields(Parts)} - {axis.name for axis in fields(asked)}
    return frozenset(ignored | {"packing"} if "discriminator" in ignored else ignored)


def gan_game(
    method: Mapping[str, Any],
    shape: tuple[int, ...],
    seed: int,
    trained: Trained | None,
    shares: tuple[float, ...] = (),
) -> Game:
    """Make the game of a resolved method: fresh networks drawn from the seed, put together by its role.

    Args:
        method: a resolved entry of `methods` in the config.
        shape: (C, H, W) of images, (D,) of points.
        seed: methods that share it start from the same weights wherever their networks are the same.
        trained: the autoencoder of the same seed, for a role that needs one.
        shares: of the classes among the rows; () of data without labels.
    """
    basics = Basics(
        shape=shape,
        latent=method["latent"],
        generator=lambda *of: basics.fresh("generator", lambda: build(GENERATORS, method["generator"], *of)),
        discriminator_moves=method.get("discriminator_moves", 1),
        initialiser=build(INITIALISERS, method.get("initialiser", {"name": "xavier"})),
        shares=shares,
        seed=seed,
    )
    parts = basics if "loss" in unread(method["role"]["name"]) else with_logits(basics, method)
    game = build(ROLES, method["role"], parts, *([trained] if trained else []))
    return averaged(game, method["ema_decay"]) if method.get("ema_decay") else game


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
        penalty_weight=build(WEIGHTS, method.get("penalty_weight", {"name": "constant"}), method.get("rounds", 1)),
        constraint=build(CONSTRAINTS, method["constraint"]) if method.get("constraint") else None,
        views=tuple(build(VIEWS, view, method.get("rounds", 1)) for view in method.get("views", ())),
    )


def fresh_autoencoder(chosen: Mapping[str, Any], shape: tuple[int, ...], seed: int) -> Autoencoder:
    """Make the untrained autoencoder of a resolved entry of `autoencoders`, its weights drawn from the seed."""
    objective = chosen["objective"]
    rng = seeding.torch_generator(seed, "init", "autoencoder")
    fill = build(INITIALISERS, chosen.get("initialiser", {"name": "xavier"}))

    def make() -> Autoencoder:
        autoencoder = build(AUTOENCODERS, chosen["architecture"], shape, HEADS.get(objective["name"], 1))
        autoencoder.bottleneck = bottleneck(objective, autoencoder.code)
        return autoencoder

    return initialised(make, rng, fill)


def autoencoder_game(chosen: Mapping[str, Any], shape: tuple[int, ...], seed: int) -> Game:
    """Make the game of a resolved entry of `autoencoders`: one player, its weights drawn from the seed."""
    return build(OBJECTIVES, chosen["objective"], fresh_autoencoder(chosen, shape, seed))
