from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import sqrtm
from torchmetrics.image.fid import FrechetInceptionDistance

from aegan.errors import InputError
from aegan.metrics import distances
from aegan.metrics.distances import fd_infinity, frechet_distance, kernel_distance


def standardised(rng, n, d):
    """Draw features whose sample mean is exactly 0 and whose unbiased covariance is exactly the identity."""
    features = rng.normal(size=(n, d))
    q, _ = np.linalg.qr(features - features.mean(axis=0))
    return q * np.sqrt(n - 1)


def textbook_frechet(real, fake):
    c1, c2 = np.cov(real, rowvar=False), np.cov(fake, rowvar=False)
    shift = real.mean(axis=0) - fake.mean(axis=0)
    return shift @ shift + np.trace(c1 + c2 - 2 * sqrtm(c1 @ c2).real)


class Identity(torch.nn.Module):
    def __init__(self, num_features):
        super().__init__()
        self.num_features = num_features

    def forward(self, features):
        return features


def test_frechet_has_the_closed_form_of_two_gaussians():
    rng = np.random.default_rng(0)
    base = standardised(rng, 200, 3)
    scale, shift = np.array([2.0, 0.5, 3.0]), np.array([1.0, -2.0, 0.25])
    # Commuting covariances: the sum over axes of (difference of means)² + (difference of deviations)².
    expected = (shift**2).sum() + ((scale - 1) ** 2).sum()
    assert frechet_distance(base, base * scale + shift) == pytest.approx(expected, rel=1e-10)


def test_frechet_agrees_with_the_matrix_root_and_with_torchmetrics():
    rng = np.random.default_rng(1)
    real = rng.normal(size=(300, 12)) @ rng.normal(size=(12, 12))
    fake = rng.normal(size=(250, 12)) @ rng.normal(size=(12, 12)) + 0.5
    oracle = FrechetInceptionDistance(feature=Identity(12)).set_dtype(torch.float64)
    oracle.update(torch.from_numpy(real), real=True)
    oracle.update(torch.from_numpy(fake), real=False)
    distance = frechet_distance(real, fake)
    assert distance == pytest.approx(textbook_frechet(real, fake), rel=1e-9)
    assert distance == pytest.approx(float(oracle.compute()), rel=1e-9)


def test_frechet_of_identical_sets_is_zero_even_far_from_the_origin():
    features = np.random.default_rng(2).normal(size=(100, 20)) + 1e6
    assert frechet_distance(features, features.copy()) == pytest.approx(0, abs=1e-9)


def test_frechet_of_fewer_samples_than_features():
    rng = np.random.default_rng(3)
    real, fake = rng.normal(size=(10, 40)), rng.normal(size=(12, 40))
    assert frechet_distance(real, real) == pytest.approx(0, abs=1e-10)
    assert frechet_distance(real, fake) == pytest.approx(textbook_frechet(real, fake), rel=1e-5)


@given(st.integers(0, 2**32), st.integers(2, 30), st.integers(2, 30), st.integers(1, 8))
def test_frechet_is_symmetric_and_blind_to_order_and_rotation(seed, n, m, d):
    rng = np.random.default_rng(seed)
    real, fake = rng.normal(size=(n, d)), 2 * rng.normal(size=(m, d)) + 1
    rotation, _ = np.linalg.qr(rng.normal(size=(d, d)))
    distance = frechet_distance(real, fake)
    assert distance >= 0
    assert frechet_distance(fake, real) == pytest.approx(distance, abs=1e-9)
    assert frechet_distance(rng.permutation(real), fake) == pytest.approx(distance, abs=1e-9)
    assert frechet_distance(real @ rotation, fake @ rotation) == pytest.approx(distance, abs=1e-9)


def brute_force_mmd(x, y):
    """Loop over Bińkowski et al. (2018), eq. 4, pair by pair."""
    m = len(x)

    def kernel(a, b):
        return (a @ b / len(a) + 1) ** 3

    within = sum(kernel(s[i], s[j]) for s in (x, y) for i in range(m) for j in range(m) if i != j)
    across = sum(kernel(a, b) for a in x for b in y)
    return within / (m * (m - 1)) - 2 * across / m**2


def test_kernel_distance_is_the_brute_force_estimate():
    rng = np.random.default_rng(4)
    real, fake = rng.normal(size=(9, 5)), rng.normal(size=(9, 5)) + 0.5
    expected = brute_force_mmd(real, fake)
    assert kernel_distance(real, fake, rng, subsets=3, subset_size=100) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("subsets", [4, 40])  # fewer values than pairs of samples, and more
