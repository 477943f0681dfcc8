"""Training for reproductions: any game, a DCGAN whose generator is kept at several ages, and a classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field
from torch import Tensor, nn

from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler
from aegan.games.assembly import make_gan_game
from aegan.games.game import Game
from aegan.option_types import Width
from aegan.training.checkpoint import select_prefix
from aegan.training.cohort import train
from aegan.training.member import Member, new_member
from aegan.training.member_factory import classifier_member_factory
from aegan.training.observers import Observer, StageKeeper

#: one or more positive integers, such as epochs or widths
Counts = Annotated[Sequence[Width], Field(min_length=1)]

#: DCGAN's optimiser (Radford 2016, section 4): Adam with the registry's defaults
DCGAN_OPTIMISER = {"name": "adam"}

#: seed of every classifier: all seeds of a reproduction are scored by the same one
CLASSIFIER_SEED = 0


def make_dcgan_method(channels: int, latent: int) -> dict[str, Any]:
    """Return a DCGAN as a resolved method: convolutional networks without BatchNorm, non-saturating loss."""
    network = {"name": "conv", "channels": channels}
    return {
        "role": {"name": "none"},
        "loss": {"name": "non_saturating"},
        "generator": network,
        "discriminator": network,
        "latent": latent,
    }


def train_game(
    game: Game,
    dataset: ArrayDataset,
    *,
    seed: int,
    rounds: int,
    batch_size: int,
    optimiser: Mapping[str, Any],
    observers: Sequence[Observer] = (),
) -> Member:
    """Train a game that is not an entry of `methods`.

    Args:
        game: the game to train, in place.
        dataset: the data that its batches are drawn from.
        seed: seed of the batches and of the noise.
        rounds: rounds of training.
        batch_size: rows per batch.
        optimiser: the optimiser of all players, {name, options}.
        observers: observers of the training.

    Returns:
        The trained member, with its history; a diverged one stopped early.
    """
    member = new_member(seed, game, dataset, BatchSampler(np.arange(len(dataset)), batch_size, seed), optimiser)
    train(member, rounds, observers)
    return member


def train_generators(
    method: Mapping[str, Any], dataset: ArrayDataset, seed: int, epochs: Sequence[int], batch_size: int
) -> dict[int, dict[str, Tensor]]:
    """Train a GAN and keep its generator's weights at several epochs.

    Args:
        method: the resolved method.
        dataset: the train split.
        seed: seed of initialisation, batches and noise.
        epochs: passes over the train split after which weights are kept; training ends after the last.
        batch_size: images per batch.

    Returns:
        Epoch -> the generator's parameters and buffers by name; empty for an epoch that a diverged run did not reach.
    """
    per_epoch = BatchSampler(np.arange(len(dataset)), batch_size, seed).count_batches_per_epoch()
    last = max(epochs)
    keeper = StageKeeper([epoch / last for epoch in epochs], last * per_epoch)
    game = make_gan_game(method, dataset.sample_shape, seed, None)
    member = train_game(
        game,
        dataset,
        seed=seed,
        rounds=last * per_epoch,
        batch_size=batch_size,
        optimiser=DCGAN_OPTIMISER,
        observers=[keeper],
    )
    return {epoch: select_prefix(member.stages, f"{epoch * per_epoch}/generator/") for epoch in epochs}


def make_game_with_generator(
    method: Mapping[str, Any], weights: Mapping[str, Tensor], dataset: ArrayDataset, seed: int
) -> Game:
    """Build a GAN with new networks but a given generator.

    Args:
        method: the resolved method.
        weights: the generator's parameters and buffers by name.
        dataset: the data, for the shape of a sample and the device.
        seed: seed of the other networks' initialisation.
    """
    game = make_gan_game(method, dataset.sample_shape, seed, None)
    game.modules["generator"].load_state_dict(weights)
    for module in game.modules.values():
        module.to(dataset.device)
    return game


def train_classifier(dataset: ArrayDataset, epochs: int) -> nn.Sequential:
    """Train a classifier on labelled images (N, H, W, C); its layers up to the last are the submodule `features`."""
    assert dataset.labels is not None, "a classifier needs labels"
    make_member, per_epoch = classifier_member_factory(int(dataset.labels.max()) + 1, dataset)
    member, observers = make_member(CLASSIFIER_SEED)
    train(member, epochs * per_epoch, observers)
    trained = member.game.modules["classifier"].eval()
    assert isinstance(trained, nn.Sequential)
    return trained
