"""Remedies for sick networks, from decision tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from aegan.cli.csv_history import DEFAULTS
from aegan.cli.history_readers import read_columns
from aegan.figures.numbers import count_noun, format_number, format_signed, join_words
from aegan.report.sentences import describe_unanimous_comparisons
from aegan.tables import list_distinct

#: verdict -> text in the names of the outcomes that measure it; a diverged run ranks last in both outcomes
OUTCOME_TEXTS = {"vanishing": "gradient lost", "exploding": "gradient grown", "diverged": "gradient grown"}


#: the columns that are read from a decision table of any version of aegan
DECISION_COLUMNS = [
    "dataset", "method", "baseline", "outcome", "unit", "effect", "low", "high", "p", "n", "smallest_p", "decision",
]  # fmt: skip

#: largest number of remedies that are named for a network
MAX_REMEDIES = 3


def find_reports(root: Path, datasets: Collection[str]) -> list[Path]:
    """Find the decision tables of the reports in a folder that compare methods on one of the data sets."""
    tables = sorted(root.glob("reports/*/decisions.csv"))
    return [path for path in tables if not set(datasets).isdisjoint(read_decisions([path])["dataset"])]


def read_decisions(tables: Sequence[Path]) -> pd.DataFrame:
    """Join decision tables, with the study and the file of each as columns `study` and `table`.

    Raises:
        InputError: a file is missing or is not a decision table.
    """
    fix = "Give a decisions.csv of a report, reports/NAME/decisions.csv"
    decisions = [
        read_columns(path, DECISION_COLUMNS, fix).assign(study=path.resolve().parent.name, table=str(path))
        for path in tables
    ]
    columns = [*DECISION_COLUMNS, "study", "table"]
    return pd.concat(decisions, ignore_index=True) if decisions else pd.DataFrame(columns=columns)


def find_remedies(verdicts: pd.DataFrame, decisions: pd.DataFrame) -> list[str]:
    """Describe which remedies the decision tables support against each verdict that an outcome measures.

    Args:
        verdicts: dataset, method, network, verdict, as `doctor.summarise_verdicts` makes them.
        decisions: `DECISION_COLUMNS`, study and table.

    Returns:
        Nothing without such a verdict; else the tables that were read, and the remedies.
    """
    sick = verdicts[verdicts["verdict"].isin(OUTCOME_TEXTS)]
    if sick.empty:
        return []
    if decisions.empty:
        return [
            "Remedies come from the comparisons of a report, and none was read. `snakemake` makes one by comparing "
            "methods with their baselines; --report reports/NAME reads it."
        ]
    read = f"Remedies from {join_words(list_distinct(decisions['table']))}:"
    return [read, *(line for _, row in sick.iterrows() for line in _find_network_remedies(row, decisions))]


def _find_network_remedies(row: pd.Series, decisions: pd.DataFrame) -> list[str]:
    """Find the remedies for one row of the verdicts."""
    heading = f"Against {row['verdict']} ({name_network(row)})"
    if not str(row["network"]).startswith(("generator", DEFAULTS["network"])):
        return [f"{heading}: the decision table covers generators only."]
    rows = select_comparisons(row, decisions)
    helpful = rows[rows["decision"] == "helps"].sort_values("effect", ascending=False, kind="stable")
    if len(helpful):
        return [f"{heading}: {_describe_remedy(remedy)}." for _, remedy in helpful.head(MAX_REMEDIES).iterrows()]
    comparisons = f"{count_noun(len(rows), 'comparison')} looked at {OUTCOME_TEXTS[row['verdict']]}"
    undecided = rows.empty or "undecided" in set(rows["decision"])
    conclusion = "whether a method helps is undecided" if undecided else "no method is shown to help"
    return [
        f"{heading}: {conclusion}; {comparisons}.",
        *describe_unanimous_comparisons(rows[rows["effect"] > 0]),
    ]


def select_comparisons(row: pd.Series, decisions: pd.DataFrame) -> pd.DataFrame:
    """Select the comparisons on the outcomes that measure a verdict.

    If some have the network's dataset, only those are kept; likewise for its method as baseline.

    Args:
        row: dataset, method and verdict of the network.
        decisions: `DECISION_COLUMNS` and study.
    """
    relevant = decisions["outcome"].str.contains(OUTCOME_TEXTS[row["verdict"]])
    if "differs" in decisions:  # what differs in more than the role is no evidence about it; older tables do not tell
        relevant &= decisions["differs"].isna() | (decisions["differs"] == "")
    rows: pd.DataFrame = decisions[relevant & (decisions["method"] != row["method"])]
    for column, value in (("dataset", row["dataset"]), ("baseline", row["method"])):
        rows = rows[rows[column] == value] if value in set(rows[column]) else rows
    return rows


def name_network(row: pd.Series) -> str:
    """Name the network of a row: dataset, method, network."""
    return f"{row['network']} of {row['method']} on {row['dataset']}"


def _describe_remedy(row: pd.Series) -> str:
    interval = f"interval {format_signed(row['low'])} to {format_signed(row['high'])}"
    return (
        f"{row['method']} helps against {row['baseline']} on {row['dataset']}, in {row['outcome']}: "
        f"{format_number(row['effect'])} {row['unit']} better ({interval}, {count_noun(int(row['n']), 'paired seed')}, "
        f"study {row['study']})"
    )
