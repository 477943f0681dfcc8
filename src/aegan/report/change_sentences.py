"""Sentences about the decisions that moved between two reports, by family."""

from __future__ import annotations

import pandas as pd

from aegan.figures.families import FAMILIES, split_families
from aegan.figures.numbers import join_words
from aegan.report.differences import DECISION_KEYS, count_unmatched_rows, select_changed_rows


def count_moved_decisions(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """Count, for each family, the decisions of two reports that moved, and those that only one of the reports has."""
    sides = split_families(old), split_families(new)
    return [
        _count_moved(FAMILIES[name].title, *(side.get(name, old.iloc[:0]) for side in sides))
        for name in FAMILIES
        if any(name in side for side in sides)
    ]


def _count_moved(title: str, old: pd.DataFrame, new: pd.DataFrame) -> str:
    moved = len(select_changed_rows(old, new, DECISION_KEYS, "decision"))
    gone, added = count_unmatched_rows(old, new, DECISION_KEYS)
    rest = join_words([f"{count} {word}" for count, word in ((gone, "gone"), (added, "new")) if count])
    return f"{title}: {moved or 'none'} of {len(old) - gone} moved{rest and f', {rest}'}."
