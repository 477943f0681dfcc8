"""Selecting rows of tidy tables."""

from __future__ import annotations

import numpy as np
import pandas as pd


def select_rows(table: pd.DataFrame, **wanted: str) -> pd.DataFrame:
    """Select the rows of a table whose columns equal the wanted values."""
    kept = np.logical_and.reduce([(table[column] == value).to_numpy() for column, value in wanted.items()])
    return table[kept]
