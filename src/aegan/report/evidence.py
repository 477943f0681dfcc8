"""The evidence behind every cell of the decision table: the paired values, a small chart of them, and the curves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.study_schema import Study
from aegan.figures.families import NOT_EVIDENCE, name_families
from aegan.figures.numbers import format_number, format_signed
from aegan.figures.registry import FIGURES
from aegan.report.pair_chart import PairChart, draw_pairs
from aegan.report.sentences import count_pairs, format_effect, shorten_outcome
from aegan.report.tables import format_interval
from aegan.statistics.families import name_pair

#: the columns that identify a comparison
COMPARISON = ["dataset", "method", "baseline", "outcome"]


class Side(NamedTuple):
    """One side of a comparison: its method and the networks of it."""

    method: str
    architecture: str
    parameters: str


class Curves(NamedTuple):
    """A figure of the page in which the course behind a value can be seen."""

    name: str
    title: str


class Evidence(NamedTuple):
    """What is behind one cell of the decision table.

    Attributes:
        anchor: id in the page.
        outcome: the endpoint.
        decision: its word.
        family: its words: primary, secondary, ….
        effect: in words, with the interval and the number of pairs.
        chart: the pairs as lines.
        rows: seed, value of the method, value of the baseline, difference; as text.
        curves: figures of the page.
    """

    anchor: str
    outcome: str
    decision: str
    family: str
    effect: str
    chart: PairChart
    rows: list[list[str]]
    reading: str
    curves: list[Curves]


class Comparison(NamedTuple):
    """A method and its baseline on a data set, with the evidence for each endpoint."""

    title: str
    sides: list[Side]
    differs: str
    evidence: list[Evidence]


def name_anchor(row: pd.Series) -> str:
    """Name the anchor of the evidence for a row of the decision table."""
    return f"pairs-{row.name}"


def list_evidence(study: Study, shown: Collection[str]) -> list[Comparison]:
    """List the evidence for every comparison, in the order of the decision table.

    Args:
        study: the study, with the comparisons that are shown.
        shown: names of the figures that the page shows.
    """
    pairs = dict(iter(study.pairs.groupby(COMPARISON, sort=False, observed=True)))
    decisions = study.decisions.assign(family=name_families(study.decisions))
    return [_compare(own, pairs, shown) for _, own in decisions.groupby(COMPARISON[:3], sort=False)]


def _compare(rows: pd.DataFrame, pairs: dict[Any, pd.DataFrame], shown: Collection[str]) -> Comparison:
    first = rows.iloc[0]
    sides = [
        Side(str(first[method]), str(first[architecture]), _format_parameters(first[parameters]))
        for method, architecture, parameters in (
            ("method", "architecture", "parameters"),
            ("baseline", "baseline_architecture", "baseline_parameters"),
        )
    ]
    differs = "" if pd.isna(first["differs"]) else str(first["differs"])
    title = name_pair(*first[COMPARISON[:3]])
    return Comparison(title, sides, differs, [_show(row, pairs, shown) for _, row in rows.iterrows()])


def _format_parameters(count: float) -> str:
    return "unknown" if pd.isna(count) else f"{count:,.0f}"


def _show(row: pd.Series, pairs: dict[Any, pd.DataFrame], shown: Collection[str]) -> Evidence:
    own = pairs.get(tuple(row[COMPARISON]), pd.DataFrame(columns=["seed", "value", "baseline_value"]))
    values, base = (own[name].to_numpy(dtype=float) for name in ("value", "baseline_value"))
    interval = format_interval(row["low"], row["high"])
    effect = [format_effect(row["effect"], row["unit"]), interval and f"interval {interval}", f"n {count_pairs(row)}"]
    family = f"{row['family']} comparison" if row["family"] != NOT_EVIDENCE else NOT_EVIDENCE
    return Evidence(
        name_anchor(row),
        shorten_outcome(row["outcome"]),
        str(row["decision"]),
        family,
        ", ".join(filter(None, effect)),
        draw_pairs(base, values),
        _list_pairs(own["seed"].tolist(), values, base),
        _describe_reading(row),
        [
            Curves(name, FIGURES[name].title)
            for name in FIGURES
            if name in shown and row["about"] in FIGURES[name].shows
        ],
    )


def _describe_reading(row: pd.Series) -> str:
    """Say in which unit the values of an endpoint are, and which sign of their difference is for the method."""
    better = next((own.better for own in ENDPOINTS.values() if own.label == row["outcome"]), "")
    unit = "decades: powers of ten" if row["unit"] == "decades" else f"the unit {row['unit']}"
    sign = {"lower": ", so a negative difference is", "higher": ", so a positive difference is"}.get(better, "")
    return f"Values in {unit}; {better} is better{sign} in the method's favour." if better else f"Values in {unit}."


def _list_pairs(seeds: Sequence[int], values: np.ndarray, base: np.ndarray) -> list[list[str]]:
    """Write values (n,) and those of the baseline (n,): seed, value, value of the baseline, difference."""
    return [
        [str(seed), _format_value(value), _format_value(other), _format_difference(value, other)]
        for seed, value, other in zip(seeds, values, base, strict=True)
    ]


def _format_value(value: float) -> str:
    return "none" if np.isnan(value) else format_number(value)


def _format_difference(value: float, other: float) -> str:
    if value == other:
        return "0"  # of two equal infinities, too, which tie
    return "–" if np.isnan(value - other) else format_signed(value - other)
