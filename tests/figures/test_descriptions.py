"""Numbers in words."""

import numpy as np
import pandas as pd

from aegan.figures.descriptions import (
    describe_decisions,
    describe_each,
    describe_last_values,
    describe_medians,
    describe_runs,
    describe_size,
    join_descriptions,
)


def test_nothing_is_said_to_be_none_recorded():
    empty = pd.DataFrame(columns=["dataset", "method", "seed", "step", "value"], dtype=float)
    assert join_descriptions({}) == "none recorded"
    assert describe_runs(empty, str) == describe_last_values(empty) == describe_each(empty, str) == "none recorded"


def test_runs_are_described_in_order():
    rows = pd.DataFrame({"dataset": "d", "method": ["b", "a", "b"], "value": [1, 2, 3]})
    assert describe_runs(rows, lambda own: f"of {own['value'].sum()}") == "b on d of 4; a on d of 2"


def test_sizes_count_seeds_once():
    gradients = pd.DataFrame({"seed": [0, 0, 1]})
    assert describe_size(["a"], ["d", "e"], gradients) == "1 method, 2 data sets and 2 seeds"


def test_the_last_value_is_the_median_of_the_last_finite_step():
    rows = [
        ("d", "a", seed, step, value)
        for step, values in {0: (1, 2), 10: (3, 5), 20: (np.inf, np.nan)}.items()
        for seed, value in enumerate(values)
    ]
    table = pd.DataFrame(rows, columns=["dataset", "method", "seed", "step", "value"])
    assert describe_last_values(table) == "a on d 4 at step 10"


def test_medians_are_named_by_metric_and_space():
    table = pd.DataFrame(
        {"dataset": "d", "method": "a", "seed": [0, 1, 2], "space": "random", "metric": "fd", "value": [1.0, 9.0, 2.0]}
    )
    assert describe_medians(table, {"fd": ("FD", "lower")}) == "a on d FD-rnd 2"


def test_decisions_quote_effect_and_unit():
    row = {
        "dataset": "d", "method": "a", "baseline": "b", "outcome": "decay", "decision": "helps", "effect": 1.5,
        "unit": "decades", "family": "secondary", "differs": "",
    }  # fmt: skip
    assert describe_decisions(pd.DataFrame([row])) == ("a against b, decay on d: helps (+1.5 decades), secondary")
