import pandas as pd

from aegan.figures.numbers import format_number
from aegan.report.tables import flatten_record, format_flops, format_integer, format_table, tabulate_provenance


def test_columns_are_formatted_in_their_order_and_missing_values_are_dashes():
    frame = pd.DataFrame({"left": [1, 2], "value": [0.12345, float("nan")], "name": ["a", None]})
    table = format_table("Caption", frame, {"name": ("title", str), "value": ("number", format_number)})
    assert table.caption == "Caption"
    assert table.headers == ["title", "number"]
    assert table.rows == [["a", "0.123"], ["–", "–"]]
    assert table.numeric == [False, True]
    assert table.sort_values == [[None, 0.12345], [None, None]]  # the page sorts by the exact numbers


def test_numbers_are_written_with_units():
    assert format_integer(3.0) == "3"
    assert format_flops(1.2e12) == "1.2 TFLOP"


def test_a_nested_record_has_a_row_per_leaf():
    record = {"versions": {"torch": "2.11.0", "os": {"name": "x"}}, "empty": {}, "code": ["c0de"]}
    leaves = [("versions.torch", "2.11.0"), ("versions.os.name", "x"), ("code", "['c0de']")]
    assert flatten_record(record) == leaves
    assert [tuple(row) for row in tabulate_provenance(record).rows] == leaves
