"""Stages are compared by place, and runs that stopped are found."""

import pandas as pd

from aegan.figures.stages import (
    describe_rounds,
    find_runs_without_last_stage,
    find_stopped_runs,
    select_last_stage,
    split_by_stage,
)


def test_stages_are_compared_by_place_and_lost_runs_are_found(words, make_probe):
    short = make_probe({("a", 0): ([0.5], [1.0]), ("a", 1): ([0.5], [1.0])}, stage=10)
    long = make_probe({("a", 0): ([0.5], [1.0]), ("b", 0): ([0.5], [1.0])}, stage=20)
    table = pd.concat([short, long, make_probe({("b", 0): ([0.5], [1.0])}, stage=40)])
    assert find_stopped_runs(table).to_numpy().tolist() == [["digits", "a", 1, 2.0]]
    assert find_runs_without_last_stage(table).to_numpy().tolist() == [["digits", "a", 1]]
    assert set(select_last_stage(table)["stage"]) == {20, 40}
    assert describe_rounds(select_last_stage(table)) == "after 20 to 40 rounds"
    words, frames = zip(*split_by_stage(table[table["quantity"] == "held_out_cross_entropy"]), strict=True)
    assert words == ("after 10 to 20 rounds", "after 20 to 40 rounds")
    assert frames[1].query("method == 'a' and seed == 1")["value"].isna().tolist() == [True]
