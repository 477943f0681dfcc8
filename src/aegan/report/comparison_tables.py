"""The tables of the page that compares reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from aegan.figures.metric_names import MetricLabels, name_metric
from aegan.figures.numbers import format_number, format_signed
from aegan.report.tables import Columns, Table, format_table


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
    columns: dict[str, tuple[str, Callable[[Any], str]]] = {
        "dataset": ("data set", str),
        "method": ("method", str),
        "baseline": ("baseline", str),
        "outcome": ("endpoint", str),
    }
    for time, suffix in (("was", "old"), ("is", "new")):
        columns |= {
            f"decision_{suffix}": (time, str),
            f"effect_{suffix}": (f"effect {time}", format_signed),
            f"low_{suffix}": (f"interval {time} from", format_signed),
            f"high_{suffix}": ("to", format_signed),
        }
    return format_table("Decisions that moved", decisions, columns)


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
        "low": ("interval from", format_signed),
        "high": ("to", format_signed),
        "unit": ("unit", str),
        "seeds": ("seeds", str),
    }
    return format_table(caption, metrics.assign(metric=names), columns)
