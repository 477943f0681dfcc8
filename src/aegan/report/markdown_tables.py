"""Tables of decisions in Markdown, for README.md and docs/findings.md."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from aegan.figures.families import PRIMARY, name_families
from aegan.figures.numbers import format_number
from aegan.report.sentences import count_pairs, format_effect, note_pairs, shorten_outcome
from aegan.report.tables import format_interval
from aegan.statistics.families import name_pair
from aegan.tables import list_distinct


def tabulate_comparisons(rows: pd.DataFrame) -> str:
    """Tabulate comparisons in Markdown: a row for each, with its decision and the numbers behind it."""
    columns = ["comparison", "data set", "endpoint", "decision", "effect", "interval", "p", "p equivalent", "n"]
    return format_markdown(columns, [_list_cells(row) for _, row in rows.iterrows()])


def _list_cells(row: pd.Series) -> list[str]:
    tests = [
        format_number(row[name]) if pd.notna(row[name]) else "–" for name in ("p_adjusted", "p_equivalence_adjusted")
    ]
    effect, interval = format_effect(row["effect"], row["unit"]), format_interval(row["low"], row["high"])
    pair = f"{row['method']} against {row['baseline']}"
    return [
        pair,
        row["dataset"],
        shorten_outcome(row["outcome"]),
        row["decision"],
        effect,
        interval,
        *tests,
        count_pairs(row),
    ]


def tabulate_decisions(decisions: pd.DataFrame) -> str:
    """Tabulate the primary decisions in Markdown: a row for each comparison, a column for each endpoint."""
    primary = decisions[name_families(decisions) == PRIMARY]
    outcomes = list_distinct(primary["outcome"])
    rows = []
    for names, own in primary.groupby(["dataset", "method", "baseline"], sort=False):
        found = {row["outcome"]: _describe_decision(row) for _, row in own.iterrows()}
        rows.append([name_pair(*map(str, names)), *(found.get(name, "–") for name in outcomes)])
    return format_markdown(["comparison", *map(shorten_outcome, outcomes)], rows)


def _describe_decision(row: pd.Series) -> str:
    words, note = f"{row['decision']}, {format_effect(row['effect'], row['unit'])}", note_pairs(row)
    return f"{words} ({note})" if note else words


def format_markdown(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Format a Markdown table; empty without rows."""
    lines = [headers, ["---"] * len(headers), *rows] if rows else []
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
