import numpy as np
import pytest
from aegan.data.funnel import Funnel

from aegan.errors import InputError


def test_the_first_coordinate_is_normal_and_the_others_are_scaled_by_it():
    points = Funnel(count=20_000, dimensions=2).load([]).values
    assert points.shape == (20_000, 3)
    assert points.dtype == np.float32
    v, others = points[:, :1], points[:, 1:]
    assert (v.mean(), v.std()) == pytest.approx((0, 3), abs=0.06)
    assert (others / np.exp(v / 2)).std(0) == pytest.approx(1, abs=0.03)


def test_the_seed_decides_the_points():
    first, same, other = (Funnel(count=10, seed=seed).load([]).values for seed in (0, 0, 1))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_a_deviation_beyond_float32_is_refused():
    with pytest.raises(InputError, match=r"funnel: values from .* Give finite values"):
        Funnel(count=100, deviation=1e4).load([])
