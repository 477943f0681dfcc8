"""One sentence on the mechanism of a decided comparison, generated from the table `mechanism`, which it never exceeds.

A part is named as the place of a difference only where the table says that it carries it. What accompanies an effect on
another endpoint is said to stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from aegan.analysis.mechanism import CARRIES, OPPOSES, READINGS, TOTAL
from aegan.figures.numbers import format_number, format_signed, join_words
from aegan.figures.study.mechanism import select_explained
from aegan.report.sentences import format_decades, format_effect, shorten_outcome
from aegan.report.tables import format_interval
from aegan.statistics.families import name_pair

COMPARISON = ["dataset", "method", "baseline"]

#: part of a difference in gradient -> its words
PARTS = {
    "slope": "the slope of the loss",
    "field": "what the discriminator passes back",
    "gain": "what the generator makes of it",
    "rest": "the rest, other terms of the loss among it",
}


def list_explanations(decisions: pd.DataFrame, mechanism: pd.DataFrame) -> list[str]:
    """List a sentence for each decided comparison on which the finding rests; for all, if it rests on none.

    Endpoints of which the same is said share a sentence.

    Args:
        decisions: the decision table.
        mechanism: the table of mechanisms.
    """
    explained = select_explained(decisions)
    explained = explained.assign(reason=explain_comparisons(explained, mechanism))
    sentences = []
    for (*names, reason), rows in explained.groupby([*COMPARISON, "reason"], sort=False):
        decided = join_words([name_outcome(row) for _, row in rows.iterrows()])
        sentences.append(f"{name_pair(*map(str, names))}, {decided}: {reason}.")
    return sentences


def explain_comparisons(decisions: pd.DataFrame, mechanism: pd.DataFrame) -> list[str]:
    """Explain decided comparisons: for each, why it came out as it did, as far as the table tells.

    Args:
        decisions: rows of the decision table that are decided.
        mechanism: the table of mechanisms.
    """
    groups = {
        names: {str(reading): own.set_index("part") for reading, own in rows.groupby("reading", sort=False)}
        for names, rows in mechanism.groupby(COMPARISON, sort=False)
    }
    return [explain(row, groups.get(tuple(row[COMPARISON]), {})) for _, row in decisions.iterrows()]


def name_outcome(row: pd.Series) -> str:
    """Name the endpoint of a comparison, and what was decided."""
    return f"{shorten_outcome(row['outcome'])} ({row['decision']}, {format_effect(row['effect'], row['unit'])})"


def explain(row: pd.Series, readings: Mapping[str, pd.DataFrame]) -> str:
    """Explain one decided comparison.

    Args:
        row: of the decision table.
        readings: the mechanism of its method and baseline: reading -> part × the columns of the table.
    """
    if row["decision"] == "equivalent":
        return "there is no difference to explain"
    exact = next((name for name, one in READINGS.items() if one.label == row["outcome"]), "")
    named = [COMPANIONS[exact], "speed", "anchor"] if exact in readings else list(DESCRIPTIONS)
    beside = [words for name in named if name in readings and (words := DESCRIPTIONS[name](readings[name]))]
    if exact in readings:
        return "; ".join([_locate(readings[exact]), *beside])
    if not readings:
        return "no part of the gradient was measured in both methods"
    found = "; ".join(beside) or "no difference in the gradient or in the discriminator's speed is shown"
    return f"seen beside, not shown to be a cause: {found}"


def _locate(rows: pd.DataFrame) -> str:
    """Say in which parts a difference in gradient lies, and which go against it."""
    total, parts = _select(rows, TOTAL), rows.drop(TOTAL)
    pairs = f" in {total['n']} of {total['n'] + total['left_out']} pairs (the others have no factors)"
    pairs = pairs if total["left_out"] else ""
    if total["bearing"] != CARRIES:
        return f"the sum of its parts is not shown to matter, so no part is named{pairs}"
    of = f"{format_signed(total['effect'])} {total['unit']}"
    carrying = _list_parts(parts[parts["bearing"] == CARRIES])
    if not carrying:
        effects = zip(parts.index, parts["effect"].tolist(), strict=True)
        shares = join_words([f"{part} {format_signed(effect)}" for part, effect in effects])
        return f"no factor alone explains the difference of {of}{pairs}: {shares}"
    against = _list_parts(parts[parts["bearing"] == OPPOSES])
    opposed = f", against {join_words(against)}" if against else ""
    return f"the difference of {of}{pairs} lies in {join_words(carrying)}{opposed}"


def _select(rows: pd.DataFrame, part: str) -> dict[Any, Any]:
    return dict(rows.loc[part].items())


def _list_parts(rows: pd.DataFrame) -> list[str]:
    return [
        f"{PARTS[str(part)]} ({format_signed(row['effect'])}, interval {format_interval(row['low'], row['high'])})"
        for part, row in rows.iterrows()
    ]


def _describe_gradient(sentence: str, directions: tuple[str, str], rows: pd.DataFrame) -> str:
    total = _select(rows, TOTAL)
    if total["bearing"] != CARRIES:
        return ""
    words = sentence.format(format_decades(abs(total["effect"])), directions[int(total["effect"] < 0)])
    carrying = [PARTS[str(part)] for part in rows.index[rows["bearing"] == CARRIES] if part != TOTAL]
    return f"{words}, in {join_words(carrying)}" if carrying else words


def _describe_speed(rows: pd.DataFrame) -> str:
    row = _select(rows, "speed")
    if row["bearing"] != CARRIES:
        return ""
    times, low, high = (format_number(float(np.power(10.0, row[name]))) for name in ("effect", "low", "high"))
    return f"a fresh discriminator needs {times} times the steps to get equally far (interval {low} to {high})"


def _describe_anchor(rows: pd.DataFrame) -> str:
    row = _select(rows, "anchor")
    if row["low"] <= 0 <= row["high"]:
        return ""
    more = "larger" if row["effect"] > 0 else "smaller"
    interval = format_interval(row["low"], row["high"])
    return f"the anchor's share of the gradient is {more} by {format_number(abs(row['effect']))} (interval {interval})"


#: reading that is the difference of an endpoint -> the one of the gradient that is left at the same moment
COMPANIONS = {"lost": "level", "training_lost": "training_level"}

#: reading -> what is said of it beside an effect, empty if it is not shown to differ; what is an endpoint of its own,
#: with a decision, is not said again
DESCRIPTIONS: dict[str, Callable[[pd.DataFrame], str]] = {
    "level": partial(
        _describe_gradient, "at equal cross-entropy the method's gradient is {} {}", ("larger", "smaller")
    ),
    "training_level": partial(
        _describe_gradient, "at the end of training the method's gradient is {} {}", ("larger", "smaller")
    ),
    "speed": _describe_speed,
    "anchor": _describe_anchor,
}
