"""Sentences generated from the tables of decisions and verdicts; they claim no more than the tables.

A sentence says that a method helps only if its row says `helps`; undecided comparisons are stated as such.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.analysis.united_verdicts import unite_probes
from aegan.figures.decision_style import all_seeds_agree, count_known_pairs
from aegan.figures.families import PRIMARY, split_families
from aegan.figures.numbers import count_noun, format_number, format_signed, join_words
from aegan.tables import list_distinct

# Each decision with its clause for one method and for several.
CLAUSES = {
    "helps": ("helps", "help"),
    "hurts": ("hurts", "hurt"),
    "equivalent": ("is equivalent", "are equivalent"),
    "undecided": ("is undecided", "are undecided"),
}


def shorten_outcome(outcome: str) -> str:
    """Shorten the name of an endpoint: without a network, a gradient is the generator's."""
    return outcome.removeprefix("generator's ")


def flag_tested(decisions: pd.DataFrame) -> pd.Series:
    """Return, for every row, whether it is based on a test; the values of other rows are counted, not sampled."""
    return decisions["smallest_p"].notna()


def format_level(alpha: float) -> str:
    """Write a significance level with spaces that do not break at the end of a line."""
    return f"p\u00a0<\u00a0{alpha:g}"


def format_decades(value: float) -> str:
    """Write a number of decades (powers of ten) with its unit."""
    return f"{format_number(value)} decade{'' if value == 1 else 's'}"


def format_effect(effect: float, unit: str) -> str:
    """Write an effect in words instead of a sign: 1.09 decades better. The unit "fraction" is omitted."""
    if not effect:
        return "no difference"
    if np.isnan(effect):
        return "no pair that tells"
    direction = "better" if effect > 0 else "worse"
    if np.isinf(effect):
        return f"{direction} by more than could be measured"
    return f"{format_number(abs(effect))} {unit}".removesuffix(" fraction") + f" {direction}"


def count_pairs(row: pd.Series) -> str:
    """Count the pairs that an effect rests on, of all if some have no known difference: 12, or 1 of 12.

    Args:
        row: about, n, tied.
    """
    known = count_known_pairs(row)
    return f"{known} of {row['n']:.0f}" if known < row["n"] else f"{known}"


def note_pairs(row: pd.Series) -> str:
    """Note the pairs that an effect rests on, such as 1 of 12 pairs; empty if it rests on all."""
    return f"{count_pairs(row)} pairs" if count_known_pairs(row) < row["n"] else ""


def join_outcomes(rows: pd.DataFrame) -> str:
    """Join the names of the endpoints of some comparisons."""
    return join_words([shorten_outcome(outcome) for outcome in list_distinct(rows["outcome"])])


def describe_unanimous_comparisons(decisions: pd.DataFrame) -> list[str]:
    """Describe undecided comparisons in which all seeds point in one direction: p is then the smallest n allows."""
    agree = all_seeds_agree(decisions["p"], decisions["n"])
    rows = decisions[agree & (decisions["decision"] == "undecided")]
    return [
        f"Undecided, yet the same in all {n} seeds on {dataset}, against {baseline}: {_describe_directions(own)}."
        for (dataset, baseline, n), own in rows.groupby(["dataset", "baseline", "n"], sort=False)
    ]


def _describe_directions(rows: pd.DataFrame) -> str:
    methods_by_words: dict[str, list[str]] = {}
    for method, own in rows.groupby("method", sort=False):
        sides = {"better": own[own["effect"] > 0], "worse": own[own["effect"] < 0]}
        words = [f"{side} in {join_outcomes(group)}" for side, group in sides.items() if len(group)]
        methods_by_words.setdefault(", ".join(words), []).append(str(method))
    return "; ".join(f"{join_words(methods)} {words}" for words, methods in methods_by_words.items())


def describe_comparisons(decisions: pd.DataFrame) -> list[str]:
    """State which methods help, hurt, are equivalent and undecided, by family, data set, endpoint and baseline."""
    return [
        f"{'' if family == PRIMARY else f'{family.capitalize()}: '}{outcome} on {dataset}, against {baseline}: "
        f"{_join_clauses(own)}."
        for family, rows in split_families(decisions).items()
        for (dataset, outcome, baseline), own in rows.groupby(["dataset", "outcome", "baseline"], sort=False)
    ]


def _join_clauses(rows: pd.DataFrame) -> str:
    clauses = []
    for word, (one, several) in CLAUSES.items():
        own = rows[rows["decision"] == word]
        names = join_words([_describe_effect(row) for _, row in own.iterrows()])
        if names:
            clauses.append(f"{names} {one if len(own) == 1 else several}")
    return "; ".join(clauses)


def _describe_effect(row: pd.Series) -> str:
    if row["decision"] not in ("helps", "hurts"):
        return str(row["method"])
    interval = f"interval {format_signed(row['low'])} to {format_signed(row['high'])}"
    evidence = "counted" if pd.isna(row["smallest_p"]) else interval
    return f"{row['method']} ({format_signed(row['effect'])} {row['unit']}, {evidence})"


def select_generators(verdicts: pd.DataFrame) -> pd.Series:
    """Return the worst verdict of all probes on each generator."""
    united = unite_probes(verdicts)
    return united[united["network"] == "generator"]["verdict"]


def describe_stability(verdicts: pd.DataFrame) -> list[str]:
    """State, for each data set, in how many seeds of each method all probes call the generator stable."""
    united = unite_probes(verdicts)
    rows = united[united["network"] == "generator"]
    return [
        f"Generators that all probes call stable on {dataset}: "
        f"{join_words([_count_stable(own, method) for method in list_distinct(own['method'])])}."
        for dataset in list_distinct(rows["dataset"])
        if len(own := rows[rows["dataset"] == dataset])
    ]


def _count_stable(rows: pd.DataFrame, method: str) -> str:
    words = rows[rows["method"] == method]["verdict"]
    return f"{method} {int((words == 'stable').sum())} of {len(words)}"


def describe_divergence(verdicts: pd.DataFrame) -> str:
    """State how many runs diverged, and which; empty if none did."""
    runs = ["dataset", "method", "seed"]
    diverged = verdicts[verdicts["verdict"] == "diverged"].drop_duplicates(runs)
    if diverged.empty:
        return ""
    counts = diverged.groupby(["dataset", "method"], sort=False, observed=True).size().reset_index(name="runs")
    which = join_words([f"{row.runs} of {row.method} on {row.dataset}" for row in counts.itertuples()])
    total = count_noun(len(verdicts.drop_duplicates(runs)), "run")
    return f"{len(diverged)} of {total} diverged: {which}. A diverged run stops, ranks worst, and is never left out."
