"""Summaries of seeds, marks and limits of curves."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from aegan.figures.curves import compute_limits, find_marks, summarise_seeds

INF, NAN = np.inf, np.nan


def test_bands_are_pandas_quantiles(study):
    own = study.gradients.query("quantity == 'gradient_norm' and network == 'generator' and layer == 'linear1'")
    found = summarise_seeds(own).set_index(["method", "step"])
    for column, q in (("low", 0.0), ("median", 0.5), ("high", 1.0)):
        expected = own.groupby(["method", "step"])["value"].quantile(q)
        pd.testing.assert_series_equal(found[column], expected, check_names=False)


def test_bands_keep_zero_and_infinity_and_leave_out_nan(make_frame):
    found = summarise_seeds(make_frame([[0.0, NAN], [1.0, 2.0], [INF, 4.0]]))
    assert found[["median", "low", "high"]].to_numpy().tolist() == [[1.0, 0.0, INF], [3.0, 2.0, 4.0]]


def test_marks_say_what_a_log_axis_cannot_show(make_frame):
    values = make_frame([[0.0, 1.0, 1.0], [1.0, INF, NAN]])
    found = set(find_marks(values, log=True).itertuples(index=False, name=None))
    assert found == {("a", 0, "zero"), ("a", 1, "infinite"), ("a", 2, "lost")}
    assert "zero" not in set(find_marks(values, log=False)["mark"])


def test_a_seed_is_lost_against_its_own_method_only(make_frame):
    long, short = make_frame([[1.0] * 5]), make_frame([[1.0] * 3, [1.0] * 2], method="short")
    found = find_marks(pd.concat([long, short]), log=True)
    assert found.to_numpy().tolist() == [["short", 1, "lost"]]


@given(
    st.lists(st.sampled_from([0.0, INF, -INF, NAN]) | st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1),
    st.sampled_from(["log", "linear"]),
)
def test_limits_hold_every_value_that_can_be_drawn(values, scale):
    series = pd.Series(values, dtype=float)
    low, high = compute_limits(series, scale)
    assert np.isfinite([low, high]).all()
    assert low < high
    drawn = series[np.isfinite(series) & ((series > 1e-300) | (scale == "linear"))]
    assert ((drawn >= low) & (drawn <= high)).all()
