"""The Dirac-GAN: its spectrum and its steps in closed form, tables through the grades, a tiny run."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal

from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.reproductions.dirac import CONTESTED, DISTANCE, at_zero, dirac, distances_left, orbit, start
from aegan.reproductions.dirac_game import SCHEMES, analytic, difference, dirac_game, numeric, spectrum, table
from aegan.reproductions.grading import World

POINTS = ArrayDataset(np.zeros((4, 1), np.float32))
WORLD = World(POINTS, POINTS)


def sigmoid(t):
    return 1 / (1 + math.exp(-t))


def test_the_closed_form_circles_without_r1_and_meets_on_the_axis_at_the_critical_weight():
    np.testing.assert_allclose(analytic(0.0), [0.5j, -0.5j], atol=1e-15)
    np.testing.assert_allclose(analytic(1.0), [-0.5, -0.5], atol=1e-15)
    np.testing.assert_allclose(sorted(analytic(2.6).real), [-2.5, -0.1], atol=1e-12)  # (λ + 0.1)(λ + 2.5)


@pytest.mark.parametrize("loss", CONTESTED)
@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0, 2.6])
def test_differentiation_finds_the_closed_form(loss, gamma):
    assert difference(spectrum(loss, gamma)) < 1e-6
    assert abs(numeric(loss, gamma).sum() + gamma) < 1e-12  # the trace


@pytest.mark.parametrize("loss", CONTESTED)
def test_a_step_of_both_schemes_by_hand(loss):
    psi, theta, rate, gamma = 0.8, -0.6, 0.2, 0.3
    new_psi = psi - rate * (sigmoid(psi * theta) * theta + gamma * psi)

    def new_theta(psi):
        slope = sigmoid(psi * theta) if loss == "minimax" else sigmoid(-psi * theta)
        return theta + rate * slope * psi

    for scheme, shown in (("alternating", new_psi), ("simultaneous", psi)):
        places = orbit(dirac_game((psi, theta), loss, gamma), scheme, POINTS, seed=0, rounds=2, learning_rate=rate)
        np.testing.assert_allclose(places, [[psi, theta], [new_psi, new_theta(shown)]], rtol=1e-6)


def test_alternating_descent_of_a_bilinear_game_keeps_its_ellipse():
    # near the equilibrium the field is linear, and ψ ← ψ − aθ, θ ← θ + aψ with a = h/2 keeps ψ² + θ² − aψθ
    places = orbit(dirac_game((0.01, 0.0), "minimax", 0.0), "alternating", POINTS, 0, 200, 0.2)
    psi, theta = places.T
    kept = psi**2 + theta**2 - 0.1 * psi * theta
    np.testing.assert_allclose(kept, kept[0], rtol=1e-3)


def test_starts_lie_in_every_direction_at_the_authors_distance():
    starts = np.array([start(seed) for seed in range(50)])
    np.testing.assert_allclose(np.hypot(*starts.T), DISTANCE)
    assert (starts > 0).any(axis=0).all()
    assert (starts < 0).any(axis=0).all()


def made(factor_free, factor_held, error=0.0):
    """Two seeds of orbits that shrink by a factor a round, and a spectrum that is off by `error`."""
    tables = []
    for seed in (0, 1):
        for scheme in SCHEMES:
            for gamma, factor in ((0.0, factor_free), (0.3, factor_held)):
                distance = np.cumprod(np.full(50, factor)) * (1 + seed)
                places = np.stack([distance, np.zeros(50)], axis=1)
                tables.append(table("orbit", "minimax", gamma, places, scheme).assign(seed=seed))
        parts = spectrum("minimax", 0.3)
        parts.loc[parts["part"] == "numeric", "x"] += error
        tables.append(parts.assign(seed=seed))
    return pd.concat(tables)


def test_what_is_left_is_the_last_fifth_against_the_start():
    left = distances_left(made(1.0, 0.9)).set_index(["gamma", "scheme", "seed"])["left"]
    assert left[0.0, "alternating", 1] == pytest.approx(1.0)
    assert left[0.3, "simultaneous", 0] == pytest.approx(0.9**40)


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (made(1.0, 0.8), [True, True, True, True]),
        (made(0.99, 0.95), [True, False, False, False]),
        (made(1.01, 0.8, error=1e-5), [False, True, True, True]),
    ],
)
def test_grades_of_tables(rows, passes):
    assert [grade.passed for grade in dirac().grade(rows)] == passes


def test_other_data_are_refused():
    for array in (np.ones((4, 1), np.float32), np.zeros((4, 2), np.float32)):
        with pytest.raises(InputError, match="source dirac"):
            at_zero(World(ArrayDataset(array), ArrayDataset(array)))


def test_a_tiny_run_says_the_same_twice_and_is_drawn():
    before = torch.random.get_rng_state()
    result = dirac(rounds=10, gammas=(1.0,), orbit_gammas=(0.3,))
    rows = result.measure(3, WORLD)
    assert_frame_equal(rows, result.measure(3, WORLD), check_exact=True)
    assert torch.equal(before, torch.random.get_rng_state())
    assert set(rows["scheme"]) == {"", *SCHEMES}
    both = pd.concat([rows.assign(seed=seed) for seed in (0, 1)])
    assert len(result.draw(both).axes) == 5
    assert result.exact
