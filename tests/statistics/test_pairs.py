"""Who is paired with whom."""

import numpy as np
import pandas as pd
import pytest

from aegan.errors import InputError
from aegan.statistics.pairs import pair_members


def rows(method, values, outcome="fd", dataset="digits"):
    return pd.DataFrame(
        {"dataset": dataset, "method": method, "seed": values.keys(), "outcome": outcome, "value": values.values()}
    )


FRAME = pd.concat([rows("gan", {1: 4.0, 0: np.nan, 2: 6.0}), rows("arm", {0: 1.0, 1: 2.0, 3: 3.0})])


def test_seeds_that_both_ran_are_paired():
    (pairs,) = pair_members(FRAME, [("arm", "gan")], ["fd"])
    assert pairs[:4] == ("digits", "arm", "gan", "fd")
    expected = pd.DataFrame({"value": [1.0, 2.0], "baseline_value": [np.nan, 4.0]}, index=[0, 1])
    pd.testing.assert_frame_equal(pairs.by_seed, expected, check_names=False)


def test_a_baseline_that_was_not_run_leaves_no_pairs_and_a_method_no_comparison():
    (pairs,) = pair_members(FRAME, [("arm", "absent"), ("absent", "gan")], ["fd", "unknown"])
    assert (pairs.method, len(pairs.by_seed)) == ("arm", 0)


def test_a_method_is_paired_with_each_of_its_baselines():
    frame = pd.concat([FRAME, rows("other", {0: 7.0})])
    pairs = pair_members(frame, [("arm", "other"), ("arm", "gan")], ["fd"])
    assert [(own.baseline, list(own.by_seed.index)) for own in pairs] == [("other", [0]), ("gan", [0, 1])]


def test_a_member_given_twice_is_refused():
    with pytest.raises(InputError, match="more than one value"):
        pair_members(pd.concat([FRAME, FRAME.iloc[:1]]), [("arm", "gan")], ["fd"])


def test_a_missing_column_is_refused():
    with pytest.raises(InputError, match="no column seed"):
        pair_members(FRAME.drop(columns="seed"), [("arm", "gan")], ["fd"])
