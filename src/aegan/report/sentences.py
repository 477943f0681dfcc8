"""Sentences generated from the decision and verdict tables, never stronger than the tables.

A method is said to help where its row says `helps`, and nowhere else; undecided is said as plainly as helps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aegan.analysis.study_schema import ordered
from aegan.figures.decisions import agreed
from aegan.figures.numbers import listed, plural, short, signed

# Each decision with its clause for one method and for several.
CLAUSES = {
    "helps": ("helps", "help"),
    "hurts": ("hurts", "hurt"),
    "equivalent": ("is equivalent", "are equivalent"),
    "undecided": ("is undecided", "are undecided"),
}


def brief(outcome: str) -> str:
    """Shorten the name of an outcome: the gradient of the study is always the generator's."""
    return outcome.removeprefix("generator's ")


def tested(decisions: pd.DataFrame) -> pd.Series:
    """Tell the rows that rest on a test; the others are counted."""
    return decisions["smallest_p"].notna()


def level(alpha: float) -> str:
    """Write a level of tests, never broken at the end of a line."""
    return f"p\u00a0<\u00a0{alpha:g}"


def outcomes_of(rows: pd.DataFrame) -> str:
    """List what some comparisons are about."""
    return listed([brief(outcome) for outcome in ordered(rows["outcome"])])


def unanimous(decisions: pd.DataFrame) -> list[str]:
    """Say which way undecided comparisons point where all their seeds agree: p is then the smallest that n allows."""
    agree = agreed(decisions["p"], decisions["smallest_p"], decisions["n"])
    rows = decisions[agree & (decisions["decision"] == "undecided")]
    return [
        f"Undecided, yet the same in all {n} seeds on {dataset}, against {baseline}: {_directions(own)}."
        for (dataset, baseline, n), own in rows.groupby(["dataset", "baseline", "n"], sort=False)
    ]


def _directions(rows: pd.DataFrame) -> str:
    found: dict[str, list[str]] = {}
    for method, own in rows.groupby("method", sort=False):
        sides = {"better": own[own["effect"] > 0], "worse": own[own["effect"] < 0]}
        words = [f"{side} in {outcomes_of(kept)}" for side, kept in sides.items() if len(kept)]
        found.setdefault(", ".join(words), []).append(str(method))
    return "; ".join(f"{listed(methods)} {words}" for words, methods in found.items())


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
    found = "counted" if pd.isna(row["smallest_p"]) else f"interval {signed(row['low'])} to {signed(row['high'])}"
    return f"{row['method']} ({signed(row['effect'])} {row['unit']}, {found})"


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


def divergence(verdicts: pd.DataFrame) -> str:
    """Say how many runs diverged, and which; nothing where none did."""
    runs = ["dataset", "method", "seed"]
    fallen = verdicts[verdicts["verdict"] == "diverged"].drop_duplicates(runs)
    if fallen.empty:
        return ""
    counts = fallen.groupby(["dataset", "method"], sort=False, observed=True).size().reset_index(name="runs")
    which = listed([f"{row.runs} of {row.method} on {row.dataset}" for row in counts.itertuples()])
    total = plural(len(verdicts.drop_duplicates(runs)), "run")
    return f"{len(fallen)} of {total} diverged: {which}. A diverged run stops, ranks worst, and is never left out."


def caveats(decisions: pd.DataFrame, alpha: float) -> list[str]:
    """Say what the number of seeds can and cannot show."""
    family = decisions[tested(decisions)]
    pairs = family[["n", "smallest_p"]].drop_duplicates().sort_values("n")
    return [_caveat(int(row["n"]), float(row["smallest_p"]), len(family), alpha) for _, row in pairs.iterrows()]


def _caveat(n: int, smallest: float, comparisons: int, alpha: float) -> str:
    holm = min(1.0, comparisons * smallest)
    reach = (
        f"{plural(n, 'paired seed')} can reach a two-sided p of {short(smallest)} at the smallest, "
        f"{short(holm)} after Holm's correction over {plural(comparisons, 'comparison')}"
    )
    return f"{reach}: too few to fall below {alpha:g}, whatever the effect." if holm >= alpha else f"{reach}."


def thresholds(settings: Mapping[str, float]) -> str:
    """Say what makes a verdict, from the config's section `verdicts`."""
    lost, gained, deep = (_decades(settings[f"{key}_decades"]) for key in ("vanishing", "exploding", "depth"))
    return (
        f"Vanishing: the network's gradient norm at the end lies at least {lost} below the start or, in a network of "
        f"three layers or more, the first layer's at least {deep} below the last layer's. Exploding: at least {gained} "
        f"above the start, or the first layer's at least {deep} above the last layer's. Start and end are the medians "
        f"over the first and the last {settings['window']:.0%} of the probed steps. A generator that stands still "
        f"before a fresh discriminator is judged at its worst stage: vanishing at {lost} lost since the peak, "
        f"exploding at {gained} gained since step 10. Diverged: a loss or gradient was not finite."
    )


def _decades(value: float) -> str:
    return f"{short(value)} decade{'' if value == 1 else 's'}"


def criteria(settings: Mapping[str, Any]) -> str:
    """Say what makes a decision, from the config's section `report`."""
    return (
        f"Intervals are {settings['confidence'] * 100:g}% bootstrap intervals over the paired seeds. Helps and hurts "
        f"need {level(settings['alpha'])} after Holm's correction and an interval without zero. Equivalent means an "
        f"effect shown to lie within ±{_decades(settings['gradient_margin'])} of gradient, "
        f"±{_decades(settings['conditioning_margin'])} of condition number, ±{_decades(settings['quality_margin'])} of "
        f"FD-cls or ±{short(settings['coverage_margin'])} of coverage. Cost is counted, not tested: arithmetic helps "
        f"or hurts where it differs by more than {_decades(settings['cost_margin'])}."
    )
