import pandas as pd

from aegan.figures.numbers import format_number
from aegan.report.tables import (
    Table,
    flatten_record,
    format_flops,
    format_integer,
    format_interval,
    format_table,
    tabulate_provenance,
)


def test_columns_are_formatted_in_their_order_and_missing_values_are_dashes():
    frame = pd.DataFrame({"left": [1, 2], "value": [0.12345, float("nan")], "name": ["a", None]})
    table = format_table("Caption", frame, {"name": ("title", str), "value": ("number", format_number)})
    assert table.caption == "Caption"
    assert table.headers == ["title", "number"]
    assert table.rows == [["a", "0.123"], ["–", "–"]]
    assert table.numeric == [False, True]
    assert table.sort_values == [[None, 0.12345], [None, None]]  # the page sorts by the exact numbers


def test_what_all_rows_share_is_said_once_and_details_stand_below_their_cell():
    frame = pd.DataFrame({"data": ["d", "d"], "n": [5, 5], "name": ["a", "b"], "low": [0.5, float("nan")]})
    columns = {"data": ("data set", str), "name": ("name", str), "n": ("n", format_integer)}
    details = {"name": lambda row: format_interval(row["low"], 1.0)}
    table = format_table("Caption", frame, columns, details, ["data", "n"], "How to read.", ["name"])
    assert table.headers == table.screen_only == ["name"]
    assert table.rows == [["a"], ["b"]]
    assert table.details == [["+0.5 to +1"], [""]]
    assert table.note == "How to read. In every row: data set d, n 5."
    one = format_table("Caption", frame[:1], columns, context=["data", "n"])
    assert (one.rows, one.note) == ([["d", "a", "5"]], "")
    mixed = format_table("Caption", frame.assign(data=["d", None]), columns, context=["data"])
    assert mixed.rows == [["d", "a", "5"], ["–", "b", "5"]]


def test_only_words_that_are_too_long_may_be_broken():
    table = Table("Caption", ["a", "b"], [["many short words in a row", "x" * 16], ["", "x" * 17]], [False, False])
    assert table.find_long_columns() == [False, True]


def test_numbers_are_written_with_units():
    assert format_integer(3.0) == "3"
    assert format_flops(1.2e12) == "1.2 TFLOP"


def test_a_nested_record_has_a_row_per_leaf():
    record = {"versions": {"torch": "2.11.0", "os": {"name": "x"}}, "empty": {}, "code": ["c0de"]}
    leaves = [("versions.torch", "2.11.0"), ("versions.os.name", "x"), ("code", "['c0de']")]
    assert flatten_record(record) == leaves
    assert [tuple(row) for row in tabulate_provenance(record).rows] == leaves
