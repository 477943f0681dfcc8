"""The tables of the page that compares reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from aegan.figures.families import name_families
from aegan.figures.metric_names import MetricLabels, name_metric
from aegan.figures.numbers import format_number, format_signed
from aegan.report.tables import Columns, Table, format_interval, format_table


def tabulate_settings(settings: pd.DataFrame, old: str, new: str) -> Table:
    """Tabulate the settings that differ.

    Args:
        settings: part, key, old, new.
        old: name of the first report.
        new: name of the other report.
    """
    columns: Columns = {"part": ("part", str), "key": ("key", str), "old": (old, str), "new": (new, str)}
    return format_table("Configuration and provenance", settings, columns)


def tabulate_changed_verdicts(verdicts: pd.DataFrame) -> Table:
    """Tabulate the verdicts that changed."""
    columns: Columns = {
        "dataset": ("data set", str),
        "method": ("method", str),
        "seed": ("seed", str),
        "network": ("network", str),
        "verdict_old": ("was", str),
        "verdict_new": ("is", str),
    }
    return format_table("Changed verdicts", verdicts, columns)


def tabulate_changed_decisions(decisions: pd.DataFrame) -> Table:
    """Tabulate the decisions that moved, with the effects behind them."""
    columns: Columns = {
        "dataset": ("data set", str),
        "method": ("method", str),
        "baseline": ("baseline", str),
        "outcome": ("endpoint", str),
        "family": ("family", str),
        "decision_old": ("was", str),
        "effect_old": ("effect was", format_signed),
        "decision_new": ("is", str),
        "effect_new": ("effect is", format_signed),
    }
    details: dict[str, Callable[[Any], str]] = {
        "effect_old": lambda row: format_interval(row["low_old"], row["high_old"]),
        "effect_new": lambda row: format_interval(row["low_new"], row["high_new"]),
    }
    family = name_families(decisions.rename(columns={"family_new": "family", "differs_new": "differs"}))
    return format_table("Decisions that moved", decisions.assign(family=family), columns, details)


def tabulate_metric_changes(caption: str, metrics: pd.DataFrame, labels: MetricLabels) -> Table:
    """Tabulate how metrics changed.

    Args:
        caption: caption of the table.
        metrics: the columns that `estimate_metric_changes` returns.
        labels: metric -> its label and which direction is better.
    """
    pairs = zip(metrics["metric"], metrics["space"], strict=True)
    names = [name_metric(metric, labels, space) for metric, space in pairs]
    columns: Columns = {
        "dataset": ("data set", str),
        "space": ("space", str),
        "metric": ("metric", str),
        "method": ("method", str),
        "old": ("was", format_number),
        "new": ("is", format_number),
        "effect": ("effect", format_signed),
        "unit": ("unit", str),
        "seeds": ("seeds", str),
    }
    details: dict[str, Callable[[Any], str]] = {"effect": lambda row: format_interval(row["low"], row["high"])}
    return format_table(caption, metrics.assign(metric=names), columns, details)
