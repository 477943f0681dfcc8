"""From a resolved section of the config to the member of a seed: what each training phase hands to the one loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from torch import nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler
from aegan.games.adversarial import Trained
from aegan.games.classification import classification
from aegan.games.game import Game
from aegan.games.roles import autoencoder_game, gan_game
from aegan.networks.features import classifier
from aegan.networks.initialise import initialised
from aegan.probes.schedules import SCHEDULES
from aegan.registry import build
from aegan.training.cohort import Recruit
from aegan.training.member import Member, new_member
from aegan.training.observers import EarlyStopping, Observer, Probing
from aegan.training.precision import FLOAT32
from aegan.training.stages import Stages


def probing(probes: Mapping[str, Any], rounds: int) -> Probing:
    """Make the probing that the config's section `probes` describes."""
    return Probing(build(SCHEDULES, probes["schedule"], rounds), probes["batches"])


def gan_recruits(
    method: Mapping[str, Any],
    probes: Mapping[str, Any],
    images: ArrayDataset,
    codes: Callable[[int], ArrayDataset],
    trained: Callable[[int], Trained | None],
) -> Recruit:
    """Recruit for a GAN.

    Args:
        method: the resolved entry of `methods`.
        probes: the section `probes`.
        images: the train split.
        codes: seed -> the train split's codes, for a game that is played on them.
        trained: seed -> the trained autoencoder, or None for a method without one.
    """

    def recruit(seed: int) -> tuple[Member, Sequence[Observer]]:
        game = gan_game(method, images.sample_shape, seed, trained(seed), images.class_shares())
        rows = rows_of(game, images, codes, seed)
        stream = BatchSampler(np.arange(len(rows)), method["batch_size"], seed)
        observers = [probing(probes, method["rounds"]), Stages(method["stages"], method["rounds"])]
        return gan_member(seed, game, rows, stream, method), observers

    return recruit


def rows_of(game: Game, images: ArrayDataset, codes: Callable[[int], ArrayDataset], seed: int) -> ArrayDataset:
    """Return the data that the game of a seed is played on."""
    return codes(seed) if game.played_on == "codes" else images.with_hidden_labels(game.labelled, seed)


def gan_member(seed: int, game: Game, rows: ArrayDataset, stream: BatchSampler, method: Mapping[str, Any]) -> Member:
    """Make the member of a seed that plays the game of a resolved method, or a part of it."""
    own = method.get("discriminator_optimiser")
    moving = {"discriminator": own} if own else {}
    return new_member(seed, game, rows, stream, method["optimiser"], moving, method.get("precision", FLOAT32))


def autoencoder_recruits(
    chosen: Mapping[str, Any], probes: Mapping[str, Any], images: ArrayDataset
) -> tuple[Recruit, int]:
    """Recruit for an autoencoder, with a held-out share for early stopping; return how many rounds to play, too.

    Args:
        chosen: the resolved entry of `autoencoders`.
        probes: the section `probes`.
        images: the train split.
    """
    held_out = max(1, round(len(images) * chosen["held_out"]))
    per_epoch = BatchSampler(np.arange(len(images) - held_out), chosen["batch_size"], 0).rounds_per_epoch()
    rounds = chosen["epochs"] * per_epoch

    def recruit(seed: int) -> tuple[Member, Sequence[Observer]]:
        order = seeding.numpy_generator(seed, "held out").permutation(len(images))
        stream = BatchSampler(order[held_out:], chosen["batch_size"], seed)
        game = autoencoder_game(chosen, images.sample_shape, seed)
        stopping = EarlyStopping(order[:held_out], per_epoch, chosen.get("patience"))
        precision = chosen.get("precision", FLOAT32)
        member = new_member(seed, game, images, stream, chosen["optimiser"], precision=precision)
        return member, [probing(probes, rounds), stopping]

    return recruit, rounds


def fresh_classifier(shape: tuple[int, ...], classes: int, seed: int) -> nn.Module:
    """Make the untrained classifier of a seed."""
    rng = seeding.torch_generator(seed, "init", "classifier")
    return initialised(lambda: classifier(shape, classes), rng)


def classifier_recruits(classes: int, images: ArrayDataset, batch_size: int = 128) -> tuple[Recruit, int]:
    """Recruit for the classifier whose features images are compared in; return the rounds of one epoch, too.

    Args:
        classes: number of classes.
        images: the labelled train split.
        batch_size: images per round.
    """

    def recruit(seed: int) -> tuple[Member, Sequence[Observer]]:
        game = classification(fresh_classifier(images.sample_shape, classes, seed))
        stream = BatchSampler(np.arange(len(images)), batch_size, seed)
        return new_member(seed, game, images, stream, {"name": "adam", "learning_rate": 1e-3, "beta1": 0.9}), []

    return recruit, BatchSampler(np.arange(len(images)), batch_size, 0).rounds_per_epoch()
