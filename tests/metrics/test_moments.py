"""Features in blocks give what they give as a whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.errors import InputError
from aegan.metrics import blocks
from aegan.metrics import memorisation as memory
from aegan.metrics.distances import frechet_distance
from aegan.metrics.features import Features, features_of
from aegan.metrics.moments import merged, moments, moments_distance, moments_of
from aegan.metrics.registry import CLASSES, quality


def correlated(seed, n, d=6, shift=0.0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + shift


@given(st.integers(0, 2**32), st.integers(2, 60), st.integers(1, 8), st.lists(st.integers(1, 59), max_size=5))
def test_moments_of_any_blocks_are_those_of_the_whole(seed, n, d, cuts):
    features = correlated(seed, n, d, shift=3.0)
    found = moments_of(np.split(features, sorted({cut for cut in cuts if cut < n})))
    root = found.covariance_root()
    assert found.samples == n
    np.testing.assert_allclose(found.mean, features.mean(axis=0), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(root.T @ root, np.atleast_2d(np.cov(features, rowvar=False)), rtol=1e-9, atol=1e-9)


def test_merging_is_as_exact_far_from_the_origin_as_near_it():
    near, fake = correlated(0, 5000), 1.5 * correlated(1, 5000)
    far = [side + 1e6 for side in (near, fake)]
    whole = frechet_distance(near, fake)
    split = moments_distance(*(moments_of(np.array_split(side, 50)) for side in far))
    assert split == pytest.approx(whole, rel=1e-7)
    assert moments_distance(moments(far[0]), moments_of(np.array_split(far[0], 50))) < 1e-6


def test_the_order_of_merging_does_not_matter():
    parts = [moments(correlated(seed, 10 + seed)) for seed in range(3)]
    first, second = merged(merged(parts[0], parts[1]), parts[2]), merged(parts[0], merged(parts[1], parts[2]))
    np.testing.assert_allclose(first.root.T @ first.root, second.root.T @ second.root, rtol=1e-12, atol=1e-12)


def test_moments_of_what_is_not_finite_are_refused():
    with pytest.raises(InputError, match="1 of 3 rows are not finite"):
        moments(np.array([[0.0], [np.nan], [1.0]]))


def test_all_metrics_of_a_whole_are_those_of_its_blocks_and_drawn_rows():
    real, fake, drawn = correlated(0, 400), correlated(1, 900), np.arange(0, 900, 3)
    held = quality(features_of(real), features_of(fake[drawn]), np.random.default_rng(0))
    streamed = Features(900, lambda: np.array_split(fake, 7), fake[drawn])
    found = quality(features_of(real), streamed, np.random.default_rng(0))
    assert found.pop("fd") == pytest.approx(frechet_distance(real, fake), rel=1e-10)
    held.pop("fd")
    assert found == held
    numbers = np.arange(900)[:, None] % 7
    in_blocks = Features(900, lambda: np.array_split(numbers, 5), numbers[:0])
    pair = [
        quality(features_of(numbers), of, np.random.default_rng(0), CLASSES) for of in (in_blocks, features_of(numbers))
    ]
    assert pair[0] == pair[1]


def test_all_are_looked_at_once():
    times = []

    def read():
        times.append(1)
        return [correlated(1, 50)]

    features = Features(50, read, correlated(1, 50))
    assert features.moments is features.moments
    assert len(times) == 1


@pytest.mark.parametrize("block", [64, 1000])
def test_neighbours_are_found_in_whatever_block_they_are(monkeypatch, block):
    train, test, fake = (correlated(seed, n).astype(np.float32) for seed, n in ((0, 900), (1, 300), (2, 200)))
    copied = np.concatenate([fake[:100], train[::9]])
    whole = [memory.memorisation(memory.Splits(train, test), of) for of in (fake, copied)]
    monkeypatch.setattr(blocks, "BLOCK", block)
    assert [memory.memorisation(memory.Splits(train, test), of) for of in (fake, copied)] == pytest.approx(
        whole, rel=1e-6
    )
