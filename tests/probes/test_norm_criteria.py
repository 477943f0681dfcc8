"""The criteria one by one; test_verdicts.py has what they decide together."""

import pandas as pd
import pytest
from tests.probes.invented_norms import LIMITS, falling, history, layered

from aegan.probes.norm_criteria import (
    assess_over_depth,
    find_stall,
    find_trend,
    limit_over_depth,
    mark_stalled,
)
from aegan.probes.norm_series import share_of_run
from aegan.probes.norm_tables import tabulate_layer_norms

NONE = pd.Series(dtype=float)


def norms(table):
    return tabulate_layer_norms(table, "gradient_norm")


def test_a_trend_never_says_vanishing_or_exploding():
    for decades, word in ((9, "shrinking"), (-9, "growing"), (0, "stable")):
        assert find_trend(norms(history(all=falling(decades))), LIMITS).verdict == word


def test_the_excess_of_a_stall_is_its_share_of_the_run():
    table = norms(history(all=falling(3)))
    loss = pd.Series(1.0, index=table.index)
    finding = find_stall(table, loss, NONE, LIMITS)
    assert finding.excess == pytest.approx(4 / 9 / LIMITS.stalled_share)
    assert find_stall(table, loss - ([0.0] * 5 + [0.2] * 5), NONE, LIMITS).excess == 0
    assert find_stall(table, NONE, NONE, LIMITS).excess == 0


def test_a_gradient_of_zero_needs_no_judge_but_a_loss_that_has_not_improved():
    table = norms(history(all=[1.0] + [0.0] * 9))["(all)"]
    flat, even = pd.Series(1.0, index=table.index), pd.Series(0.5, index=table.index)
    assert share_of_run(mark_stalled(table, flat, even, LIMITS)) == pytest.approx(8 / 9)
    assert not mark_stalled(table, flat - ([0.0] + [0.9] * 9), even, LIMITS).any()


def test_depth_has_a_limit_for_each_direction_that_compounds_per_layer():
    assert limit_over_depth(3, 1, LIMITS) == limit_over_depth(5, -1, LIMITS) == 2.0
    assert limit_over_depth(7, 1, LIMITS) == pytest.approx(1.2)
    assert limit_over_depth(7, -1, LIMITS) == pytest.approx(2.4)
    assert limit_over_depth(21, -1, LIMITS) == pytest.approx(8.0)
    assert assess_over_depth(norms(layered(-5, 0)), LIMITS) == []
