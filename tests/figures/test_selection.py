"""Selecting rows."""

import pandas as pd

from aegan.figures.selection import select_rows


def test_rows_must_have_all_wanted_values():
    table = pd.DataFrame({"a": ["x", "x", "y"], "b": ["u", "v", "u"], "value": [1, 2, 3]})
    assert select_rows(table, a="x")["value"].tolist() == [1, 2]
    assert select_rows(table, a="x", b="u")["value"].tolist() == [1]
    assert select_rows(table, a="z").empty
