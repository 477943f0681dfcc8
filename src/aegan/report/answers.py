"""The finding of a study: sentences generated from the decision table, which claim no more than it.

The finding rests on the primary comparisons of equal networks alone. "No help shown" is said only where all of them are
equivalent or hurt, and something could be lost; what is undecided is counted and named.
"""

from __future__ import annotations

import pandas as pd

from aegan.figures.families import NOT_EVIDENCE, PRIMARY, REPLICATION, split_families
from aegan.figures.numbers import count_noun, join_words
from aegan.report.floor_effects import is_shallow, weigh_decisions
from aegan.report.replication_sentences import describe_replications
from aegan.report.seed_sentences import list_ties, warn_too_few_seeds
from aegan.report.sentences import (
    flag_tested,
    format_effect,
    join_outcomes,
    shorten_outcome,
)
from aegan.statistics.families import name_pair
from aegan.tables import AS_BASELINE, NONE, list_distinct

#: the role that the article gives its autoencoder, and its options there; with others it is an ablation
CLAIMED_ROLE = ("reconstruction", "decoder: trained, prior: fitted")
CLAIMED_CATEGORIES = ("vanishing", "explosion")  # the categories of endpoints that the article claims to improve

NO_PRIMARY = "No finding: this study fixed no primary comparison (study.primary), and other comparisons are only leads."
NOT_ASKED = "Not asked: no primary comparison is about an autoencoder's role and the gradients of a plain GAN."

#: decision -> what a method then does
VERBS = {"helps": "helps", "hurts": "hurts", "equivalent": "is equivalent", "undecided": "remains undecided"}
#: decision -> how the sentence that lists its comparisons begins
HEADINGS = {
    "helps": "Helps",
    "hurts": "Hurts",
    "equivalent": "Equivalent, within the margin",
    "undecided": "Undecided, because these data cannot tell",
}


def answer_study(decisions: pd.DataFrame, alpha: float) -> list[str]:
    """State the finding of a study: first whether an autoencoder helps a GAN's gradients, then every comparison.

    Args:
        decisions: the decision table.
        alpha: level of the tests.
    """
    if decisions.empty:
        return ["No answer: this study compared nothing with a baseline."]
    families = split_families(decisions)
    primary, replications = (families.pop(name, decisions.iloc[:0]) for name in (PRIMARY, REPLICATION))
    sentences = [
        *answer_question(primary),
        warn_too_few_seeds(primary, alpha),
        *(_list_comparisons(word, primary[primary["decision"] == word]) for word in HEADINGS),
        list_ties(pd.concat([primary, replications]), alpha, int(flag_tested(primary).sum())),
        *describe_replications(primary, replications),
        _count_others(families),
    ]
    return [sentence for sentence in sentences if sentence]


def answer_question(primary: pd.DataFrame) -> list[str]:
    """Answer whether an autoencoder helps a GAN's gradients, without a regulariser and beside each, from `primary`.

    Comparisons count whose method has a role and whose baseline is a plain GAN. Those of a method that differs from its
    baseline in precision alone are answered apart: whether it does harm.
    """
    if primary.empty:
        return [NO_PRIMARY]
    gradients = primary[primary["about"].isin(CLAIMED_CATEGORIES)]
    same_precision = gradients["precision"] == AS_BASELINE
    asked = gradients[same_precision & (gradients["role"] != NONE) & (gradients["baseline_role"] == NONE)]
    regularised = asked.sort_values("regulariser", key=lambda names: names != NONE, kind="stable")
    by_regulariser = regularised.groupby("regulariser", sort=False)
    by_precision = gradients[~same_precision].groupby("precision", sort=False)
    several = by_regulariser.ngroups > 1
    return [
        *([] if len(asked) else [NOT_ASKED]),
        *(
            _answer_group(
                conclude_help(weigh_decisions(own)),
                _name_subject(own, several),
                own,
                "with a plain GAN's gradients",
                _count_shallow(own),
            )
            for _, own in by_regulariser
        ),
        *(
            _answer_group(conclude_harm(set(own["decision"])), str(name), own, "of a GAN's gradients")
            for name, own in by_precision
        ),
    ]


