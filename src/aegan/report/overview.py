"""The overview table: the verdicts on the generators of each method, and the decisions of its comparisons."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from aegan.analysis.study_schema import Study
from aegan.figures.numbers import format_number
from aegan.report.sentences import select_generators, shorten_outcome
from aegan.tables import list_distinct


class Cell(NamedTuple):
    """A cell of the overview: its word, the detail beside it, and its CSS class."""

    word: str
    detail: str
    css_class: str


class Row(NamedTuple):
    """A row of the overview: a method on a data set, compared with its own baseline."""

    method: str
    baseline: str  #: empty for a method that is compared with none
    cells: list[Cell]


class Overview(NamedTuple):
    """The overview table: the headers of its columns, and a block of rows for each data set."""

    headers: list[str]
    blocks: dict[str, list[Row]]


def tabulate_overview(study: Study) -> Overview:
    """Tabulate every method on every data set: first the verdicts on its generators, then its decisions by endpoint."""
    outcomes = list_distinct(study.decisions["outcome"])
    blocks = {
        dataset: [_make_row(study, dataset, method, outcomes) for method in study.methods] for dataset in study.datasets
    }
    return Overview(["stable generators", *map(shorten_outcome, outcomes)], blocks)


def _make_row(study: Study, dataset: str, method: str, outcomes: list[str]) -> Row:
    verdicts, decisions = (
        table[(table["dataset"] == dataset) & (table["method"] == method)]
        for table in (study.verdicts, study.decisions)
    )
    is_baseline = decisions.empty and method in set(study.decisions["baseline"])
    absent = Cell("baseline" if is_baseline else "–", "", "absent")
    found = {row["outcome"]: row for _, row in decisions.iterrows()}
    cells = [_make_cell(found[outcome]) if outcome in found else absent for outcome in outcomes]
    stable = _count_stable(select_generators(verdicts))
    return Row(method, "".join(list_distinct(decisions["baseline"])[:1]), [stable, *cells])


def _count_stable(verdicts: pd.Series) -> Cell:
    stable = int((verdicts == "stable").sum())
    others = ", ".join(f"{count} {word}" for word, count in verdicts[verdicts != "stable"].value_counts().items())
    return Cell(f"{stable} of {len(verdicts)}", others, "share") if len(verdicts) else Cell("–", "", "absent")


def _make_cell(row: pd.Series) -> Cell:
    return Cell(str(row["decision"]), format_effect(row["effect"], row["unit"]), str(row["decision"]))


def format_effect(effect: float, unit: str) -> str:
    """Write an effect in words instead of a sign: 1.09 decades better. The unit "fraction" is omitted."""
    if not effect:
        return "no difference"
    size = f"{format_number(abs(effect))} {unit}".removesuffix(" fraction")
    return "no shared seed" if np.isnan(effect) else f"{size} {'better' if effect > 0 else 'worse'}"
