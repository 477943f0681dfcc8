"""The comparison of reports: one self-contained HTML page that compares each of them with the first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import NamedTuple

import pandas as pd

from aegan.errors import InputError
from aegan.figures.metric_names import MetricLabels
from aegan.figures.numbers import count_noun, join_words
from aegan.figures.registry import FIGURES
from aegan.report.assets import encode_data_uri, hash_script, make_template_environment, read_asset
from aegan.report.change_sentences import count_moved_decisions
from aegan.report.comparison_tables import (
    tabulate_changed_decisions,
    tabulate_changed_verdicts,
    tabulate_metric_changes,
    tabulate_settings,
)
from aegan.report.differences import (
    DECISION_KEYS,
    VERDICT_KEYS,
    SavedReport,
    compare_settings,
    count_unmatched_rows,
    estimate_metric_changes,
    select_changed_rows,
)
from aegan.report.tables import Table

#: most bytes of the figures in the page, which then stays below 10 MB
MAX_FIGURE_BYTES = 9_000_000


class Overlay(NamedTuple):
    """A figure of two reports, laid over each other."""

    title: str
    first: str
    other: str


class Comparison(NamedTuple):
    """A report compared with the first."""

    name: str
    findings: list[str]
    tables: list[Table]
    overlays: list[Overlay]
    notes: list[str]  #: the figures that are not shown, with the reason


def render_comparison(reports: Sequence[SavedReport], metric_labels: MetricLabels) -> str:
    """Render the comparison of reports, each with the first.

    Args:
        reports: two or more.
        metric_labels: metric -> its label and which direction is better.

    Returns:
        HTML: one file that loads nothing.

    Raises:
        InputError: there are fewer than two.
    """
    if len(reports) < 2:
        raise InputError("reports", f"{count_noun(len(reports), 'report')} to compare", "Name two or more.")
    script = read_asset("page.js") + read_asset("compare.js")
    return (
        make_template_environment()
        .get_template("compare.html.j2")
        .render(
            first=reports[0].name,
            comparisons=compare_reports(reports, metric_labels),
            css=read_asset("page.css") + read_asset("compare.css"),
            script=script,
            script_hash=hash_script(script),
        )
    )


def compare_reports(reports: Sequence[SavedReport], metric_labels: MetricLabels) -> list[Comparison]:
    """Compare every report with the first.

    Args:
        reports: two or more.
        metric_labels: metric -> its label and which direction is better.
    """
    first, *others = reports
    figures = _select_figures(first, others)
    return [_compare_pair(first, other, names, metric_labels) for other, names in zip(others, figures, strict=True)]


def _compare_pair(first: SavedReport, other: SavedReport, figures: list[str], labels: MetricLabels) -> Comparison:
    settings = compare_settings(first, other)
    metrics = estimate_metric_changes(first.quality, other.quality, labels)
    verdicts = select_changed_rows(first.verdicts, other.verdicts, VERDICT_KEYS, "verdict")
    decisions = select_changed_rows(first.decisions, other.decisions, DECISION_KEYS, "decision")
    tables = [
        tabulate_changed_decisions(decisions),
        tabulate_changed_verdicts(verdicts),
        tabulate_settings(settings, first.name, other.name),
        tabulate_metric_changes("Metrics that differ", metrics[metrics["differs"]], labels),
        tabulate_metric_changes("All metrics", metrics, labels),
    ]
    unmatched_verdicts = count_unmatched_rows(first.verdicts, other.verdicts, VERDICT_KEYS)
    sentences = [
        _count_changes("Verdicts", len(verdicts), unmatched_verdicts),
        _count_settings(settings),
        _count_metrics(metrics["differs"]),
        _count_figures(first, other),
    ]
    changes = [sentence for sentence in sentences if sentence]
    moved = count_moved_decisions(first.decisions, other.decisions)
    same_decisions = decisions.empty and not any(count_unmatched_rows(first.decisions, other.decisions, DECISION_KEYS))
    return Comparison(
        name=other.name,
        findings=[*moved, *changes] if changes or not same_decisions else ["Nothing changed."],
        tables=[table for table in tables if table.rows],
        overlays=[_overlay_figure(name, first, other) for name in figures],
        notes=_list_omitted_figures(first, other, figures),
    )


def _count_settings(settings: pd.DataFrame) -> str:
    counts = settings["part"].value_counts(sort=False)
    words = join_words([f"{count} of {part}" for part, count in counts.items()])
    return words and f"Entries that changed: {words}."


def _count_changes(noun: str, changed: int, unmatched: tuple[int, int]) -> str:
    counts = zip((changed, *unmatched), ("changed", "gone", "new"), strict=True)
    words = join_words([f"{count} {word}" for count, word in counts if count])
    return words and f"{noun}: {words}."


def _count_metrics(differs: pd.Series) -> str:
    return f"Metrics: {differs.sum()} of {len(differs)} differ." if differs.any() else ""


def _count_figures(first: SavedReport, other: SavedReport) -> str:
    old, new = first.figures.keys(), other.figures.keys()
    changed = sum(first.figures[name] != other.figures[name] for name in old & new)
    return _count_changes("Figures", changed, (len(old - new), len(new - old)))


def _overlay_figure(name: str, first: SavedReport, other: SavedReport) -> Overlay:
    return Overlay(_find_title(name), *(encode_data_uri(report.figures[name]) for report in (first, other)))


def _find_title(name: str) -> str:
    return FIGURES[name].title if name in FIGURES else name.replace("_", " ")


def _select_figures(first: SavedReport, others: Sequence[SavedReport]) -> list[list[str]]:
    """Select the figures of each other report that differ from the first's, until the page is full."""
    changed = [
        (place, name)
        for name in _sort_figures(first.figures)
        for place, other in enumerate(others)
        if other.figures.get(name, first.figures[name]) != first.figures[name]
    ]
    sizes = [sum(len(encode_data_uri(own.figures[name])) for own in (first, others[i])) for i, name in changed]
    totals = accumulate(sizes)
    included = [pair for pair, total in zip(changed, totals, strict=True) if total <= MAX_FIGURE_BYTES]
    return [[name for own, name in included if own == place] for place in range(len(others))]


def _sort_figures(names: Collection[str]) -> list[str]:
    """Sort figures in the order of the registry; figures that it lacks come last."""
    order = list(FIGURES)
    return sorted(names, key=lambda name: (order.index(name) if name in FIGURES else len(order), name))


def _list_omitted_figures(first: SavedReport, other: SavedReport, included: list[str]) -> list[str]:
    """List the figures that are not shown, with the reason."""
    shared = first.figures.keys() & other.figures.keys()
    same = {name for name in shared if first.figures[name] == other.figures[name]}
    reasons: list[tuple[str, Collection[str]]] = [
        ("The same in both", same),
        ("Left out, because the page would exceed 10 MB", shared - same - set(included)),
        (f"Only in {first.name}", first.figures.keys() - shared),
        (f"Only in {other.name}", other.figures.keys() - shared),
    ]
    return [
        f"{reason}: {join_words([_find_title(name) for name in _sort_figures(names)])}."
        for reason, names in reasons
        if names
    ]
