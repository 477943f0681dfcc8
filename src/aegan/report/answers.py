"""The answers at the head of the report, from the decision table and never stronger than it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pandas as pd

from aegan.analysis.study_schema import SAME, ordered
from aegan.figures.numbers import listed, plural
from aegan.report.sentences import CLAUSES, level, outcomes_of, tested

NONE = "none"  # the role, or the regulariser, of a method that has none
CLAIMED = "reconstruction"  # the role that the article gives its autoencoder
GRADIENTS = ("vanishing", "explosion")  # what it claims to cure


def answers(decisions: pd.DataFrame, alpha: float) -> list[str]:
    """Answer the two questions of every study: is the claim right, and is anything left of it with a regulariser?

    Where methods differ from their baselines in precision alone, what that did is told, too.

    Args:
        decisions: the decision table; all of it but what is counted is the family of Holm's correction.
        alpha: level of the tests.
    """
    if decisions.empty:
        return ["No answer: this study compared nothing with a baseline."]
    gradients = decisions[decisions["about"].isin(GRADIENTS)]
    held, same = gradients["regulariser"] != NONE, gradients["precision"] == SAME
    low = gradients[~same].groupby("precision", sort=False)
    found = [
        too_few(decisions, alpha),
        claim(gradients[same & ~held]),
        *(said(f"{name} alone", own, _harm) for name, own in low),
    ]
    found += left_over(gradients[same & held])
    return [sentence for sentence in found if sentence]


def _help(words: set[str]) -> str:
    if words in ({"helps"}, {"undecided"}):
        return "yes, in this study" if words == {"helps"} else "undecided"
    return "it depends" if "helps" in words else "no help shown"


def _harm(words: set[str]) -> str:
    if "hurts" in words:
        return "harm shown"
    return "no harm shown" if "undecided" in words else "no harm, in this study"


def claim(rows: pd.DataFrame) -> str:
    """Say what plain GANs' gradients owe to an autoencoder in the article's role, or in any where that was not run.

    Args:
        rows: the comparisons about vanishing and exploding gradients without a regulariser.
    """
    claimed, roles = rows[rows["role"] == CLAIMED], rows[rows["role"] != NONE]
    return said("The claim under test", claimed) if len(claimed) else said("An autoencoder's role", roles)


def left_over(rows: pd.DataFrame) -> list[str]:
    """Say, for each regulariser, whether a role still helps beside it, and what it does alone.

    Args:
        rows: the comparisons about vanishing and exploding gradients under a regulariser.
    """
    roles, alone = (
        rows[chosen].groupby("regulariser", sort=False) for chosen in (rows["role"] != NONE, rows["role"] == NONE)
    )
    beside = [said(f"An autoencoder's role beside {name}", own) for name, own in roles]
    unasked = (
        "Whether an autoencoder's role still helps once the discriminator is regularised was not asked: "
        "study.methods compares none under a regulariser, such as article_r1 with gan_r1."
    )
    return [*(beside or [unasked]), *(said(f"{name} alone", own) for name, own in alone)]


def said(subject: str, rows: pd.DataFrame, opening: Callable[[set[str]], str] = _help) -> str:
    """Sum up comparisons about gradients, claiming no more than they do; nothing where there are none.

    Args:
        subject: what was compared.
        rows: the comparisons.
        opening: the words they came out as -> the answer in short.
    """
    if rows.empty:
        return ""
    of = (
        f"of {plural(len(rows), 'comparison')} of {listed(ordered(rows['method']))} with "
        f"{listed(ordered(rows['baseline']))} in vanishing and exploding gradients"
    )
    return f"{subject}: {opening(set(rows['decision']))}; {of}, {_tally(rows)}."


def _tally(rows: pd.DataFrame) -> str:
    own = {word: rows[rows["decision"] == word] for word in CLAUSES}
    parts = [f"{len(kept)} as {word} ({outcomes_of(kept)})" for word, kept in own.items() if len(kept)]
    return listed(parts).replace(" as ", " came out as ", 1)


def seeds_needed(comparisons: int, alpha: float) -> int:
    """Give the smallest number of paired seeds with which a comparison can fall below alpha after Holm's correction."""
    return next(n for n in count(2) if comparisons * 2.0 ** (1 - n) < alpha)


def too_few(decisions: pd.DataFrame, alpha: float) -> str:
    """Say that no comparison can be decided with these seeds, whatever its effect, and how many can; else nothing."""
    family = decisions[tested(decisions)]
    if len(family) * family["smallest_p"].min() < alpha:
        return ""
    seeds, needed = int(decisions["n"].max()), seeds_needed(len(family), alpha)
    return (
        f"Too few seeds to decide: with {plural(seeds, 'paired seed')}, none of {plural(len(family), 'comparison')} "
        f"can reach {level(alpha)} after Holm's correction; {needed} seeds can (study.seeds: 0-{needed - 1})."
    )
