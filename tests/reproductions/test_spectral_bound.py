"""The gradient bound of spectral normalisation: against plain autograd and by hand, tables through the grades."""

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal

from aegan.reproductions.random_networks import (
    Networks,
    compute_bounds,
    compute_gradient_norms,
    compute_spectral_norms,
    draw_networks,
)
from aegan.reproductions.spectral_bound import ROUNDING, bin_ratios, compare_with_bounds, spectral_bound


def drawn(count=5, deepest=4, widest=6, seed=0):
    return draw_networks(count, deepest, widest, np.random.default_rng(seed), torch.Generator().manual_seed(seed))


def test_a_chain_of_single_units_meets_its_bound():
    one = Networks(
        "relu", [torch.tensor([[[w]]], dtype=torch.float64) for w in (3.0, 0.5, -2.0)], torch.full((1, 1), 4.0).double()
    )
    torch.testing.assert_close(
        compute_gradient_norms(one), torch.tensor([[4.0, 24.0, 6.0]]).double()
    )  # ‖x‖ Π of the others
    torch.testing.assert_close(
        compute_bounds(one, compute_spectral_norms(one)), torch.tensor([[4.0, 24.0, 6.0]]).double()
    )
    (row,) = compare_with_bounds(one).to_dict("records")
    assert row["unnormalised"] == pytest.approx(1.0)
    assert row["normalised"] == pytest.approx(1.0)
    assert row["exceeding"] == pytest.approx(6.0)


def table(**columns):
    return pd.DataFrame({"normalised": 0.5, "unnormalised": 0.5, "exceeding": 3.0, "seed": [0, 0, 1, 1]} | columns)


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (table(), [True, True]),
        (table(normalised=[0.5, 1 + ROUNDING / 2, 1.0, 0.0]), [True, True]),  # what meets its bound is rounded
        (table(normalised=[0.5, 1 + 1e-6, 0.5, 0.5]), [False, True]),
        (table(unnormalised=[0.5, 0.5, 0.5, 2.0]), [False, True]),
        (table(exceeding=[3.0, 3.0, 0.9, 1.0]), [True, False]),
    ],
)
def test_grades_of_tables(rows, passes):
    assert [grade.passed for grade in spectral_bound().grade(rows)] == passes


def test_shares_hold_every_ratio_once():
    counts = bin_ratios(pd.Series([0.0, 1e-9, 0.2, 0.2, 1.0, 5.0]), np.array([-2.0, -1.0, 0.0, 1.0]))
    np.testing.assert_allclose(counts, [2 / 6, 3 / 6, 1 / 6])


def test_a_small_run_holds_says_the_same_twice_and_is_drawn():
    result = spectral_bound(cases=450, deepest=5, widest=12)
    rows = pd.concat([result.measure(seed, None).assign(seed=seed) for seed in (0, 1)], ignore_index=True)
    assert_frame_equal(result.measure(1, None), rows[rows["seed"] == 1].drop(columns="seed").reset_index(drop=True))
    assert (rows.groupby("seed")["case"].nunique() == 450).all()
    assert all(grade.passed for grade in result.grade(rows))  # it is mathematics
    assert len(result.draw(rows).axes) == 1
