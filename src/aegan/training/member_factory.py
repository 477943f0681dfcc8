"""Member factories: from a resolved section of the config to the member of a seed, for each training phase."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler
from aegan.games.assembly import make_autoencoder_game, make_gan_game
from aegan.games.classification import make_classifier, make_classifier_game
from aegan.games.components import TrainedAutoencoder
from aegan.games.game import Game
from aegan.probes.quantities import select_probes
from aegan.probes.schedules import SCHEDULES
from aegan.registry import build
from aegan.tables import FLOAT32
from aegan.training.cohort import MemberFactory, ObservedMember
from aegan.training.early_stopping import EarlyStopping
from aegan.training.member import Member, new_member
from aegan.training.observers import StageKeeper
from aegan.training.probing import Probing


def build_probing(probes: Mapping[str, Any], rounds: int) -> Probing:
    """Build the probing that the config's section `probes` describes, for a training of `rounds` rounds."""
    schedule = build(SCHEDULES, probes["schedule"], rounds)
    return Probing(schedule, probes["batches"], select_probes(probes["quantities"]))


def gan_member_factory(
    method: Mapping[str, Any],
    probes: Mapping[str, Any],
    dataset: ArrayDataset,
    codes: Callable[[int], ArrayDataset],
    trained_autoencoder: Callable[[int], TrainedAutoencoder | None],
) -> MemberFactory:
    """Return the factory of the members that train a GAN.

    Args:
        method: resolved entry of `methods`.
        probes: the section `probes`.
        dataset: the train split.
        codes: seed -> the train split's latent codes, for a game that is played on codes.
        trained_autoencoder: seed -> the trained autoencoder, or None for a method without one.
    """

    def make_member(seed: int) -> ObservedMember:
        game = make_gan_game(
            method, dataset.sample_shape, seed, trained_autoencoder(seed), dataset.compute_class_shares()
        )
        own_dataset = dataset_of_game(game, dataset, codes, seed)
        sampler = BatchSampler(np.arange(len(own_dataset)), method["batch_size"], seed)
        rounds = method["rounds"]
        observers = [build_probing(probes, rounds), StageKeeper(method["stages"], rounds)]
        return gan_member(seed, game, own_dataset, sampler, method), observers

    return make_member


def dataset_of_game(game: Game, dataset: ArrayDataset, codes: Callable[[int], ArrayDataset], seed: int) -> ArrayDataset:
    """Return the data that a game is trained on: the latent codes, or the data with the labels it may see.

    Args:
        game: of the seed.
        dataset: the train split.
        codes: seed -> its latent codes.
        seed: of the game.
    """
    return codes(seed) if game.data_kind == "codes" else dataset.hide_labels(game.labelled_share, seed)


def gan_member(
    seed: int, game: Game, dataset: ArrayDataset, sampler: BatchSampler, method: Mapping[str, Any]
) -> Member:
    """Make the member that trains the game of a method, or a part of that game.

    Args:
        seed: of the member.
        game: what is trained.
        dataset: what it is trained on.
        sampler: the order of the data.
        method: resolved entry of `methods`.
    """
    discriminator_optimiser = method.get("discriminator_optimiser")
    player_optimisers = {"discriminator": discriminator_optimiser} if discriminator_optimiser else {}
    precision = method.get("precision", FLOAT32)
    return new_member(seed, game, dataset, sampler, method["optimiser"], player_optimisers, precision)


def autoencoder_member_factory(
    autoencoder_config: Mapping[str, Any], probes: Mapping[str, Any], dataset: ArrayDataset
) -> tuple[MemberFactory, int]:
    """Return the factory of the members that train an autoencoder with early stopping, and the number of rounds.

    Args:
        autoencoder_config: resolved entry of `autoencoders`.
        probes: the section `probes`.
        dataset: the train split.
    """
    held_out = count_held_out(len(dataset), autoencoder_config["held_out"])
    batch_size = autoencoder_config["batch_size"]
    per_epoch = BatchSampler(np.arange(len(dataset) - held_out), batch_size, 0).count_batches_per_epoch()
    rounds = autoencoder_config["epochs"] * per_epoch

    def make_member(seed: int) -> ObservedMember:
        order = seeding.numpy_generator(seed, "held out").permutation(len(dataset))
        sampler = BatchSampler(order[held_out:], batch_size, seed)
        game = make_autoencoder_game(autoencoder_config, dataset.sample_shape, seed)
        stopping = EarlyStopping(order[:held_out], per_epoch, autoencoder_config.get("patience"))
        precision = autoencoder_config.get("precision", FLOAT32)
        member = new_member(seed, game, dataset, sampler, autoencoder_config["optimiser"], precision=precision)
        return member, [build_probing(probes, rounds), stopping]

    return make_member, rounds


def count_held_out(rows: int, share: float) -> int:
    """Count the rows of the train split that an autoencoder's training holds out, at least 1."""
    return max(1, round(rows * share))


def count_rows_for_training(held_out: float) -> int:
    """Count the rows of the smallest train split of which an autoencoder's training keeps a row for its batches."""
    rows = range(2, sys.maxsize)
    return 2 + bisect_left(rows, True, key=lambda count: count > count_held_out(count, held_out))


def classifier_member_factory(classes: int, dataset: ArrayDataset, batch_size: int = 128) -> tuple[MemberFactory, int]:
    """Return the factory of members that train a classifier, whose features serve FD-cls, and the rounds of an epoch.

    Args:
        classes: number of classes.
        dataset: the labelled train split.
        batch_size: samples per round.
    """

    def make_member(seed: int) -> ObservedMember:
        game = make_classifier_game(make_classifier(dataset.sample_shape, classes, seed))
        sampler = BatchSampler(np.arange(len(dataset)), batch_size, seed)
        optimiser = {"name": "adam", "learning_rate": 1e-3, "beta1": 0.9}
        return new_member(seed, game, dataset, sampler, optimiser), []

    return make_member, BatchSampler(np.arange(len(dataset)), batch_size, 0).count_batches_per_epoch()
