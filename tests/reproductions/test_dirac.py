"""The Dirac-GAN: its spectrum and its steps in closed form, tables through the grades, a tiny run."""

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal

from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.reproductions.dirac import compute_remaining_distances, dirac, require_zero_points
from aegan.reproductions.dirac_game import SCHEMES, tabulate_points, tabulate_spectra
from aegan.reproductions.inputs import ReproductionData

POINTS = ArrayDataset(np.zeros((4, 1), np.float32))
DATA = ReproductionData(POINTS, POINTS)


def made(factor_free, factor_held, error=0.0):
    """Two seeds of orbits that shrink by a factor a round, and a spectrum that is off by `error`."""
    tables = []
    for seed in (0, 1):
        for scheme in SCHEMES:
            for gamma, factor in ((0.0, factor_free), (0.3, factor_held)):
                distance = np.cumprod(np.full(50, factor)) * (1 + seed)
                places = np.stack([distance, np.zeros(50)], axis=1)
                tables.append(tabulate_points("orbit", "minimax", gamma, places, scheme).assign(seed=seed))
        parts = tabulate_spectra("minimax", 0.3)
        parts.loc[parts["part"] == "numeric", "x"] += error
        tables.append(parts.assign(seed=seed))
    return pd.concat(tables)


def test_what_is_left_is_the_last_fifth_against_the_start():
    left = compute_remaining_distances(made(1.0, 0.9)).set_index(["gamma", "scheme", "seed"])["left"]
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
            require_zero_points(ReproductionData(ArrayDataset(array), ArrayDataset(array)))


def test_a_tiny_run_says_the_same_twice_and_is_drawn():
    before = torch.random.get_rng_state()
    result = dirac(rounds=10, gammas=(1.0,), orbit_gammas=(0.3,))
    rows = result.measure(3, DATA)
    assert_frame_equal(rows, result.measure(3, DATA), check_exact=True)
    assert torch.equal(before, torch.random.get_rng_state())
    assert set(rows["scheme"]) == {"", *SCHEMES}
    both = pd.concat([rows.assign(seed=seed) for seed in (0, 1)])
    assert len(result.draw(both).axes) == 5
    assert result.exact
