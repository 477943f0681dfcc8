"""Reading and writing tables, apart from `storage`: not every job has one, and pandas takes time to import."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from aegan.storage import reading, replacing


def write_table(target: Path | str, table: pd.DataFrame) -> None:
    """Write a table as Parquet, or as CSV with nine digits (what a float32 has), by the target's suffix."""
    with replacing(target) as path:
        if Path(target).suffix == ".parquet":
            table.to_parquet(path, index=False)
        else:
            table.to_csv(path, index=False, lineterminator="\n", float_format="%.9g")


def named(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Put constant columns before a table's own, so that tables of several runs can be joined."""
    return pd.concat([pd.DataFrame(dict(names), index=table.index), table], axis=1)


def read_table(path: Path | str) -> pd.DataFrame:
    """Read a table written by `write_table`."""
    with reading(path):
        return pd.read_parquet(path) if Path(path).suffix == ".parquet" else pd.read_csv(path, keep_default_na=True)
