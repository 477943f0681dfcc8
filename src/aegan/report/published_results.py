"""The report's section on published results: what a paper says, what came out here, and its figure with our band."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from aegan.analysis.study_schema import ordered
from aegan.figures.numbers import listed, plural, short
from aegan.report.tables import Table, Writer, printed


class Result(NamedTuple):
    """A published result, measured again."""

    name: str
    paper: str
    claim: str
    setting: str  #: in what the setting differs from the paper's; empty where it does not
    grades: Table
    drawing: str | None  #: its figure, if there is one
    alt: str


def results(grades: pd.DataFrame, drawings: Mapping[str, str]) -> list[Result]:
    """Print every result with its grades.

    Args:
        grades: result, paper, claim, criterion, value, low, high, n, grade, setting.
        drawings: result -> the source of its figure; a result need not have one.
    """
    return [_result(name, grades[grades["result"] == name], drawings.get(name)) for name in ordered(grades["result"])]


def _result(name: str, rows: pd.DataFrame, drawing: str | None) -> Result:
    columns: dict[str, tuple[str, Writer]] = {
        "criterion": ("criterion", str),
        "value": ("measured", short),
        "low": ("interval from", short),
        "high": ("to", short),
        "n": ("seeds", lambda n: f"{n:.0f}"),
        "grade": ("grade", str),
    }
    first = rows.iloc[0]
    setting = "" if pd.isna(first["setting"]) else str(first["setting"])
    found = listed([f"{row['criterion']}: {short(row['value'])}, {row['grade']}" for _, row in rows.iterrows()])
    return Result(
        name, str(first["paper"]), str(first["claim"]), setting, printed(name, rows, columns), drawing, found + "."
    )


def tally(grades: pd.DataFrame) -> str:
    """Count the criteria that were reproduced, in a sentence; nothing where none was graded."""
    published = grades[grades["grade"].isin(["reproduced", "not reproduced"])]
    if published.empty:
        return ""
    met = int((published["grade"] == "reproduced").sum())
    results = plural(published["result"].nunique(), "published result")
    return f"{results} measured again: {met} of {len(published)} criteria reproduced."
