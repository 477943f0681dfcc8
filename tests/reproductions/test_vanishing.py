"""Arjovsky & Bottou 2017, figure 2: decades lost by hand, tables through the grades, a tiny run."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from aegan.data.array_dataset import ArrayDataset
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.vanishing import decades_below_peak, vanishing

TINY = {"epochs": (1, 2), "discriminator_steps": 12, "channels": 2, "latent": 3, "batch_size": 20} | {
    "looks": 3,
    "batches": 2,
    "accurate_by": 5,
}


@pytest.fixture
def data(tiny):
    return ReproductionData(ArrayDataset(tiny.images()), ArrayDataset(tiny.images(seed=1)))


def test_decades_lost_count_from_the_peak():
    assert decades_below_peak(pd.Series([1.0, 10.0, 0.1])) == pytest.approx(2)
    assert decades_below_peak(pd.Series([1.0, 0.0])) == np.inf
    assert np.isnan(decades_below_peak(pd.Series([1.0, np.nan])))


def table(decades, accuracy=1.0):
    """Rows in which a seed's generators lose these decades, and D has this accuracy at step 1000 and 1 later."""
    looks = [
        (seed, stage, step, quantity, value)
        for seed, of_seed in decades.items()
        for stage, loss in enumerate(of_seed)
        for quantity, values in (("minimax", [1, 1, 10.0**-loss]), ("accuracy", [0.5, accuracy, 1.0]))
        for step, value in zip([0, 1000, 4000], values, strict=True)
    ]
    return pd.DataFrame(looks, columns=["seed", "stage", "step", "quantity", "value"])


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (table({seed: [1.4, 1.9, 2.0] for seed in range(5)}), [True, True]),
        (table({seed: [1.4, 1.4, 2.0] for seed in range(5)}), [False, True]),
        (table({seed: [2.0, 2.0, 2.0] for seed in range(5)}, accuracy=0.98), [True, False]),
        (table({seed: [np.nan, 2.0, 2.0] for seed in range(5)}), [False, True]),
    ],
)
def test_grades_of_tables(rows, passes):
    assert [grade.passed for grade in vanishing().grade(rows)] == passes


def test_a_tiny_run_says_the_same_twice_and_is_drawn(data):
    result = vanishing(**TINY)
    rows = result.measure(3, data)
    assert_frame_equal(rows, result.measure(3, data), check_exact=True)
    assert sorted(rows["step"].unique()) == [0, 3, 5, 12]
    assert set(rows["stage"]) == {1, 2}
    assert rows["value"].notna().all()
    figure = result.draw(rows.assign(seed=3))
    assert len(figure.axes) == 2
    assert {line.get_label() for line in figure.axes[0].lines} >= {"after 1 epoch", "after 2 epochs"}
