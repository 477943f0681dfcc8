import numpy as np
import pandas as pd
import pytest
from tests.probes.invented_norms import LIMITS, STEPS

from aegan.probes.findings import Windows
from aegan.probes.norm_series import (
    decades_changed,
    find_onset,
    find_worst_layer,
    first_lasting_step,
    log_ratio,
    select_end,
    share_of_run,
    start_and_end_medians,
)


def series(*values, steps=STEPS):
    return pd.Series(values, index=steps, dtype=float)


def test_ends_are_medians_that_outliers_do_not_move():
    norms = series(1.0, 2.0, 900.0, 1.0, 1.0, 1.0, 4.0, 5.0, 1e9, 3.0)
    assert start_and_end_medians(norms, Windows(0.25, 0.25)) == (2.0, 5.0)
    assert decades_changed(norms, Windows(0.25, 0.25)) == pytest.approx(np.log10(2.5))


def test_windows_are_shares_of_the_rounds_and_not_of_the_probes():
    early_is_dense = series(1.0, 1.0, 3.0, 5.0, 7.0, steps=[0, 10, 20, 500, 1000])
    assert start_and_end_medians(early_is_dense, Windows(0.02, 0.2)) == (1.0, 7.0)
    assert start_and_end_medians(early_is_dense, Windows(0.005, 0.5)) == (1.0, 6.0)
    assert select_end(early_is_dense.index, Windows(0.02, 0.5)).tolist() == [False, False, False, True, True]
    assert start_and_end_medians(series(4.0, steps=[7]), Windows(0.02, 0.2)) == (4.0, 4.0)


def test_onset_is_the_last_crossing_not_the_first():
    norms = series(1, 1, 1e-3, 1, 1, 1e-2, 1e-2, 1e-2, 1e-2, 1e-2)
    assert find_onset(norms, LIMITS.windows, -1.0) == 500
    assert first_lasting_step(norms < 0) == 900


def test_a_share_of_the_run_counts_rounds_until_the_next_probe():
    assert share_of_run(pd.Series([True, False, True, False], index=[0, 10, 20, 100])) == pytest.approx(0.9)
    assert share_of_run(pd.Series([True], index=[5])) == 1.0


def test_the_worst_layer_is_none_of_the_whole():
    assert find_worst_layer({"(all)": -9.0, "a": -1.0, "b": 2.0}, -1) == "a"
    assert find_worst_layer({"(all)": -9.0}, -1) == "(all)"


def test_log_ratios_of_zeros():
    assert log_ratio([0.0, 1.0, 0.0, 100.0], [1.0, 0.0, 0.0, 1.0]).tolist() == [-np.inf, np.inf, -np.inf, 2.0]
