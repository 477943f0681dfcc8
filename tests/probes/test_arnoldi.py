import numpy as np
import pytest
from numpy.testing import assert_allclose

from aegan.probes.arnoldi import TOLERANCE, iterate_eigenvalues

START = np.random.default_rng(0).standard_normal(40)


def test_the_largest_of_a_diagonal_map_are_found():
    values = np.r_[np.linspace(0.1, 1, 36), [20.0, -30.0, 40.0, 50.0]]
    found = iterate_eigenvalues(lambda u: values * u.ravel(), START, 3)
    assert_allclose(sorted(found.real), [-30.0, 40.0, 50.0], rtol=TOLERANCE)


@pytest.mark.parametrize(("product", "expected"), [(np.nan, np.nan), (np.inf, np.nan), (0.0, 0.0)])
def test_a_map_that_is_not_finite_has_nan_and_the_zero_map_zeros(product, expected):
    found = iterate_eigenvalues(lambda u: np.full(len(u), product), START, 3)
    assert found.dtype == np.complex128
    assert_allclose(found.real, [expected] * 3)


def test_none_are_found_where_none_are_asked_for():
    assert len(iterate_eigenvalues(lambda u: u, START, 0)) == 0
