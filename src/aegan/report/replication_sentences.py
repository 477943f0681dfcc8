"""Sentences on whether what a study decided was decided likewise where it was repeated."""

from __future__ import annotations

import pandas as pd

from aegan.figures.numbers import join_words
from aegan.report.sentences import CLAUSES, shorten_outcome
from aegan.statistics.families import name_pair

COMPARISON = ["dataset", "method", "baseline"]

NOT_REPLICATED = "no replication was planned"


def describe_replications(primary: pd.DataFrame, replications: pd.DataFrame) -> list[str]:
    """Describe the replications of every primary comparison that is decided; those that were decided alike share one.

    Args:
        primary: the primary comparisons.
        replications: their replications; `replicates` names the pair, with its data set, that each repeats.

    Returns:
        The sentences; none in a study without replications.
    """
    if replications.empty:
        return []
    decided = primary[primary["decision"] != "undecided"]
    pairs = decided.assign(pair=[name_pair(*names) for names in decided[COMPARISON].itertuples(index=False)])
    sentences = []
    for (pair, decision), rows in pairs.groupby(["pair", "decision"], sort=False):
        own = replications[replications["replicates"] == pair]
        outcomes: dict[str, list[str]] = {}
        for outcome in rows["outcome"]:
            found = _describe_repetitions(own[own["outcome"] == outcome], str(decision))
            outcomes.setdefault(found, []).append(shorten_outcome(outcome))
        sentences += [
            f"{pair} {CLAUSES[str(decision)][0]} in {join_words(names)}: {found}." for found, names in outcomes.items()
        ]
    return sentences


def _describe_repetitions(rows: pd.DataFrame, decision: str) -> str:
    """Describe the replications of one comparison: replicated on b; opposite on c (hurts); undecided on d."""
    kinds = rows["decision"].where(rows["decision"] == "undecided", "opposite")
    kinds = kinds.mask(rows["decision"] == decision, "replicated")
    parts = [
        f"{kind} on {join_words([_name_place(row, kind) for _, row in rows[kinds == kind].iterrows()])}"
        for kind in ("replicated", "opposite", "undecided")
        if (kinds == kind).any()
    ]
    return "; ".join(parts) or NOT_REPLICATED


def _name_place(row: pd.Series, kind: str) -> str:
    """Name the data set of a replication, with its pair if that is another one, and with an opposite decision."""
    pair = f"{row['method']} against {row['baseline']}"
    notes = [pair] if not row["replicates"].startswith(f"{pair} on ") else []
    notes += [row["decision"]] if kind == "opposite" else []
    return f"{row['dataset']} ({': '.join(notes)})" if notes else str(row["dataset"])
