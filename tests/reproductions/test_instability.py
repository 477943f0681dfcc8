"""Arjovsky & Bottou 2017, figure 3: growth by hand, tables through the grades, a tiny run."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.instability import growth_in_decades, instability

STEPS = [0, 10, 4000]


def test_growth_counts_from_the_first_look_that_is_late_enough():
    values = pd.Series([1e6, 1.0, 100.0], index=STEPS)
    assert growth_in_decades(values, since=10) == pytest.approx(2)
    assert growth_in_decades(values, since=5) == pytest.approx(2)
    assert growth_in_decades(values, since=0) == pytest.approx(-4)
    assert np.isnan(growth_in_decades(values, since=5000))


def table(growth, of_variance):
    looks = [
        (seed, 1, step, quantity, value)
        for seed in range(5)
        for quantity, decades in (("non_saturating", growth), ("variance", of_variance))
        for step, value in zip(STEPS, [1.0, 1.0, 10.0 ** (decades + 0.01 * seed)], strict=True)
    ]
    return pd.DataFrame(looks, columns=["seed", "stage", "step", "quantity", "value"])


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (table(2.1, 0.5), [True, True]),
        (table(1.9, 3.0), [False, True]),
        (table(2.1, -0.02), [True, False]),  # an even variance, above 0 in two of five seeds
        (table(3.0, -0.5), [True, False]),
        (table(0.0, -0.1), [False, False]),  # a discriminator that learns nothing
        (table(np.nan, np.nan), [False, False]),
    ],
)
def test_grades_of_tables(rows, passes):
    assert [grade.passed for grade in instability().grade(rows)] == passes


def test_a_tiny_run_says_the_same_twice_and_is_drawn(tiny):
    data = ReproductionData(ArrayDataset(tiny.images()), ArrayDataset(tiny.images(seed=1)))
    small = {"discriminator_steps": 12, "channels": 2, "latent": 3, "batch_size": 20, "looks": 2, "batches": 2}
    result = instability(epochs=(1,), **small)
    rows = result.measure(1, data)
    assert_frame_equal(rows, result.measure(1, data), check_exact=True)
    assert sorted(rows["step"].unique()) == [0, 10, 12]
    assert len(result.draw(rows.assign(seed=1)).axes) == 2


def test_no_data_are_refused():
    with pytest.raises(InputError, match="no data"):
        instability().measure(0, None)
