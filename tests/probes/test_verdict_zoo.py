"""The confusion matrix of docs/verdicts.md: that it is the table beside it, and that a part of it comes out again."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def bench():
    return runpy.run_path(str(ROOT / "benchmarks" / "verdicts.py"))


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(ROOT / "docs" / "verdicts.csv")


def test_the_documented_matrix_is_that_of_the_table(bench, table):
    first, last = bench["MARKS"]
    page = (ROOT / "docs" / "verdicts.md").read_text("utf-8")
    assert page.split(first)[1].split(last)[0].strip() == bench["render_summary"](table)


def test_the_documented_thresholds_are_the_defaults(bench, table):
    limits = bench["LIMITS"]
    pilots = table[table["seed"].isin(bench["PILOTS"])]
    said = f"{limits.vanishing_decades:.1f}, {limits.exploding_decades:.1f}, {limits.depth_decades:.1f}."
    assert bench["describe_pilots"](pilots).endswith(said)


def test_there_are_runs_enough_of_each_kind(bench, table):
    reported = table[table["seed"].isin(bench["REPORTED"])].drop_duplicates(["how", "depth", "width", "seed"])
    assert len(reported) >= 48
    assert (reported["built"].value_counts() >= 12).all()
    assert set(reported["built"]) == set(bench["CLASSES"])


@pytest.mark.slow
@pytest.mark.parametrize("number", range(16))
def test_a_run_of_each_kind_comes_out_as_documented(bench, table, number):
    build, kinds = bench["BUILDS"][number], len(bench["BUILDS"])
    assert kinds == 16
    shape, seed = build.shapes[0], bench["REPORTED"][0]
    for row in bench["assess_build"](build, shape, seed):
        chosen = {"how": build.how, "depth": shape[0], "width": shape[1], "seed": seed, "network": row["network"]}
        (documented,) = table.loc[(table[list(chosen)] == pd.Series(chosen)).all(axis=1)].to_dict("records")
        assert row["verdict"] == documented["verdict"]
        assert row["over_time"] == pytest.approx(documented["over_time"], abs=0.1)
