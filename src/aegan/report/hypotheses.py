"""The hypotheses of the decisive study, each with the primary comparisons that decide on it, and its verdict."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from aegan.analysis.endpoints import ENDPOINTS
from aegan.figures.families import PRIMARY, name_families
from aegan.figures.numbers import format_number
from aegan.report.answers import VERBS, conclude_help
from aegan.report.floor_effects import LEVEL, weigh_decisions
from aegan.report.sentences import count_pairs, flag_tested, format_effect, shorten_outcome
from aegan.report.tables import format_interval
from aegan.statistics.families import name_pair

#: what a hypothesis says if none of its comparisons was fixed before the study ran
NOT_ASKED = "Not asked"


class Hypothesis(NamedTuple):
    """A hypothesis: that a method helps against a baseline in all of some endpoints."""

    name: str
    title: str
    claim: str
    method: str
    baseline: str
    endpoints: tuple[str, ...]  #: names in `ENDPOINTS`


HYPOTHESES = (
    Hypothesis(
        "H1",
        "cure",
        "Before discriminators of the same held-out cross-entropy, the generator of the article's scheme loses less "
        "gradient than that of a plain GAN with the same networks.",
        "reconstruction",
        "gan",
        ("cure",),
    ),
    Hypothesis(
        "H2",
        "quality",
        "The samples of the article's scheme are closer to the data than those of that GAN.",
        "reconstruction",
        "gan",
        ("fd",),
    ),
    Hypothesis(
        "H3",
        "beside R1",
        "The article's scheme loses less gradient, and its samples are closer to the data, if both discriminators have "
        "R1.",
        "reconstruction_r1",
        "gan_r1",
        ("cure", "fd"),
    ),
    Hypothesis(
        "H4",
        "the loop, not the start",
        "The article's scheme does better in both than the plain GAN that starts from the same trained decoder.",
        "reconstruction",
        "warm_start",
        ("cure", "fd"),
    ),
    Hypothesis(
        "H5",
        "overlap",
        "A fresh discriminator needs more steps to tell the fakes of the article's scheme from data than those of a "
        "plain GAN.",
        "reconstruction",
        "gan",
        ("overlap",),
    ),
)


def state_verdict(hypothesis: Hypothesis, decisions: pd.DataFrame) -> str:
    """State the verdict on a hypothesis and what it rests on; it is the strongest that the decision table allows.

    Args:
        hypothesis: the hypothesis.
        decisions: the decision table, of which the primary comparisons count.
    """
    rows = select_comparisons(hypothesis, decisions)
    labels = [ENDPOINTS[name].label for name in hypothesis.endpoints]
    missing = [shorten_outcome(label) for label in labels if label not in set(rows["outcome"])]
    words = {*weigh_decisions(rows), *(["undecided"] if missing else [])}
    verdict = conclude_help(words) if len(rows) else NOT_ASKED
    reasons = [describe_row(row) for _, row in rows.iterrows()]
    if missing:
        pair = f"{hypothesis.method} against {hypothesis.baseline}"
        reasons.append(f"no primary comparison is about {pair} in {' or '.join(missing)}")
    return f"**{verdict}**: {'; '.join(reasons)}."


def select_comparisons(hypothesis: Hypothesis, decisions: pd.DataFrame) -> pd.DataFrame:
    """Select the primary comparisons that a hypothesis is about."""
    labels = [ENDPOINTS[name].label for name in hypothesis.endpoints]
    return decisions[
        (name_families(decisions) == PRIMARY)
        & (decisions["method"] == hypothesis.method)
        & (decisions["baseline"] == hypothesis.baseline)
        & decisions["outcome"].isin(labels)
    ]


def describe_row(row: pd.Series) -> str:
    """Describe a comparison: what was decided, and the effect with its interval, p and number of pairs."""
    name = name_pair(row["dataset"], row["method"], row["baseline"])
    shallow = ", too shallow to tell of a cure" if row["shallow"] and row["decision"] in LEVEL else ""
    return f"{name} {VERBS[row['decision']]} in {shorten_outcome(row['outcome'])} ({describe_evidence(row)}){shallow}"


def describe_evidence(row: pd.Series) -> str:
    """Describe the effect of a comparison with its interval, its p after correction and its number of pairs."""
    effect = format_effect(row["effect"], row["unit"])
    interval = f"interval {format_interval(row['low'], row['high'])}"
    return ", ".join([effect, interval, *describe_tests(row), f"n = {count_pairs(row)}"])


def describe_tests(row: pd.Series) -> list[str]:
    """Describe the corrected p on which a decision rests; of an undecided comparison those of both tests."""
    tests = {"a difference": row["p_adjusted"], "equivalence": row["p_equivalence_adjusted"]}
    if row["decision"] == "equivalent":
        del tests["a difference"]
    elif row["decision"] != "undecided":
        del tests["equivalence"]
    return [f"p = {format_number(p)} for {name}" for name, p in tests.items() if pd.notna(p)]


def describe_lacking_power(rows: pd.DataFrame) -> list[str]:
    """State for each undecided comparison with a test with which power it could have been decided.

    Args:
        rows: comparisons.
    """
    undecided = rows[(rows["decision"] == "undecided") & flag_tested(rows)]
    return [f"{describe_row(row)}: {_describe_power(row)}." for _, row in undecided.iterrows()]


def _describe_power(row: pd.Series) -> str:
    tied = "tied pairs tell nothing, and " if row["tied"] else ""
    if pd.isna(row["power"]):
        return f"{tied}its power cannot be estimated, because {_explain_missing_power(row)}"
    return f"{tied}the power to find an effect as large as the margin was {format_number(row['power'])}"


def _explain_missing_power(row: pd.Series) -> str:
    if not any(own.margin for own in ENDPOINTS.values() if own.label == row["outcome"]):
        return "the endpoint has no margin"
    if row["n"] - row["tied"] < 2:
        return "that takes two other pairs"
    return "a value lies beyond what was measured"
