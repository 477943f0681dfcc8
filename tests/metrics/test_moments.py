"""Moments of features in blocks are those of the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.errors import InputError
from aegan.metrics.distances import frechet_distance
from aegan.metrics.moments import compute_block_moments, compute_moments, merge_moments, moments_distance


def correlated(seed, n, d=6, shift=0.0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + shift


@given(st.integers(0, 2**32), st.integers(2, 60), st.integers(1, 8), st.lists(st.integers(1, 59), max_size=5))
def test_moments_of_any_blocks_are_those_of_the_whole(seed, n, d, cuts):
    features = correlated(seed, n, d, shift=3.0)
    found = compute_block_moments(np.split(features, sorted({cut for cut in cuts if cut < n})))
    root = found.covariance_root()
    assert found.samples == n
    np.testing.assert_allclose(found.mean, features.mean(axis=0), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(root.T @ root, np.atleast_2d(np.cov(features, rowvar=False)), rtol=1e-9, atol=1e-9)


def test_merging_is_as_exact_far_from_the_origin_as_near_it():
    near, fake = correlated(0, 5000), 1.5 * correlated(1, 5000)
    far = [side + 1e6 for side in (near, fake)]
    whole = frechet_distance(near, fake)
    split = moments_distance(*(compute_block_moments(np.array_split(side, 50)) for side in far))
    assert split == pytest.approx(whole, rel=1e-7)
    assert moments_distance(compute_moments(far[0]), compute_block_moments(np.array_split(far[0], 50))) < 1e-6


def test_the_order_of_merging_does_not_matter():
    parts = [compute_moments(correlated(seed, 10 + seed)) for seed in range(3)]
    first, second = (
        merge_moments(merge_moments(parts[0], parts[1]), parts[2]),
        merge_moments(parts[0], merge_moments(parts[1], parts[2])),
    )
    np.testing.assert_allclose(first.root.T @ first.root, second.root.T @ second.root, rtol=1e-12, atol=1e-12)


def test_moments_of_what_is_not_finite_are_refused():
    with pytest.raises(InputError, match="1 of 3 rows are not finite"):
        compute_moments(np.array([[0.0], [np.nan], [1.0]]))
