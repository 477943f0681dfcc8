"""The decision table of the page: a table for each family, with each method's stable generators and its decisions."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

from aegan.analysis.study_schema import Study
from aegan.figures.families import FAMILIES, PRIMARY, Family, split_families
from aegan.report.evidence import name_anchor
from aegan.report.floor_effects import LEVEL
from aegan.report.sentences import format_effect, note_pairs, select_generators, shorten_outcome
from aegan.tables import list_distinct


class Cell(NamedTuple):
    """A cell of the overview: its word, the detail beside it, its CSS class, and the anchor of its evidence, if any."""

    word: str
    detail: str
    css_class: str
    anchor: str = ""


class Row(NamedTuple):
    """A row of the overview: a method on a data set, compared with its own baseline."""

    method: str
    baseline: str  #: empty for a method that is compared with none
    cells: list[Cell]
    differs: str = ""  #: in what the method differs from its baseline besides the role


class Overview(NamedTuple):
    """The table of one family: its words, the headers of its columns, and a block of rows for each data set."""

    family: Family
    headers: list[str]
    blocks: dict[str, list[Row]]

    @property
    def primary(self) -> bool:
        """Whether the finding rests on these comparisons."""
        return self.family is FAMILIES[PRIMARY]

    @property
    def linked(self) -> bool:
        """Whether any cell has evidence."""
        return self.family is not NO_COMPARISON


NO_COMPARISON = Family("Methods", "No method was compared with a baseline.")


def tabulate_overviews(study: Study) -> list[Overview]:
    """Tabulate the comparisons of each family; runs that are compared in none follow in the last table."""
    families, runs = split_families(study.decisions), _list_runs(study.gradients, "method")
    if not families:
        return [tabulate_overview(study, NO_COMPARISON, study.decisions, runs)]
    involved = {name: _list_runs(rows, "method") | _list_runs(rows, "baseline") for name, rows in families.items()}
    involved[next(reversed(families))] |= runs.difference(*involved.values())
    return [tabulate_overview(study, FAMILIES[name], rows, involved[name]) for name, rows in families.items()]


def _list_runs(table: pd.DataFrame, column: str) -> set[tuple[str, str]]:
    return set(table[["dataset", column]].drop_duplicates().itertuples(index=False, name=None))


def tabulate_overview(
    study: Study, family: Family, decisions: pd.DataFrame, runs: Collection[tuple[str, str]]
) -> Overview:
    """Tabulate methods on every data set: first their stable generators, then their decisions by endpoint.

    Args:
        study: the study, for its order and its verdicts.
        family: the words of the table.
        decisions: the comparisons of the family.
        runs: data set and method of each row, with the baselines; data sets without any are left out.
    """
    outcomes = list_distinct(decisions["outcome"])
    blocks = {
        dataset: [
            row
            for method in study.methods
            if (dataset, method) in runs
            for row in _make_rows(study.verdicts, decisions[decisions["dataset"] == dataset], dataset, method, outcomes)
        ]
        for dataset in study.datasets
    }
    filled = {dataset: rows for dataset, rows in blocks.items() if rows}
    return Overview(family, ["stable generators", *map(shorten_outcome, outcomes)], filled)


def _make_rows(
    verdicts: pd.DataFrame, decisions: pd.DataFrame, dataset: str, method: str, outcomes: list[str]
) -> list[Row]:
    """Make a row for each baseline with which a method is compared, or one for a method that is compared with none."""
    judged = verdicts[(verdicts["dataset"] == dataset) & (verdicts["method"] == method)]
    stable = _count_stable(select_generators(judged))
    own = decisions[decisions["method"] == method]
    if own.empty:
        absent = Cell("baseline" if method in set(decisions["baseline"]) else "–", "", "absent")
        return [Row(method, "", [stable, *[absent] * len(outcomes)])]
    return [_make_row(rows, stable, outcomes) for _, rows in own.groupby("baseline", sort=False)]


def _make_row(rows: pd.DataFrame, stable: Cell, outcomes: list[str]) -> Row:
    found = {row["outcome"]: row for _, row in rows.iterrows()}
    cells = [_make_cell(found[name]) if name in found else Cell("–", "", "absent") for name in outcomes]
    method, baseline = (str(rows[side].iloc[0]) for side in ("method", "baseline"))
    return Row(method, baseline, [stable, *cells], "; ".join(list_distinct(rows["differs"].replace("", None))))


def _count_stable(verdicts: pd.Series) -> Cell:
    stable = int((verdicts == "stable").sum())
    others = ", ".join(f"{count} {word}" for word, count in verdicts[verdicts != "stable"].value_counts().items())
    return Cell(f"{stable} of {len(verdicts)}", others, "share") if len(verdicts) else Cell("–", "", "absent")


def _make_cell(row: pd.Series) -> Cell:
    word = str(row["decision"])
    notes = [note_pairs(row), "too shallow" if row["shallow"] and word in LEVEL else ""]
    detail = [format_effect(row["effect"], row["unit"]), *filter(None, notes)]
    return Cell(word, ", ".join(detail), word, name_anchor(row))
