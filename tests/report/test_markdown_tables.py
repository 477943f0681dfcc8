"""Tables of decisions in Markdown: every decision of the table of decisions, and no other."""

import runpy
from pathlib import Path

import pandas as pd

from aegan.report.markdown_tables import format_markdown, tabulate_comparisons, tabulate_decisions

make_decisions = runpy.run_path(str(Path(__file__).with_name("made_decisions.py")))["make_decisions"]
TABLE = make_decisions(
    {
        ("reconstruction", "gan", "cure"): "undecided",
        ("reconstruction", "gan", "fd"): "helps",
        ("reconstruction", "warm_start", "fd"): "equivalent",
    }
)


def test_a_comparison_is_a_row_with_its_numbers():
    rows = tabulate_comparisons(TABLE).splitlines()
    assert len(rows) == 5
    assert rows[2:4] == [
        "| reconstruction against gan | digits | gradient lost at equal cross-entropy | undecided "
        "| 0.2 decades better | −0.1 to +0.4 | 0.2 | 0.3 | 12 |",
        "| reconstruction against gan | digits | FD-cls | helps | 0.5 decades better | +0.4 to +0.6 | 0.004 | 1 | 12 |",
    ]
    untested = TABLE.assign(p_adjusted=float("nan"), p_equivalence_adjusted=float("nan"))
    untested = TABLE.assign(p_adjusted=float("nan"), p_equivalence_adjusted=float("nan"))
    assert " – | – | " in tabulate_comparisons(untested)


def test_primary_decisions_are_a_row_for_each_pair_and_a_column_for_each_endpoint():
    secondary = TABLE.assign(family="secondary", outcome="recall")
    assert tabulate_decisions(pd.concat([TABLE, secondary])).splitlines() == [
        "| comparison | gradient lost at equal cross-entropy | FD-cls |",
        "| --- | --- | --- |",
        "| reconstruction against gan on digits | undecided, 0.2 decades better | helps, 0.5 decades better |",
        "| reconstruction against warm_start on digits | – | equivalent, 0.01 decades better |",
    ]
    assert tabulate_decisions(secondary) == ""


def test_a_table_without_rows_is_empty():
    assert format_markdown(["a", "b"], []) == ""
    assert format_markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
