"""What a study found against the claim under test, or against what one would take for granted."""

from __future__ import annotations

import pandas as pd

from aegan.figures.families import PRIMARY, REPLICATION, name_families
from aegan.figures.numbers import join_words
from aegan.report.floor_effects import weigh_decisions
from aegan.report.hypotheses import describe_row
from aegan.report.sentences import describe_divergence
from aegan.statistics.families import name_pair
from aegan.tables import list_distinct

#: entries of `about`, whose decisions are contrasted
GRADIENT, QUALITY = "vanishing", "quality"


def list_surprises(decisions: pd.DataFrame, verdicts: pd.DataFrame, reproductions: pd.DataFrame) -> list[str]:
    """List what contradicts the claim, or what one would take for granted; empty if nothing does.

    Args:
        decisions: the decision table, of which primary comparisons and replications count.
        verdicts: dataset, method, seed, network, verdict.
        reproductions: the graded criteria.
    """
    families = name_families(decisions)
    primary, replications = decisions[families == PRIMARY], decisions[families == REPLICATION]
    return [
        *(f"Against the claim, {describe_row(row)}." for _, row in primary[primary["decision"] == "hurts"].iterrows()),
        *_contrast_gradient_and_quality(primary),
        *_list_contradictions(primary, replications),
        *filter(None, [describe_divergence(verdicts)]),
        *_list_failed_reproductions(reproductions),
    ]


def _contrast_gradient_and_quality(primary: pd.DataFrame) -> list[str]:
    """State where samples are better and the gradient is shown not to be, or the other way round."""
    sentences = []
    for names, own in primary.groupby(["dataset", "method", "baseline"], sort=False):
        words = {about: weigh_decisions(own[own["about"] == about]) for about in (GRADIENT, QUALITY)}
        pair = name_pair(*map(str, names))
        if words[QUALITY] == {"helps"} and words[GRADIENT] and words[GRADIENT] <= {"equivalent", "hurts"}:
            sentences.append(f"Better samples, and no less gradient lost: {pair}.")
        if words[GRADIENT] == {"helps"} and words[QUALITY] and words[QUALITY] <= {"equivalent", "hurts"}:
            sentences.append(f"Less gradient lost, and no better samples: {pair}.")
    return sentences


def _list_contradictions(primary: pd.DataFrame, replications: pd.DataFrame) -> list[str]:
    """State which replications were decided otherwise than the primary comparison that they repeat."""
    decided = {
        (name_pair(row["dataset"], row["method"], row["baseline"]), row["outcome"]): row["decision"]
        for _, row in primary[primary["decision"] != "undecided"].iterrows()
    }
    return [
        f"Unlike the primary comparison, {describe_row(row)}."
        for _, row in replications[replications["decision"] != "undecided"].iterrows()
        if row["decision"] != decided.get((row["replicates"], row["outcome"]), row["decision"])
    ]


def _list_failed_reproductions(reproductions: pd.DataFrame) -> list[str]:
    failed = list_distinct(reproductions[reproductions["grade"] == "not reproduced"]["result"])
    names = join_words([name.replace("_", " ") for name in failed])
    return [f"Published results of which a criterion was not reproduced here: {names}."] if failed else []
