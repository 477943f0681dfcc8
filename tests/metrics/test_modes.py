import numpy as np
import pytest

from aegan.metrics.modes import count_modes

CENTRES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])


def test_by_hand():
    samples = np.array([[0, 0], [0.29, 0], [0, 0.31], [10.2, 0.2], [5, 5], [3, 4]], np.float32)
    assert count_modes(samples, CENTRES, 0.1) == (2, pytest.approx(3 / 6))


def test_samples_of_the_mixture_have_the_share_of_the_normal_distribution():
    rng = np.random.default_rng(0)
    samples = CENTRES[rng.integers(3, size=20_000)] + 0.1 * rng.standard_normal((20_000, 2))
    modes, high_quality = count_modes(samples, CENTRES, 0.1)
    assert modes == 3
    expected = 1 - np.exp(-9 / 2)  # chi squared of two degrees of freedom
    assert high_quality == pytest.approx(expected, abs=5 * np.sqrt(expected * (1 - expected) / 20_000))


def test_a_collapsed_sample_is_of_high_quality_in_one_mode():
    assert count_modes(np.zeros((50, 2)), CENTRES, 0.1) == (1, 1)


def test_samples_that_are_not_finite_lie_nowhere():
    samples = np.array([[np.nan, 0], [np.inf, -np.inf], [10, 0], [0, np.inf]])
    assert count_modes(samples, CENTRES, 0.1) == (1, 0.25)
