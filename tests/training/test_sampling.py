"""Samples, reconstructions and predicted classes of trained games."""

import numpy as np
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.games.game import Game
from aegan.training.cohort import train
from aegan.training.sampling import CHUNK, generate_samples, reconstruct_dataset


def test_samples_do_not_depend_on_the_cohort_and_come_in_chunks(tiny):
    games = {seed: tiny.game(tiny.method(), seed) for seed in (0, 1)}
    both, alone = generate_samples(games, CHUNK + 3, "cpu"), generate_samples({1: games[1]}, CHUNK + 3, "cpu")
    assert both.shape == (2, CHUNK + 3, 8, 8, 1)
    assert both.dtype == np.uint8
    np.testing.assert_array_equal(both[1], alone[0])
    np.testing.assert_array_equal(both[:, :CHUNK], generate_samples(games, CHUNK, "cpu"))
    assert not np.array_equal(both[0], both[1])


def test_reconstructions_by_hand(tiny):
    images = ArrayDataset(tiny.images(CHUNK + 5))
    inverse = Game(players=(), reconstruct=lambda batch: 1 - batch)
    np.testing.assert_array_equal(reconstruct_dataset({0: inverse}, images)[0], 255 - images.array)


def test_games_without_a_way_back_reconstruct_nothing(tiny):
    pictures = reconstruct_dataset({0: Game(players=()), 1: Game(players=())}, ArrayDataset(tiny.images()))
    assert pictures.shape == (2, 0, 8, 8, 1)


def test_a_diverged_members_images_that_are_no_numbers_are_black(tiny):
    method = tiny.method(
        generator={"name": "dense", "width": 8, "depth": 6}, optimiser={"name": "adam", "learning_rate": 1e8}
    )
    member = tiny.member_factory(method)(0)[0]
    train(member, 10, [])
    assert member.divergence
    assert member.game.generate(4, torch.Generator().manual_seed(0)).isnan().all()
    assert (generate_samples({0: member.game}, 4, "cpu") == 0).all()
    half = Game(players=(), reconstruct=lambda batch: torch.where(batch > 0.5, float("nan"), 1.0))
    by_hand = np.where(tiny.images() > 127, 0, 255)
    np.testing.assert_array_equal(reconstruct_dataset({0: half}, ArrayDataset(tiny.images()))[0], by_hand)


def test_points_are_stored_as_they_are_and_keep_what_is_no_number():
    points = ArrayDataset(np.array([[-3.0, 2.0], [0.25, 1e9]], np.float32))
    game = Game(
        players=(),
        generate=lambda count, _rng: torch.full((count, 2), float("nan")),
        reconstruct=lambda batch: torch.where(batch > 1, float("nan"), 2 * batch),
    )
    made = generate_samples({0: game}, 3, "cpu")
    assert (made.shape, made.dtype) == ((1, 3, 2), np.float32)
    assert np.isnan(made).all()
    decoded = reconstruct_dataset({0: game, 1: game}, points)
    np.testing.assert_array_equal(decoded[1], np.array([[-6.0, np.nan], [0.5, np.nan]], np.float32))
