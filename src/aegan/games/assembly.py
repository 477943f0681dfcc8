"""Build the game of a resolved config entry: first its components, such as networks and penalty, then the game."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from aegan import seeding
from aegan.games.autoencoder_objectives import OBJECTIVES, make_bottleneck
from aegan.games.averaging import average_weights
from aegan.games.components import (
    Components,
    DiscriminatorComponents,
    GeneratorComponents,
    LogitComponents,
    TrainedAutoencoder,
)
from aegan.games.game import Game
from aegan.games.roles import ROLES
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS, Autoencoder
from aegan.networks.initialise import INITIALISERS, initialise_module
from aegan.networks.minibatch_averaging import make_averaging_discriminator
from aegan.networks.packing import make_packed_discriminator
from aegan.objectives.augmentations import AUGMENTATIONS
from aegan.objectives.constraints import CONSTRAINTS
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.objectives.weight_schedules import WEIGHT_SCHEDULES
from aegan.registry import build


def make_gan_game(
    method: Mapping[str, Any],
    shape: tuple[int, ...],
    seed: int,
    trained: TrainedAutoencoder | None,
    class_shares: tuple[float, ...] = (),
) -> Game:
    """Make the game of a resolved method: new networks drawn from the seed, put together by its role.

    Args:
        method: a resolved entry of `methods` in the config.
        shape: (C, H, W) of images, (D,) of points.
        seed: methods with the same seed and the same networks start from the same weights.
        trained: the autoencoder of the same seed, for a role that needs one.
        class_shares: share of each class in the training data; () of data without labels.
    """
    components = make_components(ROLES[method["role"]["name"]].components, method, shape, seed, class_shares)
    game = build(ROLES, method["role"], components, *([trained] if trained else []))
    return average_weights(game, method["ema_decay"]) if method.get("ema_decay") else game


def make_components(
    kind: type[Components],
    method: Mapping[str, Any],
    shape: tuple[int, ...],
    seed: int,
    class_shares: tuple[float, ...] = (),
) -> Components:
    """Build the components of a kind; keys of the method that it has no use for may be absent.

    Args:
        kind: the components that the role reads.
        method: as in `make_gan_game`.
        shape: (C, H, W) of images, (D,) of points.
        seed: of the initial weights.
        class_shares: as in `make_gan_game`.
    """
    components = Components(
        shape=shape,
        discriminator_moves=method.get("discriminator_moves", 1),
        initialiser=build(INITIALISERS, method.get("initialiser", {"name": "xavier"})),
        class_shares=class_shares,
        seed=seed,
    )
    settings: dict[str, Any] = dict(vars(components))
    if issubclass(kind, GeneratorComponents):
        settings |= make_generator_settings(components, method)
    if issubclass(kind, LogitComponents):
        settings |= make_logit_settings(method)
    if issubclass(kind, DiscriminatorComponents):
        settings |= make_discriminator_settings(components, method)
    return kind(**settings)


def make_generator_settings(components: Components, method: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `GeneratorComponents` adds to the components."""
    return {
        "latent": method["latent"],
        "generator": lambda *arguments: components.make_network(
            "generator", lambda: build(GENERATORS, method["generator"], *arguments)
        ),
    }


def make_logit_settings(method: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `LogitComponents` adds to the components: the loss, and all that its logits need."""
    rounds = method.get("rounds", 1)
    return {
        "loss": build(LOSSES, method["loss"]),
        "penalty": build(PENALTIES, method["penalty"]) if method.get("penalty") else None,
        "penalty_weight": build(WEIGHT_SCHEDULES, method.get("penalty_weight", {"name": "constant"}), rounds),
        "constraint": build(CONSTRAINTS, method["constraint"]) if method.get("constraint") else None,
        "augmentations": tuple(
            build(AUGMENTATIONS, augmentation, rounds) for augmentation in method.get("augmentations", ())
        ),
    }


def make_discriminator_settings(components: Components, method: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `DiscriminatorComponents` adds to the components."""

    def make_plain(shape: tuple[int, ...]) -> nn.Module:
        return build(DISCRIMINATORS, method["discriminator"], shape, 1)

    def make_packed(shape: tuple[int, ...]) -> nn.Module:
        return make_packed_discriminator(make_plain, shape, method.get("packing", 1))

    def make_discriminator(shape: tuple[int, ...]) -> nn.Module:
        if method.get("minibatch_averaging"):
            return make_averaging_discriminator(make_packed, shape)
        return make_packed(shape)

    return {"discriminator": lambda shape: components.make_network("discriminator", lambda: make_discriminator(shape))}


def make_autoencoder(autoencoder_config: Mapping[str, Any], shape: tuple[int, ...], seed: int) -> Autoencoder:
    """Make an untrained autoencoder, its weights drawn from the seed.

    Args:
        autoencoder_config: a resolved entry of `autoencoders` in the config.
        shape: (C, H, W) of images, (D,) of points.
        seed: of the initial weights.
    """
    objective = autoencoder_config["objective"]
    rng = seeding.torch_generator(seed, "init", "autoencoder")
    initialiser = build(INITIALISERS, autoencoder_config.get("initialiser", {"name": "xavier"}))

    def make() -> Autoencoder:
        heads = OBJECTIVES[objective["name"]].heads
        autoencoder = build(AUTOENCODERS, autoencoder_config["architecture"], shape, heads)
        autoencoder.bottleneck = make_bottleneck(objective, autoencoder.code)
        return autoencoder

    return initialise_module(make, rng, initialiser)


def make_autoencoder_game(autoencoder_config: Mapping[str, Any], shape: tuple[int, ...], seed: int) -> Game:
    """Make the game of training an autoencoder: one player, its weights drawn from the seed.

    Args:
        autoencoder_config: a resolved entry of `autoencoders` in the config.
        shape: (C, H, W) of images, (D,) of points.
        seed: of the initial weights.
    """
    return build(OBJECTIVES, autoencoder_config["objective"], make_autoencoder(autoencoder_config, shape, seed))
