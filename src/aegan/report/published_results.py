"""The report's section on published results: the paper's claim, our grades of its criteria, and a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from aegan.figures.numbers import count_noun, format_number, join_words
from aegan.report.tables import Columns, Table, format_integer, format_table
from aegan.tables import GRADES, list_distinct

COLUMNS: Columns = {
    "criterion": ("criterion", str),
    "value": ("measured", format_number),
    "n": ("seeds", format_integer),
    "grade": ("grade", str),
}

#: column -> the small text below it
DETAILS: Mapping[str, Callable[[Any], str]] = {
    "value": lambda row: "" if pd.isna(row["low"]) else f"{format_number(row['low'])} to {format_number(row['high'])}"
}

#: what stands in place of a paper for the comparisons of the study itself
OWN = "this study"


class PublishedResult(NamedTuple):
    """A published result, measured again."""

    name: str
    paper: str
    claim: str
    setting: str  #: deviations from the paper's setting; may be empty
    grades: Table
    figure: str | None  #: the source of its figure, if there is one
    alt: str


def list_published_results(grades: pd.DataFrame, figures: Mapping[str, str]) -> list[PublishedResult]:
    """List every published result with its grades.

    Args:
        grades: result, paper, claim, criterion, value, low, high, n, grade, setting.
        figures: result -> the source of its figure; a result need not have one.
    """
    return [
        _make_result(name, grades[grades["result"] == name], figures.get(name))
        for name in list_distinct(grades["result"])
    ]


def _make_result(name: str, rows: pd.DataFrame, figure: str | None) -> PublishedResult:
    first = rows.iloc[0]
    outcomes = [f"{row['criterion']}: {format_number(row['value'])}, {row['grade']}" for _, row in rows.iterrows()]
    return PublishedResult(
        name=name,
        paper=str(first["paper"]),
        claim=str(first["claim"]),
        setting="" if pd.isna(first["setting"]) or first["paper"] == OWN else str(first["setting"]),
        grades=format_table(name.replace("_", " "), rows, COLUMNS, DETAILS),
        figure=figure,
        alt=f"{join_words(outcomes)}.",
    )


def count_reproduced_criteria(grades: pd.DataFrame) -> str:
    """Count the criteria that were reproduced, in a sentence; empty if none was graded.

    Args:
        grades: result, grade.
    """
    published = grades[grades["grade"].isin(GRADES)]
    if published.empty:
        return ""
    met, _, unmeasured = (int((published["grade"] == word).sum()) for word in GRADES)
    rest = f", {unmeasured} not measured" if unmeasured else ""
    results = count_noun(published["result"].nunique(), "published result")
    return f"{results} measured again: {met} of {len(published)} criteria reproduced{rest}."
