"""The overview table: the number of healthy generators of each method, and the decisions of its comparisons."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from aegan.analysis.study_schema import Study
from aegan.figures.numbers import format_number
from aegan.report.sentences import shorten_outcome
from aegan.tables import list_distinct


class Cell(NamedTuple):
    """A cell of the overview: its word, the detail beside it, and its CSS class."""

    word: str
    detail: str
    css_class: str


class Overview(NamedTuple):
    """The overview table: the headers of its columns, and each method with its cells."""

    headers: list[str]
    rows: list[tuple[str, list[Cell]]]


def tabulate_overview(study: Study) -> Overview:
    """Tabulate every method: first its healthy generators on each data set, then its decisions."""
    generators = study.verdicts[study.verdicts["network"] == "generator"]
    datasets = list_distinct(generators["dataset"])
    pairs = study.decisions[["dataset", "outcome"]].drop_duplicates()
    compared = [(str(dataset), str(outcome)) for dataset, outcome in pairs.itertuples(index=False)]
    headers = [("healthy generators", dataset) for dataset in datasets]
    headers += [(shorten_outcome(outcome), dataset) for dataset, outcome in compared]
    rows = [
        (
            method,
            [_count_healthy(generators, dataset, method) for dataset in datasets]
            + [_find_decision(study.decisions, dataset, outcome, method) for dataset, outcome in compared],
        )
        for method in study.methods
    ]
    one_dataset = len(study.datasets) == 1
    return Overview([name if one_dataset else f"{name} · {dataset}" for name, dataset in headers], rows)


def _count_healthy(generators: pd.DataFrame, dataset: str, method: str) -> Cell:
    own = generators[(generators["dataset"] == dataset) & (generators["method"] == method)]["verdict"]
    healthy = int((own == "healthy").sum())
    others = ", ".join(f"{count} {word}" for word, count in own[own != "healthy"].value_counts().items())
    return Cell(f"{healthy} of {len(own)}", others, "share") if len(own) else Cell("–", "", "absent")


def _find_decision(decisions: pd.DataFrame, dataset: str, outcome: str, method: str) -> Cell:
    wanted = {"dataset": dataset, "outcome": outcome, "method": method}
    own = decisions[np.logical_and.reduce([decisions[key] == value for key, value in wanted.items()])]
    if own.empty:
        return Cell("baseline" if method in set(decisions["baseline"]) else "–", "", "absent")
    row = own.iloc[0]
    return Cell(str(row["decision"]), format_effect(row["effect"], row["unit"]), str(row["decision"]))


def format_effect(effect: float, unit: str) -> str:
    """Write an effect in words instead of a sign: 1.09 decades better. The unit "fraction" is omitted."""
    if not effect:
        return "no difference"
    size = f"{format_number(abs(effect))} {unit}".removesuffix(" fraction")
    return "no shared seed" if np.isnan(effect) else f"{size} {'better' if effect > 0 else 'worse'}"
