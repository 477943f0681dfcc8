"""Tables of the report: rounded text, with units in the header."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from aegan.figures.numbers import format_count

#: column of a frame -> its header and how a value is written; `str` marks a column of text
Columns = Mapping[str, tuple[str, Callable[[Any], str]]]


class Table(NamedTuple):
    """A printed table: a caption, headers, rows of text, and which columns are numbers.

    `sort_values` holds, by row, the number of each cell by which the page sorts: None for text and missing numbers.
    """

    caption: str
    headers: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    sort_values: Sequence[Sequence[float | None]] = ()


def format_table(caption: str, frame: pd.DataFrame, columns: Columns) -> Table:
    """Format the given columns of a frame; a missing value becomes a dash.

    Args:
        caption: caption of the table.
        frame: the rows; it may have further columns.
        columns: the columns to print, in order.
    """
    formats = [write for _, write in columns.values()]
    raw = [list(row) for row in frame[list(columns)].itertuples(index=False)]
    rows = [["–" if pd.isna(value) else write(value) for value, write in zip(row, formats, strict=True)] for row in raw]
    numeric = [write is not str for write in formats]
    sort_values = [
        [float(value) if number and not pd.isna(value) else None for value, number in zip(row, numeric, strict=True)]
        for row in raw
    ]
    return Table(caption, [header for header, _ in columns.values()], rows, numeric, sort_values)


def format_integer(value: float) -> str:
    """Write a number without decimals."""
    return f"{value:.0f}"


def format_flops(value: float) -> str:
    """Write a number of floating-point operations, such as 3.4 GFLOP."""
    return format_count(value, "FLOP")


def tabulate_provenance(provenance: Mapping[str, Any]) -> Table:
    """Tabulate a nested record: one row per leaf, its keys joined with dots."""
    rows = [list(leaf) for leaf in flatten_record(provenance)]
    # `aegan compare` reads the header as an entry, so a changed header would appear as a difference
    return Table("Versions, hashes and devices", ["what", "value"], rows, [False, False])


def flatten_record(record: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Flatten a nested record: each leaf as text, after its keys joined with dots."""
    leaves: list[tuple[str, str]] = []
    for name, value in record.items():
        path = f"{prefix}{name}"
        leaves += flatten_record(value, f"{path}.") if isinstance(value, Mapping) else [(path, str(value))]
    return leaves
