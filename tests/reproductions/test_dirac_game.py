"""The Dirac-GAN as a game: its spectrum and its steps in closed form."""

import math

import numpy as np
import pytest

from aegan.data.array_dataset import ArrayDataset
from aegan.reproductions.dirac import LOSS_NAMES
from aegan.reproductions.dirac_game import (
    DISTANCE,
    SCHEMES,
    analytic_eigenvalues,
    draw_start,
    follow_orbits,
    numeric_eigenvalues,
    spectrum_difference,
    tabulate_spectra,
)

POINTS = ArrayDataset(np.zeros((4, 1), np.float32))


def sigmoid(t):
    return 1 / (1 + math.exp(-t))


def test_the_closed_form_circles_without_r1_and_meets_on_the_axis_at_the_critical_weight():
    np.testing.assert_allclose(analytic_eigenvalues(0.0), [0.5j, -0.5j], atol=1e-15)
    np.testing.assert_allclose(analytic_eigenvalues(1.0), [-0.5, -0.5], atol=1e-15)
    np.testing.assert_allclose(sorted(analytic_eigenvalues(2.6).real), [-2.5, -0.1], atol=1e-12)  # (λ + 0.1)(λ + 2.5)


@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0, 2.6])
def test_differentiation_finds_the_closed_form(loss, gamma):
    assert spectrum_difference(tabulate_spectra(loss, gamma)) < 1e-6
    assert abs(numeric_eigenvalues(loss, gamma).sum() + gamma) < 1e-12  # the trace


@pytest.mark.parametrize("loss", LOSS_NAMES)
def test_a_step_of_both_schemes_by_hand(loss):
    psi, theta, rate, gamma = 0.8, -0.6, 0.2, 0.3
    new_psi = psi - rate * (sigmoid(psi * theta) * theta + gamma * psi)

    def new_theta(psi):
        slope = sigmoid(psi * theta) if loss == "minimax" else sigmoid(-psi * theta)
        return theta + rate * slope * psi

    for scheme, shown in (("alternating", new_psi), ("simultaneous", psi)):
        (places,) = follow_orbits([(psi, theta)], loss, gamma, scheme, POINTS, rounds=2, learning_rate=rate)
        np.testing.assert_allclose(places, [[psi, theta], [new_psi, new_theta(shown)]], rtol=1e-6)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("gamma", [0.0, 0.3])
def test_an_orbit_does_not_depend_on_the_others_bit_for_bit(scheme, gamma):
    starts = [draw_start(seed) for seed in range(5)]
    together = follow_orbits(starts, "minimax", gamma, scheme, POINTS, rounds=30, learning_rate=0.2)
    assert together.shape == (5, 30, 2)
    for count in (1, 2, 3):
        alone = follow_orbits(starts[-count:], "minimax", gamma, scheme, POINTS, rounds=30, learning_rate=0.2)
        np.testing.assert_array_equal(together[-count:], alone)


def test_alternating_descent_of_a_bilinear_game_keeps_its_ellipse():
    # near the equilibrium the field is linear, and ψ ← ψ − aθ, θ ← θ + aψ with a = h/2 keeps ψ² + θ² − aψθ
    (places,) = follow_orbits([(0.01, 0.0)], "minimax", 0.0, "alternating", POINTS, 200, 0.2)
    psi, theta = places.T
    kept = psi**2 + theta**2 - 0.1 * psi * theta
    np.testing.assert_allclose(kept, kept[0], rtol=1e-3)


def test_starts_lie_in_every_direction_at_the_authors_distance():
    starts = np.array([draw_start(seed) for seed in range(50)])
    np.testing.assert_allclose(np.hypot(*starts.T), DISTANCE)
    assert (starts > 0).any(axis=0).all()
    assert (starts < 0).any(axis=0).all()
