"""Arjovsky & Bottou 2017, figure 2: decades lost by hand, tables through the grades, a tiny run."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from aegan.data.array_dataset import ArrayDataset
from aegan.reproductions.grading import World
from aegan.reproductions.vanishing import Setting, by_seed, lost, one_generator, vanishing

TINY = {"epochs": (1, 2), "discriminator_steps": 12, "channels": 2, "latent": 3, "batch_size": 20} | {
    "looks": 3,
    "batches": 2,
    "accurate_by": 5,
}


@pytest.fixture
def world(tiny):
    return World(ArrayDataset(tiny.images()), ArrayDataset(tiny.images(seed=1)))


def test_decades_lost_count_from_the_peak():
    assert lost(pd.Series([1.0, 10.0, 0.1])) == pytest.approx(2)
    assert lost(pd.Series([1.0, 0.0])) == np.inf
    assert np.isnan(lost(pd.Series([1.0, np.nan])))


def test_a_seed_has_the_median_of_its_stages():
    rows = table({0: [1.0, 2.0, 9.0], 1: [4.0, 3.0, 5.0]})
    found = by_seed(rows, "minimax", lost)
    np.testing.assert_allclose(found, [2, 4])


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


def test_a_tiny_run_says_the_same_twice_and_is_drawn(world):
    result = vanishing(**TINY)
    rows = result.measure(3, world)
    assert_frame_equal(rows, result.measure(3, world), check_exact=True)
    assert sorted(rows["step"].unique()) == [0, 3, 5, 12]
    assert set(rows["stage"]) == {1, 2}
    assert rows["value"].notna().all()
    figure = result.draw(rows.assign(seed=3))
    assert len(figure.axes) == 2
    assert {line.get_label() for line in figure.axes[0].lines} >= {"after 1 epoch", "after 2 epochs"}


def test_a_generator_that_was_never_reached_has_no_gradient(world):
    setting = Setting((1,), 2, 2, 3, 8, 2, 2)
    rows = one_generator(setting, {}, 0, world.train, setting.schedule(1)).assign(seed=0, stage=1)
    assert rows["value"].isna().all()
    assert not any(grade.passed for grade in vanishing().grade(rows))
