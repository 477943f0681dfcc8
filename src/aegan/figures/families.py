"""The families of comparisons: which of them a finding may rest on, and the words for the others."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

#: what is said of a comparison whose methods differ in more than the role, whatever its decision
NOT_EVIDENCE = "not evidence about the role"


class Family(NamedTuple):
    """A group of comparisons that stand for the same kind of evidence.

    Attributes:
        title: of its table.
        note: what its decisions may be taken for.
        mark: that follows a comparison's name in figures.
        paleness: of its decisions in figures, from 0 to 1.
    """

    title: str
    note: str
    mark: str = ""
    paleness: float = 0.0


PRIMARY, REPLICATION, SECONDARY = "primary", "replication", "secondary"

#: families on which a finding may rest
DECISIVE = (PRIMARY, REPLICATION)

#: family in the decision table -> its words, in the order of the report
FAMILIES = {
    PRIMARY: Family("Primary comparisons", "Fixed in the configuration beforehand: the finding rests on these."),
    REPLICATION: Family(
        "Replications",
        "Primary comparisons repeated on other data; tested only once the comparison itself is decided.",
        " (r)",
    ),
    SECONDARY: Family(
        "Secondary comparisons",
        "Exploratory: leads for a further study, and no part of the finding.",
        " (s)",
        0.75,
    ),
    NOT_EVIDENCE: Family(
        "Comparisons that are not evidence about the role",
        "The method and its baseline differ in more than the role, so an effect may come from that difference.",
        " (≠)",
        1.0,
    ),
}


def name_families(decisions: pd.DataFrame) -> pd.Series:
    """Name the family of every comparison, a key of `FAMILIES`.

    Args:
        decisions: family, and `differs`: in what a method differs from its baseline besides the role, or empty.
    """
    unmatched = decisions["differs"].astype(object).fillna("") != ""  # a CSV turns an empty text into a missing one
    return decisions["family"].astype(object).mask(unmatched, NOT_EVIDENCE)


def split_families(decisions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Split the comparisons by family, in the order of `FAMILIES`; families without comparisons are absent."""
    names = name_families(decisions)
    return {family: rows for family in FAMILIES if len(rows := decisions[names == family])}
