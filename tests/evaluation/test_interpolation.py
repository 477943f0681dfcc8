"""Samples between latent codes."""

import numpy as np
import pytest
import torch

from aegan.evaluation.interpolation import (
    PATHS,
    PLACES,
    find_prior,
    fix_codes,
    generate_interpolations,
    interpolate_spherically,
    is_standard,
)
from aegan.games.game import Game
from aegan.networks.prior import Mixture


def test_a_prior_draws_again_once_nothing_is_given():
    prior = Mixture.standard_normal(3)
    with fix_codes(prior, torch.zeros(2, 3)):
        assert prior.draw(2, torch.Generator()).abs().max() == 0
    assert prior.draw(2, torch.Generator()).abs().max() > 0


def test_great_circles_by_hand():
    right, up = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    half = torch.tensor(0.5)
    torch.testing.assert_close(interpolate_spherically(right, up, half), torch.tensor([[0.5**0.5, 0.5**0.5]]))
    torch.testing.assert_close(interpolate_spherically(right, 3 * right, half), 2 * right)  # in one direction: straight
    codes = torch.randn(2, 50, 64, generator=torch.Generator().manual_seed(0))
    shorter = codes.norm(dim=2).min(dim=0).values
    around = [interpolate_spherically(*codes, place).norm(dim=1) for place in torch.linspace(0, 1, 5)]
    assert all((lengths > 0.97 * shorter).all() for lengths in around)  # as long as codes are, everywhere
    straight = torch.lerp(*codes, half).norm(dim=1)
    assert (straight < 0.9 * shorter).all()


def make_identity_game(prior):
    """A game whose samples are its codes."""
    # not `prior.draw` itself, which `fix_codes` replaces
    return Game(players=(), auxiliary_modules={"prior": prior}, generate=lambda *drawn: prior.draw(*drawn))  # noqa: PLW0108


def test_codes_of_a_standard_prior_keep_their_length_and_those_of_another_go_straight():
    standard, shifted = Mixture.standard_normal(2), Mixture.standard_normal(2)
    shifted.means = shifted.means + 5
    assert is_standard(standard)
    assert not is_standard(shifted)
    for prior in (standard, shifted):
        game = make_identity_game(prior)
        assert find_prior(game) is prior
        paths = generate_interpolations(game, 0, "cpu")
        assert paths.shape == (PATHS, PLACES, 2)
        bends = np.abs(np.diff(paths, n=2, axis=1)).max(axis=(1, 2))
        assert (bends < 1e-5).all() == (prior is shifted)


@pytest.mark.parametrize("end", [-2.0, 3.0])
def test_codes_of_one_number_go_straight(end):
    """They have the same direction, or opposite ones, which no single great circle joins."""
    between = interpolate_spherically(torch.tensor([[1.0]]), torch.tensor([[end]]), torch.tensor(0.5))
    assert between.item() == pytest.approx((1 + end) / 2)
