"""The finding of a study in one sentence, for the head of README.md. It claims no more than the tables."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pandas as pd

from aegan.errors import InputError
from aegan.figures.numbers import count_noun, join_words
from aegan.report.answers import CLAIMED_CATEGORIES, CLAIMED_ROLE, warn_too_few_seeds
from aegan.report.sentences import CLAUSES, flag_tested, format_level, join_outcomes
from aegan.storage import explain_read_errors, write_text
from aegan.tables import AS_BASELINE, list_distinct, read_table

#: the text between the two marks of README.md
MARKED_TEXT = re.compile(r"(?<=<!-- finding -->\n).*?(?=\n<!-- /finding -->)", re.DOTALL)
LINE_WIDTH = 120


def headline_finding(decisions: pd.DataFrame, cost: pd.DataFrame, alpha: float) -> str:
    """Answer in one sentence whether the article's scheme helps a GAN's gradients, with the limits of the answer.

    Args:
        decisions: the decision table of a study.
        cost: its cost table; networks whose `parameters` differ are reported.
        alpha: level of the tests.
    """
    same_precision = decisions["precision"] == AS_BASELINE
    rows = decisions[(decisions["role"] == CLAIMED_ROLE) & decisions["about"].isin(CLAIMED_CATEGORIES) & same_precision]
    if rows.empty:
        return "This study does not compare the article's scheme with a plain GAN."
    seeds, datasets = count_noun(int(rows["n"].max()), "paired seed"), join_words(list_distinct(rows["dataset"]))
    tallies = [_tally_pair(own) for _, own in rows.groupby(["method", "baseline"], sort=False)]
    parts = [f"with {seeds} on {datasets}, {tallies[0]}", *tallies[1:], _note_limits(rows, decisions, cost, alpha)]
    return f"{_answer(set(rows['decision']))}: {'; '.join(part for part in parts if part)}."


def write_finding(readme: Path, report: Path, alpha: float) -> None:
    """Write the finding of a report between the two marks of a Markdown file.

    Args:
        readme: the file to edit.
        report: the folder of the report, with decisions.csv and cost.csv.
        alpha: level of the tests.

    Raises:
        InputError: the file lacks the marks, or one of the files cannot be read.
    """
    finding = headline_finding(read_table(report / "decisions.csv"), read_table(report / "cost.csv"), alpha)
    with explain_read_errors(readme):
        text = readme.read_text(encoding="utf-8")
    if not MARKED_TEXT.search(text):
        marks = "Put the lines <!-- finding --> and <!-- /finding --> where the finding belongs."
        raise InputError(readme, "the marks of the finding are missing", marks)
    write_text(readme, MARKED_TEXT.sub(lambda _: textwrap.fill(finding, LINE_WIDTH, break_on_hyphens=False), text))


def _answer(decisions: set[str]) -> str:
    """Answer in short: "no help" only if all comparisons are equivalent or hurt, never if one is undecided."""
    if "helps" in decisions:
        return "The article's scheme helps a GAN's gradients" + ("" if decisions == {"helps"} else " in part")
    if "undecided" in decisions:
        return "It is undecided whether the article's scheme helps a GAN's gradients"
    return "No help of the article's scheme for a GAN's gradients is shown"


def _tally_pair(rows: pd.DataFrame) -> str:
    """Count how the comparisons of one method with its baseline came out."""
    counts = []
    for decision, (one, several) in CLAUSES.items():
        own = rows[rows["decision"] == decision]
        if len(own):
            which = "" if decision == "undecided" else f" ({join_outcomes(own)})"
            counts.append(f"{len(own)} {one if len(own) == 1 else several}{which}")
    method, baseline = rows[["method", "baseline"]].iloc[0]
    return f"of {count_noun(len(rows), 'comparison')} of `{method}` with `{baseline}`, {join_words(counts)}"


def _note_limits(rows: pd.DataFrame, decisions: pd.DataFrame, cost: pd.DataFrame, alpha: float) -> str:
    """State whether seeds are too few for any decision and whether compared networks differ in size."""
    limits = []
    if warn_too_few_seeds(decisions, alpha):
        comparisons = count_noun(int(flag_tested(decisions).sum()), "comparison")
        limits.append(f"so few seeds cannot reach {format_level(alpha)} after Holm's correction over {comparisons}")
    sizes = cost[cost["phase"] == "gan"].groupby(["dataset", "method"])["parameters"].max()
    pairs = rows[["dataset", "method", "baseline"]].drop_duplicates().itertuples(index=False)
    compared = [(int(sizes[dataset, method]), int(sizes[dataset, baseline])) for dataset, method, baseline in pairs]
    unequal = list(dict.fromkeys(f"{own:,} against {other:,}" for own, other in compared if own != other))
    if unequal:
        limits.append(f"the compared networks differ in size ({join_words(unequal)} parameters)")
    return join_words(limits)
