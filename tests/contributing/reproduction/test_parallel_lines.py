import numpy as np
import pytest
from aegan.reproductions.parallel_lines import measure_divergence, measure_transport, parallel_lines


@pytest.mark.parametrize("theta", [0.0, 0.3, 2.0])
def test_lines_of_the_same_points_are_their_distance_apart(theta):
    assert measure_transport(np.array([0.1, 0.7, 0.4]), theta) == pytest.approx(theta)


def test_the_divergence_jumps():
    assert measure_divergence(0.0) == pytest.approx(0)
    assert measure_divergence(1e-9) == measure_divergence(5.0) == pytest.approx(np.log(2))


def rows_of(seeds):
    result = parallel_lines(points=20)
    return result, [result.measure(seed, None).assign(seed=seed) for seed in seeds]


def test_what_is_measured_passes_and_wrong_distances_do_not():
    import pandas as pd

    result, tables = rows_of((0, 1, 2))
    assert [grade.passed for grade in result.grade(pd.concat(tables))] == [True, True]
    wrong = pd.concat(tables).assign(wasserstein=0.7)
    assert [grade.passed for grade in result.grade(wrong)] == [False, True]
