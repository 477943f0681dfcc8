"""From the quality of single runs to performance profiles."""

import numpy as np
import pandas as pd
import pytest

from aegan.analysis.performance_profiles import compute_log_floors, tabulate_profiles
from aegan.analysis.study_schema import PROFILES

SETTINGS = {"confidence": 0.95, "resamples": 200}


def runs(method, dataset, values):
    return pd.DataFrame(
        {"dataset": dataset, "method": method, "seed": range(len(values)), "outcome": "fd", "value": values}
    )


def quality(**floor):
    rows = [("classifier", value) for value in floor.values()]
    return pd.DataFrame(rows, columns=["space", "floor"]).assign(dataset=list(floor), metric="fd")


def shares(table, method):
    own = table[table["method"] == method]
    return own["share"].iloc[0], own["share"].iloc[-1]


def test_data_sets_share_their_floor_and_count_the_same():
    measured = pd.concat([
        runs("near", "a", [1.0, 1.0]), runs("near", "b", [2.0] * 6),  # ten times either floor
        runs("far", "a", [1.0, 1.0]), runs("far", "b", [3.0] * 6),  # a hundred times, of b
    ])  # fmt: skip
    table = tabulate_profiles(measured, quality(a=1.0, b=10.0), SETTINGS)
    assert list(table.columns) == PROFILES
    assert (table["multiple"].min(), table["multiple"].max()) == pytest.approx((10, 100))
    assert shares(table, "near") == (1, 1)
    assert shares(table, "far") == (0.5, 1)


def test_data_sets_that_run_other_methods_are_not_averaged():
    """A hard data set that only one method runs says nothing of that method against the other."""
    shared = [runs(method, dataset, [value]) for method, value in (("near", 1.0), ("far", 2.0)) for dataset in "ab"]
    measured = pd.concat([*shared, runs("near", "hard", [9.0])])
    table = tabulate_profiles(measured, quality(a=1.0, b=1.0, hard=1.0), SETTINGS)
    assert set(zip(table["datasets"], table["method"], strict=True)) == {
        ("a, b", "near"), ("a, b", "far"), ("hard", "near")
    }  # fmt: skip
    assert shares(table[table["datasets"] == "a, b"], "near") == (1, 1)
    assert shares(table[table["datasets"] == "hard"], "near") == (0, 1)


def test_a_run_that_diverged_reaches_nothing():
    table = tabulate_profiles(runs("gan", "a", [1.0, 2.0, np.nan, 1.5]), quality(a=1.0), SETTINGS)
    assert shares(table, "gan") == (0.25, 0.75)
    assert (table["low"] <= table["share"]).all()
    assert (table["share"] <= table["high"]).all()
    assert table["high"].iloc[0] < 1


@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_nothing_that_can_be_read_is_an_empty_table(value):
    assert tabulate_profiles(runs("gan", "a", [value]), quality(a=1.0), SETTINGS).empty
    assert tabulate_profiles(runs("gan", "a", [1.0]), quality(a=0.0), SETTINGS).empty


def test_the_floor_is_that_of_the_classifier_where_there_is_one():
    both = pd.DataFrame(
        {"dataset": ["a", "a", "b"], "space": ["random", "classifier", "random"], "metric": "fd",
         "floor": [1.0, 100.0, 1000.0]}
    )  # fmt: skip
    assert compute_log_floors(both).to_dict() == {"a": 2, "b": 3}
    assert compute_log_floors(both.assign(floor=[1.0, 0.0, 1000.0])).to_dict() == {
        "b": 3
    }  # another space is no substitute