def test_kernel_distance_averages_subsets_drawn_from_the_generator(subsets):
    rng = np.random.default_rng(5)
    real, fake = rng.normal(size=(20, 4)), rng.normal(size=(30, 4)) + 1
    draws = np.random.default_rng(6)
    expected = np.mean(
        [
            brute_force_mmd(real[draws.choice(20, 8, replace=False)], fake[draws.choice(30, 8, replace=False)])
            for _ in range(subsets)
        ]
    )
    value = kernel_distance(real, fake, np.random.default_rng(6), subsets=subsets, subset_size=8)
    assert value == pytest.approx(expected, rel=1e-10)


def test_blocks_do_not_change_the_kernel_distance(monkeypatch):
    rng = np.random.default_rng(8)
    real, fake = rng.normal(size=(50, 4)), rng.normal(size=(30, 4))
    whole = kernel_distance(real, fake, np.random.default_rng(6), subsets=4, subset_size=20)
    monkeypatch.setattr(distances, "CHUNK_MIB", 0.002)  # five or eight rows of kernel values at a time
    assert kernel_distance(real, fake, np.random.default_rng(6), subsets=4, subset_size=20) == pytest.approx(whole)


@pytest.mark.parametrize("subsets", [1, 100])
def test_a_far_sample_does_not_leave_its_rounding(subsets):
    """In exact arithmetic; x·x of the far sample is in no pair, and is 10¹² times what is."""
    rng = np.random.default_rng(3)
    real, fake = rng.normal(size=(30, 2)), rng.normal(size=(30, 2))
    fake[0] = 1e6

    def kernel(x, y):
        product = Fraction(x[0]) * Fraction(y[0]) + Fraction(x[1]) * Fraction(y[1])
        return (product / 2 + 1) ** 3

    others = [(i, j) for i in range(30) for j in range(30) if i != j]
    within = sum(kernel(side[i], side[j]) for side in (real, fake) for i, j in others) / (30 * 29)
    exact = float(within - 2 * sum(kernel(x, y) for x in real for y in fake) / 900)
    assert kernel_distance(real, fake, rng, subsets, 30) == pytest.approx(exact, rel=1e-6)


def test_kernel_distance_is_unbiased():
    rng = np.random.default_rng(7)
    values = [
        kernel_distance(rng.normal(size=(20, 4)), rng.normal(size=(20, 4)), rng, subsets=1, subset_size=20)
        for _ in range(400)
    ]
    assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(len(values))
    assert min(values) < 0 < max(values)


@pytest.mark.parametrize("distance", [frechet_distance, lambda a, b: kernel_distance(a, b, np.random.default_rng(0))])
@pytest.mark.parametrize(
    ("real", "fake", "wrong"),
    [
        (np.zeros((4, 2, 2)), np.zeros((4, 2)), "real: features have shape"),
        (np.zeros((1, 2)), np.zeros((4, 2)), "real: 1 rows"),
        (np.zeros((4, 2)), np.zeros((4, 3)), "fake: 3 features against 2"),
        (np.zeros((4, 2)), np.full((4, 2), np.nan), "fake: 4 of 4 rows are not finite"),
    ],
)
def test_features_that_do_not_fit_are_refused(distance, real, fake, wrong):
    with pytest.raises(InputError, match=wrong):
        distance(real, fake)


def test_extrapolated_to_infinity_equal_gaussians_are_nearer_to_zero_than_measured():
    rng = np.random.default_rng(0)
    pairs = [rng.normal(size=(2, 500, 16)) for _ in range(8)]
    infinite = np.array([fd_infinity(*pair, rng) for pair in pairs])
    finite = np.array([frechet_distance(*pair) for pair in pairs])
    assert (np.abs(infinite) < finite / 2).all()
    assert abs(infinite.mean()) < 0.1 * finite.mean()


def test_the_extrapolated_distance_is_that_of_the_distributions():
    rng = np.random.default_rng(1)
    real, fake = rng.normal(size=(2000, 8)), 2 * rng.normal(size=(1500, 8)) + 1
    assert fd_infinity(real, fake, rng) == pytest.approx(8 + 8, rel=0.06)  # a shift of 1 and a scale of 2, each times 8
