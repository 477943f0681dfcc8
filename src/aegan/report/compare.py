"""The comparison of reports: one self-contained HTML page that holds each of them against the first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import pandas as pd

from aegan.errors import InputError
from aegan.figures.numbers import listed, plural, short, signed
from aegan.figures.quality import metric_name
from aegan.figures.registry import FIGURES
from aegan.report.differences import DECISION, VERDICT, Filed, alone, altered, flipped, improvements
from aegan.report.parts import asset, data_uri, environment, fingerprint
from aegan.report.tables import Table, Writer, printed

#: what pictures may take of the page, in bytes; with the rest it stays below 10 MB
ROOM = 9_000_000

MOVED = ["better", "worse", "larger", "smaller"]


class Overlay(NamedTuple):
    """A figure of two reports, one over the other."""

    title: str
    first: str
    other: str


class Comparison(NamedTuple):
    """A report held against the first."""

    name: str
    findings: list[str]
    tables: list[Table]
    overlays: list[Overlay]
    notes: list[str]  #: about figures that are not shown


def compare(reports: Sequence[Filed]) -> str:
    """Write the comparison of reports, each with the first.

    Args:
        reports: two or more.

    Returns:
        HTML: one file that loads nothing.

    Raises:
        InputError: there are fewer than two, or a table holds something twice.
    """
    if len(reports) < 2:
        raise InputError("reports", f"{plural(len(reports), 'report')} to compare", "Name two or more.")
    script = asset("page.js") + asset("compare.js")
    return (
        environment()
        .get_template("compare.html.j2")
        .render(
            first=reports[0].name,
            comparisons=compared(reports),
            css=asset("page.css") + asset("compare.css"),
            script=script,
            allowed=fingerprint(script),
        )
    )


def compared(reports: Sequence[Filed]) -> list[Comparison]:
    """Hold every report against the first."""
    first, *others = reports
    affordable = _affordable(first, others)
    return [_comparison(first, other, affordable[place]) for place, other in enumerate(others)]


def _comparison(first: Filed, other: Filed, affordable: list[str]) -> Comparison:
    changes, metrics = altered(first, other), improvements(first.quality, other.quality)
    verdicts = flipped(first.verdicts, other.verdicts, VERDICT, "verdict")
    decisions = flipped(first.decisions, other.decisions, DECISION, "decision")
    moved = metrics[metrics["word"].isin(MOVED)]
    tables = [
        _changes(changes, first.name, other.name),
        _verdicts(verdicts),
        _decisions(decisions),
        _metrics("Metrics that moved", moved),
        _metrics("Every metric", metrics),
    ]
    drawn = [Overlay(_title(name), data_uri(first.figures[name]), data_uri(other.figures[name])) for name in affordable]
    counted = [
        _origin(changes),
        _rows("Verdicts", "flipped", len(verdicts), alone(first.verdicts, other.verdicts, VERDICT)),
        _rows("Decisions", "changed", len(decisions), alone(first.decisions, other.decisions, DECISION)),
        _words(metrics["word"]),
        _figures(first, other),
    ]
    findings = [sentence for sentence in counted if sentence] or ["Nothing changed."]
    full = [table for table in tables if table.rows]
    return Comparison(other.name, findings, full, drawn, _notes(first, other, affordable))


def _origin(changes: pd.DataFrame) -> str:
    counts = changes["part"].value_counts(sort=False)
    parts = listed([f"{count} of {part}" for part, count in counts.items()])
    return parts and f"Entries that changed: {parts}."


def _rows(noun: str, verb: str, count: int, single: tuple[int, int]) -> str:
    counts = zip((count, *single), (verb, "gone", "new"), strict=True)
    parts = listed([f"{count} {word}" for count, word in counts if count])
    return parts and f"{noun}: {parts}."


def _words(words: pd.Series) -> str:
    counts = words.value_counts()
    parts = listed([f"{counts[word]} {word}" for word in (*MOVED, "unclear") if word in counts])
    return parts and f"Metrics: {parts}, of {len(words)}."


def _figures(first: Filed, other: Filed) -> str:
    old, new = first.figures.keys(), other.figures.keys()
    changed = sum(first.figures[name] != other.figures[name] for name in old & new)
    return _rows("Figures", "changed", changed, (len(old - new), len(new - old)))


def _changes(changes: pd.DataFrame, old: str, new: str) -> Table:
    columns: dict[str, tuple[str, Writer]] = {
        "part": ("part", str),
        "key": ("key", str),
        "old": (old, str),
        "new": (new, str),
    }
    return printed("Configuration and origin", changes, columns)


def _verdicts(rows: pd.DataFrame) -> Table:
    columns: dict[str, tuple[str, Writer]] = {
        "dataset": ("data set", str),
        "method": ("method", str),
        "seed": ("seed", str),
        "network": ("network", str),
        "verdict_old": ("was", str),
        "verdict_new": ("is", str),
    }
    return printed("Verdicts that flipped", rows, columns)


def _decisions(rows: pd.DataFrame) -> Table:
    columns: dict[str, tuple[str, Writer]] = {
        "dataset": ("data set", str),
        "method": ("method", str),
        "baseline": ("against", str),
        "outcome": ("outcome", str),
    }
    for time, suffix in (("was", "old"), ("is", "new")):
        columns |= {
            f"decision_{suffix}": (time, str),
            f"effect_{suffix}": (f"effect {time}", signed),
            f"low_{suffix}": (f"interval {time} from", signed),
            f"high_{suffix}": ("to", signed),
        }
    return printed("Decisions that changed", rows, columns)


def _metrics(caption: str, rows: pd.DataFrame) -> Table:
    names = [metric_name(metric, space) for metric, space in zip(rows["metric"], rows["space"], strict=True)]
    columns: dict[str, tuple[str, Writer]] = {
        "dataset": ("data set", str),
        "space": ("space", str),
        "metric": ("metric", str),
        "method": ("method", str),
        "old": ("was", short),
        "new": ("is", short),
        "word": ("change", str),
        "effect": ("effect", signed),
        "low": ("interval from", signed),
        "high": ("to", signed),
        "unit": ("unit", str),
        "seeds": ("seeds", str),
    }
    return printed(caption, rows.assign(metric=names), columns)


def _title(name: str) -> str:
    return FIGURES[name].title if name in FIGURES else name.replace("_", " ")


def _affordable(first: Filed, others: Sequence[Filed]) -> list[list[str]]:
    """Choose the figures to show of each report: those that differ from the first's, while there is room."""
    wanted = [
        (place, name)
        for name in sorted(first.figures, key=_rank)
        for place, other in enumerate(others)
        if other.figures.get(name, first.figures[name]) != first.figures[name]
    ]
    sizes = [sum(len(data_uri(own.figures[name])) for own in (first, others[place])) for place, name in wanted]
    kept = [pair for pair, total in zip(wanted, accumulate(sizes), strict=True) if total <= ROOM]
    return [[name for own, name in kept if own == place] for place in range(len(others))]


def _rank(name: str) -> tuple[int, str]:
    order = list(FIGURES)
    return (order.index(name) if name in FIGURES else len(order), name)


def _notes(first: Filed, other: Filed, shown: list[str]) -> list[str]:
    """Say which figures are not shown, and why."""
    shared = first.figures.keys() & other.figures.keys()
    same = {name for name in shared if first.figures[name] == other.figures[name]}
    reasons: list[tuple[str, Any]] = [
        ("The same in both", same),
        ("Left out, for the page would pass 10 MB", shared - same - set(shown)),
        (f"Only in {first.name}", first.figures.keys() - shared),
        (f"Only in {other.name}", other.figures.keys() - shared),
    ]
    return [f"{reason}: {listed([_title(n) for n in sorted(names, key=_rank)])}." for reason, names in reasons if names]
