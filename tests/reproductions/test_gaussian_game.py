"""Two Gaussians on a line: the start, the optimal discriminator's slopes in closed form, the recorded mean."""

import math

import pytest
import torch

from aegan.reproductions.gaussian_game import (
    POINTS,
    draw_real_points,
    make_gaussian_game,
    track_generator_mean,
)

NETWORK = {"name": "dense", "width": 4, "depth": 1, "activation": "relu"}


def test_the_games_two_gaussians_lie_a_distance_apart():
    assert draw_real_points(1, 8.0).array.mean() == pytest.approx(-4, abs=5 / math.sqrt(POINTS))
    assert draw_real_points(1, 8.0).array.std() == pytest.approx(1, rel=0.05)
    fakes = make_gaussian_game(1, 8.0, "minimax", NETWORK).generate(POINTS, torch.Generator())
    assert fakes.mean().item() == pytest.approx(4, abs=5 / math.sqrt(POINTS))
    assert fakes.std().item() == pytest.approx(1, rel=0.05)


def test_a_generator_is_watched_on_its_way():
    game = make_gaussian_game(0, 8.0, "non_saturating", NETWORK)
    way = track_generator_mean(game, draw_real_points(0, 8.0), 0, 5, {"name": "adam", "learning_rate": 0.1})
    assert list(way["at"]) == [0, 1, 2, 3, 4]
    assert way["output"].iloc[0] == 4.0
    assert way["output"].nunique() == 5
