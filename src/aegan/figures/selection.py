"""Selecting rows and methods of tidy tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def select_rows(table: pd.DataFrame, **wanted: str) -> pd.DataFrame:
    """Select the rows of a table whose columns equal the wanted values."""
    kept = np.logical_and.reduce([(table[column] == value).to_numpy() for column, value in wanted.items()])
    return table[kept]


def order_methods(table: pd.DataFrame, methods: Sequence[str]) -> list[str]:
    """List the methods that have rows in a table, in the order of `methods`."""
    present = set(table["method"])
    return [method for method in methods if method in present]
