import numpy as np

from aegan.data.swiss_roll import SwissRoll


def test_without_noise_the_points_lie_on_the_spiral():
    data = SwissRoll(noise=0, count=500).load(SwissRoll().list_files())
    assert (data.values.shape, data.values.dtype, data.classes) == ((500, 2), np.float32, ())
    # the roll is (t cos t, t sin t) with t between 3π/2 and 9π/2, so the radius tells the angle
    t = np.hypot(*data.values.T) * 7.5
    assert 1.5 * np.pi <= t.min() < t.max() <= 4.5 * np.pi
    np.testing.assert_allclose(data.values * 7.5, np.stack([t * np.cos(t), t * np.sin(t)], axis=1), atol=1e-4)


def test_noise_is_measured_before_the_division():
    noisy, clean = (SwissRoll(noise=noise, count=20_000).load([]).values for noise in (0.25, 0))
    np.testing.assert_allclose((noisy - clean).std(axis=0), 0.25 / 7.5, rtol=0.03)


def test_the_scale_is_about_one_deviation():
    points = SwissRoll(count=5000).load([]).values
    assert 0.8 < points.std() < 1


def test_the_seed_decides_and_the_global_state_does_not():
    np.random.seed(0)  # noqa: NPY002 - the state that must not matter
    first = SwissRoll(count=20, seed=3).load([]).values
    np.random.seed(1)  # noqa: NPY002
    np.testing.assert_array_equal(first, SwissRoll(count=20, seed=3).load([]).values)
    assert not np.isin(first, SwissRoll(count=20, seed=4).load([]).values).any()
