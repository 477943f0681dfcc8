"""How rows of two reports are matched: the same bytes, rounding, other numbers, other words."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aegan.errors import InputError
from aegan.report.repetition import (
    NOT_REPEATED,
    TABLE_KEYS,
    Match,
    conclude_repetition,
    match_table,
    match_tables,
    measure_differences,
)
from aegan.tables import find_table, name_table, read_table

ROOT = Path(__file__).parents[2]


def make_pairs(**columns) -> pd.DataFrame:
    rows = {"dataset": "d", "method": ["m", "m", "n"], "baseline": "gan", "outcome": "fd", "seed": ["0", "1", "0"]}
    return pd.DataFrame(rows | {"value": ["1.5", "-2", ""], "baseline_value": ["inf", "0", "3"]} | columns)


def test_every_table_of_a_report_has_keys_that_identify_its_rows():
    paths = [find_table(report, name) for report in (ROOT / "reports").iterdir() for name in TABLE_KEYS]
    assert paths
    for path in paths:
        name = name_table(path)
        assert {*TABLE_KEYS[name], *NOT_REPEATED.get(name, [])} <= set(read_table(path).columns), path


def test_rows_of_both_are_compared_whatever_their_order_and_the_others_are_not():
    study = make_pairs()
    part = study.iloc[[2, 0]].reset_index(drop=True)
    found = match_table("pairs", study, part)
    assert found == Match("pairs", rows=2, total=3, largest=0.0, where="")
    assert str(found) == "pairs.csv.gz: 2 of 3 rows repeated, the same bytes"
    assert match_table("pairs", study, part.assign(dataset="other")).rows == 0


@pytest.mark.parametrize(
    ("value", "largest"),
    [("1.5", 0), ("1.500", np.finfo(float).tiny), ("1.2", 0.2), ("-1.5", 2), ("0", 1), ("", np.inf), ("inf", np.inf)],
)
def test_the_largest_relative_difference_is_found_with_its_place(value, largest):
    found = match_table("pairs", make_pairs(), make_pairs(value=[value, "-2", ""]))
    assert found.largest == pytest.approx(largest)
    assert found.where == (f"value of d, m, gan, fd, 0 is {value}, and was 1.5" if largest else "")
    assert ("the same bytes" in str(found)) == (largest == 0)
    assert ("difference in words" in str(found)) == (largest == np.inf)


def test_words_differ_more_than_any_number():
    old, new = pd.DataFrame({"a": ["x", "1"], "b": ["nan", "2"]}), pd.DataFrame({"a": ["y", "1"], "b": ["nan", "4"]})
    np.testing.assert_array_equal(measure_differences(old, new), [[np.inf, 0], [0, 0.5]])


def test_times_and_what_rests_on_the_whole_study_are_left_out():
    cost = pd.DataFrame({"dataset": ["d"], "method": "m", "seed": "0", "phase": "gan", "seconds": "1", "flops": "5"})
    assert match_table("cost", cost, cost.assign(seconds="2")).largest == 0
    assert match_table("cost", cost, cost.assign(flops="6")).largest > 0
    decisions = pd.DataFrame(
        {"dataset": ["d"], "method": "m", "baseline": "gan", "outcome": "fd", "p": "0.1"}
        | dict.fromkeys(NOT_REPEATED["decisions"], "1")
    )
    other = decisions.assign(**dict.fromkeys(NOT_REPEATED["decisions"], "2"))
    assert match_table("decisions", decisions, other).largest == 0
    assert match_table("decisions", decisions, other.assign(p="0.2")).where.startswith("p of ")


def test_tables_that_one_report_lacks_and_those_without_common_rows_are_no_matches():
    study = {"pairs": make_pairs(), "quality": pd.DataFrame()}
    assert [match.table for match in match_tables(study, {"pairs": make_pairs()})] == ["pairs"]
    assert match_tables(study, {"pairs": make_pairs(dataset="e")}) == []
    twice = make_pairs(seed="0")
    with pytest.raises(InputError, match=r"pairs\.csv\.gz: holds a row twice"):
        match_tables({"pairs": twice}, study)


@pytest.mark.parametrize(
    ("largest", "sentence"),
    [
        (0.0, "Same bytes in every row that was repeated."),
        (3e-6, "The same numbers up to rounding: relative differences of at most 3×10⁻⁶."),
        (0.1, "Other numbers than in the study, as on another kind of processor, or with other code or data."),
        (np.inf, "Other numbers than in the study, as on another kind of processor, or with other code or data."),
    ],
)
def test_the_conclusion_is_about_the_largest_difference(largest, sentence):
    matches = [Match("pairs", 1, 1, 0.0, ""), Match("quality", 1, 1, largest, "x" if largest else "")]
    assert conclude_repetition(matches) == sentence
