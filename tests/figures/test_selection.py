"""Selecting rows and methods."""

import pandas as pd

from aegan.figures.selection import order_methods, select_rows


def test_rows_must_have_all_wanted_values():
    table = pd.DataFrame({"a": ["x", "x", "y"], "b": ["u", "v", "u"], "value": [1, 2, 3]})
    assert select_rows(table, a="x")["value"].tolist() == [1, 2]
    assert select_rows(table, a="x", b="u")["value"].tolist() == [1]
    assert select_rows(table, a="z").empty


def test_methods_with_rows_keep_the_order_of_the_study():
    table = pd.DataFrame({"method": ["c", "a", "a", "elsewhere"]})
    assert order_methods(table, ["a", "b", "c"]) == ["a", "c"]
    assert order_methods(table.iloc[:0], ["a", "b", "c"]) == []
