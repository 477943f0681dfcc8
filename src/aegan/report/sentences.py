"""Sentences generated from the decision and verdict tables, never stronger than the tables.

A method is said to help where its row says `helps`, and nowhere else; undecided is said as plainly as helps.
"""

from __future__ import annotations

import pandas as pd

from aegan.figures.numbers import listed, plural, short, signed
from aegan.figures.study import ordered

# Each decision with its clause for one method and for several.
CLAUSES = {
    "helps": ("helps", "help"),
    "hurts": ("hurts", "hurt"),
    "equivalent": ("is equivalent", "are equivalent"),
    "undecided": ("is undecided", "are undecided"),
}
LEVEL = 0.05  # the level readers have in mind; only used to say that n cannot reach it


def headline(decisions: pd.DataFrame) -> str:
    """Answer the question in one sentence, from the counts of the decisions."""
    total = len(decisions)
    if total == 0:
        return "No answer: this study compared nothing with a baseline."
    counts = {word: int((decisions["decision"] == word).sum()) for word in CLAUSES}
    against = f"comparison{'' if total == 1 else 's'} with {listed(ordered(decisions['baseline']))}"
    if counts["undecided"] == total:
        return f"Undecided: these data settle none of {total} {against}."
    if counts["helps"] == total:
        return f"Yes, in this study: {total} of {total} {against} came out as helps."
    rest = listed([f"{count} {word}" for word, count in counts.items() if count and word != "helps"])
    opening = "It depends" if counts["helps"] else "No help shown"
    return f"{opening}: {counts['helps'] or 'none'} of {total} {against} came out as helps; {rest}."


def findings(decisions: pd.DataFrame) -> list[str]:
    """Say, for each data set and outcome, which methods help, hurt, are equivalent and are undecided."""
    return [
        f"{outcome} on {dataset}: {_clauses(own)}."
        for dataset in ordered(decisions["dataset"])
        for outcome in ordered(decisions["outcome"])
        if len(own := decisions[(decisions["dataset"] == dataset) & (decisions["outcome"] == outcome)])
    ]


def _clauses(rows: pd.DataFrame) -> str:
    clauses = []
    for word, (one, several) in CLAUSES.items():
        own = rows[rows["decision"] == word]
        names = listed([_named(row) for _, row in own.iterrows()])
        if names:
            clauses.append(f"{names} {one if len(own) == 1 else several}")
    return "; ".join(clauses)


def _named(row: pd.Series) -> str:
    if row["decision"] not in ("helps", "hurts"):
        return str(row["method"])
    interval = f"{signed(row['effect'])} {row['unit']}, interval {signed(row['low'])} to {signed(row['high'])}"
    return f"{row['method']} ({interval})"


def health(verdicts: pd.DataFrame, network: str = "generator") -> list[str]:
    """Say, for each data set, in how many seeds of each method a network stayed healthy."""
    rows = verdicts[verdicts["network"] == network]
    return [
        f"Healthy {network}s on {dataset}: {listed([_healthy(own, method) for method in ordered(own['method'])])}."
        for dataset in ordered(rows["dataset"])
        if len(own := rows[rows["dataset"] == dataset])
    ]


def _healthy(rows: pd.DataFrame, method: str) -> str:
    words = rows[rows["method"] == method]["verdict"]
    return f"{method} {int((words == 'healthy').sum())} of {len(words)}"


def caveats(decisions: pd.DataFrame) -> list[str]:
    """Say what the number of seeds can and cannot show."""
    pairs = decisions[["n", "smallest_p"]].drop_duplicates().sort_values("n")
    return [_caveat(int(row["n"]), float(row["smallest_p"])) for _, row in pairs.iterrows()]


def _caveat(n: int, smallest: float) -> str:
    reach = f"{plural(n, 'paired seed')} can reach a two-sided p of {short(smallest)} at the smallest"
    if smallest >= LEVEL:
        return f"{reach}: no comparison can fall below {LEVEL}, whatever its effect."
    return f"{reach}, before Holm's correction."
