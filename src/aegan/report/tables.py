"""Tables of the report: rounded text, with units in the header."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from aegan.figures.numbers import format_count, format_signed

#: column of a frame -> its header and how a value is written; `str` marks a column of text
Columns = Mapping[str, tuple[str, Callable[[Any], str]]]

LONGEST_WORD = 16  #: letters of a word that is never broken


class Table(NamedTuple):
    """A printed table: a caption, headers, rows of text, and which columns are numbers.

    Attributes:
        caption: what the table shows.
        headers: of the columns.
        rows: text, by row and column.
        numeric: which columns are numbers.
        sort_values: by row and column, the number by which the page sorts; None for text and missing numbers.
        details: by row and column, the small text below a cell; empty for none.
        note: how to read the table, and the values that all rows share.
        screen_only: the headers of columns that are not printed on paper.
        row_classes: the CSS class of each row; empty for none.
    """

    caption: str
    headers: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    sort_values: Sequence[Sequence[float | None]] = ()
    details: Sequence[Sequence[str]] = ()
    note: str = ""
    screen_only: Collection[str] = ()
    row_classes: Sequence[str] = ()

    def find_long_columns(self) -> list[bool]:
        """Find the columns with words so long that they must be broken for the table to fit."""
        columns = ([row[place] for row in self.rows] for place in range(len(self.headers)))
        return [any(len(word) > LONGEST_WORD for cell in column for word in cell.split()) for column in columns]


def format_table(
    caption: str,
    frame: pd.DataFrame,
    columns: Columns,
    details: Mapping[str, Callable[[Any], str]] | None = None,
    context: Collection[str] = (),
    note: str = "",
    screen_only: Collection[str] = (),
) -> Table:
    """Format the given columns of a frame; a missing value becomes a dash.

    Args:
        caption: caption of the table.
        frame: the rows; it may have further columns.
        columns: the columns to print, in order.
        details: column -> a function from a row of the frame to the small text below the column's cell.
        context: columns that the note states instead if all of several rows agree in them.
        note: how to read the table.
        screen_only: the columns that are not printed on paper.
    """
    shared = [name for name in context if len(frame) > 1 and len(frame[name].unique()) == 1]
    said = [f"{columns[name][0]} {_format_cell(frame[name].iloc[0], columns[name][1])}" for name in shared]
    shown = {name: column for name, column in columns.items() if name not in shared}
    raw = [list(row) for row in frame[list(shown)].itertuples(index=False)]
    formats = [write for _, write in shown.values()]
    numeric = [write is not str for write in formats]
    describe = details or {}
    return Table(
        caption,
        [header for header, _ in shown.values()],
        [[_format_cell(value, write) for value, write in zip(row, formats, strict=True)] for row in raw],
        numeric,
        [
            [
                float(value) if number and not pd.isna(value) else None
                for value, number in zip(row, numeric, strict=True)
            ]
            for row in raw
        ],
        [[describe[name](row) if name in describe else "" for name in shown] for _, row in frame.iterrows()],
        " ".join(filter(None, [note, f"In every row: {', '.join(said)}." if said else ""])),
        [columns[name][0] for name in screen_only],
    )


def _format_cell(value: Any, write: Callable[[Any], str]) -> str:
    return "–" if pd.isna(value) else write(value)


def format_interval(low: float, high: float) -> str:
    """Write an interval with the signs of its ends, or that it is a point; empty if it is missing."""
    if low == high:
        return f"a single point, {format_signed(low)}"
    return "" if pd.isna(low) else f"{format_signed(low)} to {format_signed(high)}"


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
