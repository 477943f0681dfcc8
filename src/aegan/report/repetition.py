"""A repetition of a part of a study: whether its tables have the same bytes, or by how much their numbers differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from aegan.errors import InputError
from aegan.figures.numbers import count_noun, format_number
from aegan.report.differences import DECISION_KEYS, ROUNDING, VERDICT_KEYS
from aegan.tables import name_table_file

#: table of a report -> the columns that identify a row
TABLE_KEYS: Mapping[str, list[str]] = {
    "decisions": DECISION_KEYS,
    "pairs": [*DECISION_KEYS, "seed"],
    "verdicts": VERDICT_KEYS,
    "gradients": ["dataset", "method", "seed", "step", "network", "layer", "quantity"],
    "diagnosis": ["dataset", "method", "seed", "stage", "quantity"],
    "mechanism": ["dataset", "method", "baseline", "reading", "part"],
    "quality": ["dataset", "method", "seed", "space", "metric"],
    "ladder": ["dataset", "corruption", "level", "space", "metric"],
    "cost": ["dataset", "method", "seed", "phase"],
    "reproductions": ["result", "criterion"],
}
#: table -> columns of times, and of what rests on all comparisons of a study
NOT_REPEATED: Mapping[str, list[str]] = {
    "cost": ["seconds"],
    "decisions": ["family", "p_adjusted", "p_equivalence_adjusted", "power", "decision"],
}


class Match(NamedTuple):
    """The rows of a table that a study and its repetition both have."""

    table: str
    rows: int  #: rows of both
    total: int  #: rows of the study
    largest: float  #: largest relative difference of two numbers; 0 for the same bytes, infinite for other words
    where: str  #: the row and the column of the largest difference; empty without one

    def __str__(self) -> str:
        """Describe the match in a line."""
        shared = f"{name_table_file(self.table)}: {self.rows} of {count_noun(self.total, 'row')} repeated"
        if not self.where:
            return f"{shared}, the same bytes"
        size = (
            f"relative difference {format_number(self.largest)}" if np.isfinite(self.largest) else "difference in words"
        )
        return f"{shared}, largest {size}: {self.where}"


def match_tables(study: Mapping[str, pd.DataFrame], repetition: Mapping[str, pd.DataFrame]) -> list[Match]:
    """Compare the rows that a study and its repetition both have, table by table.

    Args:
        study: table -> its cells as text, as the file has them.
        repetition: likewise.

    Returns:
        A match for each of `TABLE_KEYS` that has rows in both.

    Raises:
        InputError: a table holds a row twice.
    """
    shared = [name for name in TABLE_KEYS if name in study and name in repetition]
    matches = [match_table(name, study[name], repetition[name]) for name in shared]
    return [match for match in matches if match.rows]


def match_table(name: str, study: pd.DataFrame, repetition: pd.DataFrame) -> Match:
    """Compare the rows that two versions of a table both have.

    Args:
        name: of the table, a key of `TABLE_KEYS`.
        study: its cells as text, in the study.
        repetition: likewise, in the repetition.

    Raises:
        InputError: one of them holds a row twice.
    """
    keys, left_out = TABLE_KEYS[name], NOT_REPEATED.get(name, [])
    tables = [table.drop(columns=left_out).set_index(keys) for table in (study, repetition)]
    for table in tables:
        if not table.index.is_unique:
            raise InputError(
                name_table_file(name), "holds a row twice", "Make the report again: `aegan run` with its config"
            )
    rows = tables[0].index.intersection(tables[1].index, sort=False)
    columns = [column for column in tables[0] if column in tables[1]]
    old, new = (table.loc[rows, columns] for table in tables)
    differences = measure_differences(old, new)
    largest = float(differences.max(initial=0.0))
    where = ""
    if largest:
        row, column = map(int, np.unravel_index(differences.argmax(), differences.shape))
        cell = f"{columns[column]} of {', '.join(map(str, rows[row]))}"
        where = f"{cell} is {new.iloc[row, column]!s}, and was {old.iloc[row, column]!s}"
    return Match(name, len(rows), len(study), largest, where)


def measure_differences(old: pd.DataFrame, new: pd.DataFrame) -> np.ndarray:
    """Measure how much the cells of two tables of text differ.

    Args:
        old: cells as text.
        new: likewise, of the same rows and columns.

    Returns:
        (rows, columns): 0 for the same text, infinity for other words, else the difference of the numbers relative to
        the larger one, and above 0.
    """
    texts = [table.to_numpy(dtype=object) for table in (old, new)]
    found = np.zeros(texts[0].shape)
    differ = texts[0] != texts[1]
    before, after = (pd.to_numeric(pd.Series(text[differ]), errors="coerce").to_numpy(float) for text in texts)
    with np.errstate(invalid="ignore"):
        relative = np.abs(after - before) / np.maximum(np.abs(before), np.abs(after))
    # numbers that are written in two ways are equal, but their bytes are not
    found[differ] = np.maximum(np.where(np.isfinite(relative), relative, np.inf), np.finfo(float).tiny)
    return found


def conclude_repetition(matches: list[Match]) -> str:
    """Conclude in a sentence from the matches of all tables."""
    largest = max(match.largest for match in matches)
    if not largest:
        return "Same bytes in every row that was repeated."
    if largest <= ROUNDING:
        return f"The same numbers up to rounding: relative differences of at most {format_number(largest)}."
    return "Other numbers than in the study, as on another kind of processor, or with other code or data."
