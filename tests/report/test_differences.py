import numpy as np
import pandas as pd
import pytest

from aegan.metrics.registry import METRIC_LABELS
from aegan.report.differences import (
    SavedReport,
    compare_settings,
    count_unmatched_rows,
    estimate_metric_changes,
    select_changed_rows,
)


def quality(values, metric="fd", seeds=range(4), method="gan", dataset="digits", space="classifier"):
    cell = {"dataset": dataset, "method": method, "space": space, "metric": metric, "floor": 0.0, "n": 9}
    return pd.DataFrame([cell | {"seed": seed, "value": value} for seed, value in zip(seeds, values, strict=True)])


def estimate_one(old, new):
    (row,) = estimate_metric_changes(old, new, METRIC_LABELS).to_dict("records")
    return row


def test_shared_seeds_are_paired_by_seed_and_higher_coverage_is_better():
    before = quality([0.1, 0.5, 0.9], "coverage", [0, 1, 2])
    after = quality([1.0, 0.6, 0.2], "coverage", [2, 1, 0])
    row = estimate_one(before, after)
    assert row["effect"] == pytest.approx(0.1)
    assert (row["low"], row["high"]) == pytest.approx((0.1, 0.1))
    assert (row["seeds"], row["differs"], row["unit"]) == ("3 pairs", True, "")


def test_seeds_that_are_not_shared_are_compared_arm_by_arm():
    rng = np.random.default_rng(0)
    before, after = rng.normal(size=20), rng.normal(0.8, size=30)
    row = estimate_one(quality(before, "kid", range(20)), quality(after, "kid", range(100, 130)))
    middle = [np.sort(values)[len(values) // 4 : -(len(values) // 4)].mean() for values in (before, after)]
    assert row["effect"] == pytest.approx(middle[0] - middle[1])  # a lower KID is better
    assert row["low"] < row["effect"] < row["high"] < 0
    # the width of a normal mean's interval, with the standard error of the interquartile mean about 1.09 of the mean's
    assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * 1.09 * np.sqrt(1 / 20 + 1 / 30), rel=0.3)
    assert (row["seeds"], row["differs"]) == ("20 and 30", True)


def test_one_seed_has_no_interval():
    row = estimate_one(quality([1.0], seeds=[0]), quality([10.0], seeds=[0]))
    assert (row["effect"], row["low"], row["high"]) == (-1, -np.inf, np.inf)


def test_a_run_that_diverged_counts_as_lost_and_a_metric_without_direction_only_grows():
    row = estimate_one(quality([1.0] * 12, seeds=range(12)), quality([1.0, np.nan] * 6, seeds=range(12)))
    assert (row["old"], row["new"], row["effect"]) == (1.0, np.inf, -np.inf)  # half of the runs
    row = estimate_one(quality([1.0] * 12, seeds=range(12)), quality([1.0] * 10 + [np.nan] * 2, seeds=range(12)))
    assert (row["new"], row["effect"]) == (1.0, 0.0)  # a few are trimmed away
    row = estimate_one(quality([1.0] * 4), quality([np.nan] * 4))
    assert (row["effect"], row["high"]) == (-np.inf, -np.inf)
    assert estimate_one(quality([1.0] * 4, "rate"), quality([2.0] * 4, "rate"))["effect"] == 1


def test_rounding_is_no_change_and_more_than_that_is():
    assert not estimate_one(quality([1.0] * 4), quality([1.000001] * 4))["differs"]
    assert estimate_one(quality([1.0] * 4), quality([1.0001] * 4))["differs"]


def saved(origin, config):
    return SavedReport("name", origin, config, *[pd.DataFrame()] * 3, {})


def test_settings_that_differ_are_listed_by_part():
    first = saved({"code": "a", "data set digits.sha256": "1"}, {"report": {"alpha": 0.05, "confidence": 0.95}})
    second = saved(
        {"code": "a", "data set digits.sha256": "2"}, {"report": {"alpha": 0.01, "confidence": 0.95}, "x": 1}
    )
    assert compare_settings(first, second).fillna("absent").to_numpy().tolist() == [
        ["configuration", "report.alpha", "0.05", "0.01"],
        ["configuration", "x", "absent", "1"],
        ["data", "data set digits.sha256", "1", "2"],
    ]
    assert compare_settings(first, first).empty


def test_rows_are_matched_by_their_keys():
    old = pd.DataFrame({"seed": ["0", "1", "2"], "verdict": ["stable", "stable", "vanishing"]})
    new = pd.DataFrame({"seed": ["3", "2", "1"], "verdict": ["stable", "stable", "stable"]})
    changed = select_changed_rows(old, new, ["seed"], "verdict")
    assert changed.to_dict("records") == [{"seed": "2", "verdict_old": "vanishing", "verdict_new": "stable"}]
    assert count_unmatched_rows(old, new, ["seed"]) == (1, 1)
    assert count_unmatched_rows(old, new[:0], ["seed"]) == (3, 0)
