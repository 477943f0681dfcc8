"""The answers at the head of the report, generated from the decision table; they claim no more than the table."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pandas as pd

from aegan.figures.numbers import count_noun, join_words
from aegan.report.sentences import CLAUSES, flag_tested, format_level, join_outcomes, join_pairs
from aegan.tables import AS_BASELINE, NONE

CLAIMED_ROLE = "reconstruction"  # the role that the article gives its autoencoder
CLAIMED_CATEGORIES = ("vanishing", "explosion")  # the categories of endpoints that the article claims to improve


def answer_study(decisions: pd.DataFrame, alpha: float) -> list[str]:
    """Answer the two questions of every study: does the claim hold, and does it still hold with a regulariser?

    Methods that differ from their baselines only in precision get a separate sentence.

    Args:
        decisions: the decision table; all rows except counted ones are the family of Holm's correction.
        alpha: level of the tests.
    """
    if decisions.empty:
        return ["No answer: this study compared nothing with a baseline."]
    gradients = decisions[decisions["about"].isin(CLAIMED_CATEGORIES)]
    regularised, same_precision = gradients["regulariser"] != NONE, gradients["precision"] == AS_BASELINE
    by_precision = gradients[~same_precision].groupby("precision", sort=False)
    sentences = [
        warn_too_few_seeds(decisions, alpha),
        answer_claim(gradients[same_precision & ~regularised]),
        *(summarise_comparisons(f"{name} alone", own, _conclude_harm) for name, own in by_precision),
        *answer_with_regulariser(gradients[same_precision & regularised]),
    ]
    return [sentence for sentence in sentences if sentence]


def _conclude_help(decisions: set[str]) -> str:
    """Conclude in short: "no help shown" only if all comparisons are equivalent or hurt, never if one is undecided."""
    if "helps" in decisions:
        return "yes, in this study" if decisions == {"helps"} else "it depends"
    if "undecided" in decisions:
        return "undecided" if decisions == {"undecided"} else "undecided in part"
    return "no help shown"


def _conclude_harm(decisions: set[str]) -> str:
    """Conclude in short: "no harm shown" only if all comparisons are equivalent or help, never if one is undecided."""
    if "hurts" in decisions:
        return "it depends" if "helps" in decisions else "harm shown"
    if "undecided" in decisions:
        return "undecided" if decisions == {"undecided"} else "undecided in part"
    return "no harm shown"


def answer_claim(rows: pd.DataFrame) -> str:
    """State how an autoencoder in the article's role, or in any role without it, changes plain GANs' gradients.

    Args:
        rows: the comparisons about vanishing and exploding gradients without a regulariser.
    """
    claimed, roles = rows[rows["role"] == CLAIMED_ROLE], rows[rows["role"] != NONE]
    if len(claimed):
        return summarise_comparisons("The claim under test", claimed)
    return summarise_comparisons("An autoencoder's role", roles)


def answer_with_regulariser(rows: pd.DataFrame) -> list[str]:
    """State, for each regulariser, whether a role helps in addition to it, and whether the regulariser alone helps.

    Args:
        rows: the comparisons about vanishing and exploding gradients under a regulariser.
    """
    with_role, alone = (
        rows[selected].groupby("regulariser", sort=False) for selected in (rows["role"] != NONE, rows["role"] == NONE)
    )
    beside = [summarise_comparisons(f"An autoencoder's role beside {name}", own) for name, own in with_role]
    not_compared = (
        "Whether an autoencoder's role still helps if the discriminator is regularised was not tested: "
        "study.methods has no comparison of a role under a regulariser, such as article_r1 with gan_r1."
    )
    return [*(beside or [not_compared]), *(summarise_comparisons(f"{name} alone", own) for name, own in alone)]


def summarise_comparisons(
    subject: str, rows: pd.DataFrame, conclude: Callable[[set[str]], str] = _conclude_help
) -> str:
    """Summarise comparisons about gradients in a sentence; empty if there are none.

    Args:
        subject: what was compared.
        rows: the comparisons.
        conclude: the set of their decisions -> short answer.
    """
    if rows.empty:
        return ""
    comparisons = f"of {count_noun(len(rows), 'comparison')} of {join_pairs(rows)} in vanishing and exploding gradients"
    return f"{subject}: {conclude(set(rows['decision']))}; {comparisons}, {_count_decisions(rows)}."


def _count_decisions(rows: pd.DataFrame) -> str:
    groups = {decision: rows[rows["decision"] == decision] for decision in CLAUSES}
    counts = [f"{len(own)} as {decision} ({join_outcomes(own)})" for decision, own in groups.items() if len(own)]
    return join_words(counts).replace(" as ", " came out as ", 1)


def count_seeds_needed(comparisons: int, alpha: float) -> int:
    """Return the smallest number of paired seeds whose p can fall below alpha after Holm's correction."""
    return next(n for n in count(2) if comparisons * 2.0 ** (1 - n) < alpha)


def warn_too_few_seeds(decisions: pd.DataFrame, alpha: float) -> str:
    """State that no comparison can be decided with these seeds, and how many seeds are needed; empty if one can."""
    family = decisions[flag_tested(decisions)]
    if len(family) * family["smallest_p"].min() < alpha:
        return ""
    seeds, needed = int(decisions["n"].max()), count_seeds_needed(len(family), alpha)
    return (
        f"Too few seeds to decide: with {count_noun(seeds, 'paired seed')}, none of "
        f"{count_noun(len(family), 'comparison')} can reach {format_level(alpha)} after Holm's correction; "
        f"{needed} seeds can (study.seeds: 0-{needed - 1})."
    )
