import pandas as pd

from aegan.report.comparison_tables import (
    tabulate_changed_decisions,
    tabulate_changed_verdicts,
    tabulate_metric_changes,
    tabulate_settings,
)


def test_settings_are_headed_by_the_reports():
    table = tabulate_settings(
        pd.DataFrame([["code", "code", "a", None]], columns=["part", "key", "old", "new"]), "A", "B"
    )
    assert table.headers == ["part", "key", "A", "B"]
    assert table.rows == [["code", "code", "a", "–"]]


def test_verdicts_are_listed_before_and_after():
    row = {
        "dataset": "d",
        "method": "m",
        "seed": "0",
        "network": "g",
        "verdict_old": "stable",
        "verdict_new": "vanishing",
    }
    table = tabulate_changed_verdicts(pd.DataFrame([row]))
    assert table.headers[-2:] == ["was", "is"]
    assert table.rows[0][-2:] == ["stable", "vanishing"]


def test_decisions_have_their_effects_and_intervals():
    row = {"dataset": "d", "method": "m", "baseline": "b", "outcome": "FD-cls"}
    for suffix, values in (("old", ("undecided", 0.1, -0.2, 0.3)), ("new", ("helps", 0.5, 0.2, 0.7))):
        row |= dict(zip([f"{key}_{suffix}" for key in ("decision", "effect", "low", "high")], values, strict=True))
        row |= {f"family_{suffix}": "secondary", f"differs_{suffix}": ""}
    table = tabulate_changed_decisions(pd.DataFrame([row]))
    assert table.rows == [["d", "m", "b", "FD-cls", "secondary", "undecided", "+0.1", "helps", "+0.5"]]
    assert table.details == [["", "", "", "", "", "", "−0.2 to +0.3", "", "+0.2 to +0.7"]]


def test_metrics_have_the_names_of_their_spaces():
    row = {
        "dataset": "d", "space": "classifier", "metric": "fd", "method": "m", "old": 1.0, "new": 10.0,
        "effect": -1.0, "low": -1.0, "high": -1.0, "unit": "decades", "seeds": "4 pairs",
    }  # fmt: skip
    table = tabulate_metric_changes("All metrics", pd.DataFrame([row]), {"fd": ("FD", "lower")})
    assert table.caption == "All metrics"
    assert table.rows == [["d", "classifier", "FD-cls", "m", "1", "10", "−1", "decades", "4 pairs"]]
