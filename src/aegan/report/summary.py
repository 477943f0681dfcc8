"""The finding of a study in a few sentences, above its decision table, which has what they leave out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aegan.figures.families import PRIMARY, REPLICATION, split_families
from aegan.figures.numbers import join_words
from aegan.report.answers import CLAIMED_CATEGORIES, VERBS, answer_question
from aegan.report.floor_effects import list_floor_effects
from aegan.report.seed_sentences import warn_too_few_seeds
from aegan.report.sentences import shorten_outcome


def summarise_study(decisions: pd.DataFrame, pairs: pd.DataFrame, report: Mapping[str, Any]) -> list[str]:
    """Summarise a study: its answer about gradients, the other endpoints, and how far an equivalence carries.

    Args:
        decisions: the decision table.
        pairs: both values of every pair of runs.
        report: the settings of the report.
    """
    families = split_families(decisions)
    primary, replications = (families.get(name, decisions.iloc[:0]) for name in (PRIMARY, REPLICATION))
    sentences = [
        *answer_question(primary),
        warn_too_few_seeds(primary, report["alpha"]),
        *_count_further_endpoints(primary),
        *list_floor_effects(decisions, pairs, report["gradient_margin"]),
        f"Replications: {count_decisions(replications)}." if len(replications) else "",
    ]
    return [sentence for sentence in sentences if sentence]


def _count_further_endpoints(primary: pd.DataFrame) -> list[str]:
    """Count the decisions in each endpoint that is no gradient."""
    further = primary[~primary["about"].isin(CLAIMED_CATEGORIES)].groupby("outcome", sort=False)
    counts = [f"in {shorten_outcome(str(outcome))}, {count_decisions(rows)}" for outcome, rows in further]
    return [f"Beyond gradients: {'; '.join(counts)}."] if counts else []


def count_decisions(rows: pd.DataFrame) -> str:
    """Count comparisons by decision: 3 of 4 decided (the method helps in 2 and hurts in 1)."""
    counts = rows["decision"].value_counts()
    decided = [f"{VERBS[word]} in {counts[word]}" for word in VERBS if word in counts and word != "undecided"]
    total = len(rows) - int(counts.get("undecided", 0))
    return f"{total} of {len(rows)} decided" + (f" (the method {join_words(decided)})" if decided else "")
