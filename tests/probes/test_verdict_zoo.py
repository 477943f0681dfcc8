"""The confusion matrix of docs/verdicts.md: that it is the table beside it, and that a part of it comes out again."""

from pathlib import Path

import pandas as pd
import pytest

from aegan.probes.findings import FAULTS
from benchmarks import verdicts as bench

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(ROOT / "docs" / "verdicts.csv")


def test_the_documented_matrix_is_that_of_the_table(table):
    first, last = bench.MARKS
    page = (ROOT / "docs" / "verdicts.md").read_text("utf-8")
    assert page.split(first)[1].split(last)[0].strip() == bench.render_summary(table)


def test_thresholds_lie_between_the_healthy_and_the_sick_pilots(table):
    pilots = table[table["seed"].isin(bench.PILOTS)]
    judged = bench.classify(pilots["verdict"])
    assert (judged == pilots["built"]).mean() >= 0.95


def test_nine_of_ten_sick_and_nineteen_of_twenty_healthy_networks_are_told_and_more_than_by_other_rules(table):
    reported = table[table["seed"].isin(bench.REPORTED)]
    healthy, flags = reported["built"] == "healthy", bench.flag_sick(reported)
    assert flags["verdict"][~healthy].mean() >= 0.9
    assert (~flags["verdict"][healthy]).mean() >= 0.95
    for rule in ("autotrainer", "size"):
        assert flags["verdict"][~healthy].mean() > flags[rule][~healthy].mean()


def test_there_are_runs_enough_of_each_kind(table):
    reported = table[table["seed"].isin(bench.REPORTED)]
    assert set(reported["built"]) == set(bench.CLASSES)
    assert set(reported["how"]) == {build.how for build in bench.ALL_BUILDS}
    assert set(FAULTS) < set(bench.CLASSES)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(bench.ALL_BUILDS)))
def test_a_run_of_each_kind_comes_out_as_documented(table, number):
    build = bench.ALL_BUILDS[number]
    shape, seed = bench.list_shapes(build)[0], bench.REPORTED[0]
    for row in bench.assess_build(build, shape, seed):
        chosen = {"how": build.how, "depth": shape[0], "width": shape[1], "seed": seed, "network": row["network"]}
        (documented,) = table.loc[(table[list(chosen)] == pd.Series(chosen)).all(axis=1)].to_dict("records")
        assert row["verdict"] == documented["verdict"]
        if not pd.isna(documented["over_time"]):
            assert row["over_time"] == pytest.approx(documented["over_time"], abs=0.1)


def test_other_rules_by_hand():
    steps = range(0, 1000, 100)
    norms = pd.DataFrame({"a": [1e-4] * 10, "b": [1.0] * 10, "(all)": [1.0] * 10}, index=steps)
    dead = pd.Series([0.1] * 8 + [0.9] * 2, index=steps)
    none = pd.Series(dtype=float)
    assert bench.is_sick_by_autotrainer(norms, none, bench.LIMITS)
    assert bench.is_sick_by_autotrainer(norms.assign(a=80.0), none, bench.LIMITS)
    assert not bench.is_sick_by_autotrainer(norms.assign(a=60.0), none, bench.LIMITS)
    assert bench.is_sick_by_autotrainer(norms.assign(a=1.0), dead, bench.LIMITS)
    assert [bench.is_sick_by_size(norms.assign(**{"(all)": size}), bench.LIMITS) for size in (1e-7, 1.0, 2e3)] == [
        True,
        False,
        True,
    ]
