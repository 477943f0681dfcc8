"""Deep critics: gradients at activations against autograd and by hand, tables through the grades, a tiny run."""

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal

from aegan.data.array_dataset import ArrayDataset
from aegan.reproductions.critic_depth import ARMS, critic_depth, fit_slopes, select_end
from aegan.reproductions.inputs import ReproductionData

TINY = {"width": 6, "hidden": 3, "rounds": 3, "batch_size": 8}


@pytest.fixture
def data():
    rows = ArrayDataset(np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32))
    return ReproductionData(rows, rows)


def table(of_arms, spread=0.01):
    rows = [
        (arm, seed, step, layer, 10.0 ** (-(slope + seed * spread) * layer + (5 if step == 0 else 0) * layer))
        for arm, slope in zip(ARMS, of_arms, strict=True)
        for seed in (0, 1)
        for step in (0, 5, 10)
        for layer in (1, 2, 3)
    ]
    return pd.DataFrame(rows, columns=["arm", "seed", "step", "layer", "norm"])


def test_slopes_are_decades_per_layer_going_back():
    found = fit_slopes(table([0.3, -0.6, -1.2, 0.0, 0.2]))
    assert found["clipped at 0.01", 0, 5] == pytest.approx(-0.6)
    assert found["clipped at 0.01", 0, 0] == pytest.approx(-5.6)
    assert set(select_end(table([0, 0, 0, 0, 0]))["step"]) == {5, 10}


@pytest.mark.parametrize(
    ("of_arms", "passes"),
    [
        ([0.3, -0.6, -1.2, 0.0, 0.17], [True, True, True, True, True]),
        ([0.1, -0.4, -0.9, -0.2, 0.17], [False, False, False, False, False]),
        ([0.3, -0.6, -1.2, np.nan, 0.17], [True, True, True, False, False]),  # a member that diverged
        ([0.0, 0.0, 0.0, 0.0, 0.0], [False, False, False, False, False]),  # the arms do as their control
        ([0.3, -0.6, -1.2, 0.0, 0.02], [True, True, True, False, False]),  # level without the penalty as well
        ([0.3, -0.6, -1.2, 0.0, -1.3], [True, False, False, True, True]),  # nor does clipping matter
        ([0.3, -0.6, -1.2, 0.0, 0.3], [False, True, True, True, True]),
    ],
)
def test_grades_of_tables(of_arms, passes):
    assert [grade.passed for grade in critic_depth().grade(table(of_arms))] == passes


def test_a_tiny_run_says_the_same_twice_and_is_drawn(data):
    before = torch.random.get_rng_state()
    result = critic_depth(**TINY)
    rows = result.measure(0, data)
    assert_frame_equal(rows, result.measure(0, data), check_exact=True)
    assert torch.equal(before, torch.random.get_rng_state())
    assert rows.groupby("arm")[["step", "layer"]].nunique().to_numpy().tolist() == [[3, 3]] * 5
    at_first = rows[rows["step"] == 0].groupby("layer")["norm"].nunique()
    assert (at_first == 1).all()  # the arms start alike, and are looked at on the same data
    assert len(result.draw(pd.concat([rows.assign(seed=seed) for seed in (0, 1)])).axes) == 2