def _name_subject(rows: pd.DataFrame, several: bool) -> str:
    """Name what was compared, with its regulariser; that there is none is said where others have one."""
    roles = set(rows[["role", "role_options"]].itertuples(index=False, name=None))
    subject = "the article's scheme" if roles == {CLAIMED_ROLE} else "an autoencoder"
    regulariser = rows["regulariser"].iloc[0]
    if regulariser == NONE:
        return f"{subject} without a regulariser" if several else subject
    return f"{subject} regularised by {regulariser}"


def _answer_group(answer: str, subject: str, rows: pd.DataFrame, what: str, note: str = "") -> str:
    counts = rows["decision"].value_counts()
    first, *further = [f"{VERBS[word]} in {counts[word]}" for word in VERBS if word in counts]
    where = f"with {_count_seeds(rows['n'])} on {join_words(list_distinct(rows['dataset']))}"
    clauses = [f"{first} of {count_noun(len(rows), 'primary comparison')} {what}", *further]
    return f"{answer}: {where}, {subject} {join_words(clauses)}{note}."


def _count_shallow(rows: pd.DataFrame) -> str:
    shallow = int(is_shallow(rows).sum())
    verb = "is" if shallow == 1 else "are"
    return f"; {shallow} of {len(rows)} {verb} too shallow to tell of a cure" if shallow else ""


def conclude_help(decisions: set[str]) -> str:
    """Conclude in short: "no help shown" only if all comparisons are equivalent or hurt, never if one is undecided."""
    if "helps" in decisions:
        return "Help shown" if decisions == {"helps"} else "Help shown in part"
    if "undecided" in decisions:
        return "Undecided" if decisions == {"undecided"} else "Undecided in part"
    return "No help shown"


def conclude_harm(decisions: set[str]) -> str:
    """Conclude in short: "no harm shown" only if all comparisons are equivalent or help, never if one is undecided."""
    if "hurts" in decisions:
        return "Harm shown" if decisions == {"hurts"} else "Harm shown in part"
    if "undecided" in decisions:
        return "Undecided" if decisions == {"undecided"} else "Undecided in part"
    return "No harm shown"


def _count_seeds(n: pd.Series) -> str:
    fewest, most = int(n.min()), int(n.max())
    return count_noun(most, "paired seed") if fewest == most else f"{fewest} to {most} paired seeds"


def _list_comparisons(word: str, rows: pd.DataFrame) -> str:
    """List primary comparisons of one decision: each method with its baseline, the endpoints, and what was decided."""
    pairs = [
        f"{name_pair(*map(str, names))} in {_describe_outcomes(word, own)}"
        for names, own in rows.groupby(["dataset", "method", "baseline"], sort=False)
    ]
    return f"{HEADINGS[word]}: {'; '.join(pairs)}." if pairs else ""


def _describe_outcomes(word: str, rows: pd.DataFrame) -> str:
    if word not in ("helps", "hurts"):
        return join_outcomes(rows)
    return join_words(
        [
            f"{shorten_outcome(row['outcome'])} ({format_effect(row['effect'], row['unit'])})"
            for _, row in rows.iterrows()
        ]
    )


def _count_others(families: dict[str, pd.DataFrame]) -> str:
    """Count the comparisons that the finding does not rest on."""
    exploratory = {name: len(rows) for name, rows in families.items() if name != NOT_EVIDENCE}
    parts = [count_noun(size, f"{name} comparison") for name, size in exploratory.items()]
    if NOT_EVIDENCE in families:
        unmatched = len(families[NOT_EVIDENCE])
        parts.append(f"{count_noun(unmatched, 'comparison')} of methods that differ in more than the role")
    return f"No part of this finding: {join_words(parts)}." if parts else ""
