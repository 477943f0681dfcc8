"""Training for reproductions: generators at several ages, a game with given weights, the classifier's layers."""

import numpy as np
import pytest
import torch
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.games.assembly import make_gan_game
from aegan.reproductions.training import (
    DCGAN_OPTIMISER,
    make_dcgan_method,
    make_game_with_generator,
    train_classifier,
    train_game,
    train_generators,
)

METHOD = make_dcgan_method(channels=2, latent=3)


@pytest.fixture
def dataset(tiny):
    return ArrayDataset(tiny.images(), np.arange(40) % 3)


def test_a_game_is_trained_for_its_rounds_from_its_seed(dataset):
    members = [
        train_game(
            make_gan_game(METHOD, dataset.sample_shape, 1, None),
            dataset,
            seed=1,
            rounds=3,
            batch_size=8,
            optimiser=DCGAN_OPTIMISER,
        )
        for _ in range(2)
    ]
    first, second = (member.game.modules["generator"].state_dict() for member in members)
    assert [member.step for member in members] == [3, 3]
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_generator_at_its_last_age_is_that_of_a_shorter_run(dataset):
    generators = train_generators(METHOD, dataset, 0, (1, 3), batch_size=20)
    (alone,) = train_generators(METHOD, dataset, 0, (1,), batch_size=20).values()
    assert list(generators) == [1, 3]
    assert set(generators[1]) == set(
        make_gan_game(METHOD, dataset.sample_shape, 0, None).modules["generator"].state_dict()
    )
    assert all(torch.equal(generators[1][name], alone[name]) for name in alone)
    assert not all(torch.equal(generators[3][name], alone[name]) for name in alone)


def test_a_game_takes_the_generator_and_a_new_discriminator(dataset):
    (weights,) = train_generators(METHOD, dataset, 0, (1,), batch_size=20).values()
    game = make_game_with_generator(METHOD, weights, dataset, seed=7)
    new = make_gan_game(METHOD, dataset.sample_shape, 7, None)
    own = game.modules["generator"].state_dict()
    assert all(torch.equal(own[name], weights[name]) for name in weights)
    for name, value in new.modules["discriminator"].state_dict().items():
        assert torch.equal(game.modules["discriminator"].state_dict()[name], value)


def test_a_classifier_has_a_logit_per_class_and_features_before_them(dataset):
    classifier = train_classifier(dataset, epochs=1)
    assert not classifier.training
    assert dataset.map_batches(classifier).shape == (40, 3)
    features = classifier.get_submodule("features")
    last = classifier[-1]
    assert isinstance(last, nn.Linear)
    assert dataset.map_batches(features).shape == (40, last.in_features)


def test_a_classifier_needs_labels(tiny):
    with pytest.raises(AssertionError, match="needs labels"):
        train_classifier(ArrayDataset(tiny.images()), epochs=1)
