import numpy as np
import pytest

from aegan.data.gaussians import Grid, Ring
from aegan.errors import InputError

SOURCES = [Ring(count=20_000), Grid(count=20_000)]


def test_the_ring_lies_at_the_eighths_of_the_unit_circle():
    half = np.sqrt(0.5)
    by_hand = [[1, 0], [half, half], [0, 1], [-half, half], [-1, 0], [-half, -half], [0, -1], [half, -half]]
    np.testing.assert_allclose(Ring().compute_centres(), by_hand, atol=1e-15)
    np.testing.assert_allclose(Ring(modes=2, radius=3).compute_centres(), [[3, 0], [-3, 0]], atol=1e-15)


def test_the_grid_lies_at_even_places():
    places = [-4, -2, 0, 2, 4]
    np.testing.assert_array_equal(Grid().compute_centres(), [[x, y] for x in places for y in places])
    np.testing.assert_array_equal(
        Grid(side=2, spacing=1).compute_centres(), [[-0.5, -0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, 0.5]]
    )


def test_settings_are_those_of_pacgan():
    assert (Ring().std, Grid().std, Ring().count, Grid().count) == (0.01, 0.05, 100_000, 100_000)


@pytest.mark.parametrize("source", SOURCES)
def test_points_have_the_moments_of_their_modes(source):
    data, centres = source.load(source.list_files()), source.compute_centres()
    assert (data.values.shape, data.values.dtype, data.labels.dtype) == ((20_000, 2), np.float32, np.int64)
    assert data.classes == tuple(map(str, range(len(centres))))
    sizes = np.bincount(data.labels)
    share = 1 / len(centres)
    # 5 standard errors of a binomial share, of a mean, of a deviation
    np.testing.assert_allclose(sizes / 20_000, share, atol=5 * np.sqrt(share * (1 - share) / 20_000))
    for label, centre in enumerate(centres):
        own = data.values[data.labels == label].astype(np.float64)
        np.testing.assert_allclose(own.mean(axis=0), centre, atol=5 * source.std / np.sqrt(len(own)))
        np.testing.assert_allclose(own.std(axis=0), source.std, rtol=5 / np.sqrt(2 * len(own)))


def test_the_seed_decides():
    first, again, other = (Ring(count=50, seed=seed).load([]).values for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.isin(first, other).any()


def test_points_beyond_single_precision_are_refused():
    with pytest.raises(InputError, match=r"^ring: .*finite"):
        Ring(radius=1e40, count=10).load([])
