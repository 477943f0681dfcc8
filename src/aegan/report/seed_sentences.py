"""Sentences on what a number of paired seeds can decide, and on pairs that tell nothing."""

from __future__ import annotations

from itertools import count

import pandas as pd

from aegan.figures.families import PRIMARY, REPLICATION, split_families
from aegan.figures.numbers import count_noun, format_number
from aegan.report.sentences import flag_tested, format_level, join_outcomes

#: how p of the primary family are corrected; at its strictest step p is multiplied by the number of comparisons
CORRECTION = "Holm's correction"


def count_seeds_needed(shares: int, alpha: float) -> int:
    """Return the smallest number of paired seeds whose p can fall below a share of alpha, of that many shares."""
    return next(n for n in count(2) if shares * 2.0 ** (1 - n) < alpha)


def warn_too_few_seeds(primary: pd.DataFrame, alpha: float) -> str:
    """State that no comparison can be decided with these seeds, and how many seeds are needed; empty if one can.

    Args:
        primary: the primary comparisons.
        alpha: level of the tests.
    """
    family = primary[flag_tested(primary)]
    if family.empty or len(family) * family["smallest_p"].min() < alpha:
        return ""
    best, needed = family.sort_values("smallest_p").iloc[0], count_seeds_needed(len(family), alpha)
    enough = f"{needed} that do can" if best["tied"] else f"{needed} seeds can (study.seeds: 0-{needed - 1})"
    return (
        f"Too few seeds to decide: with {describe_told(int(best['n']), int(best['tied'])).rstrip(',')}, none of "
        f"{count_noun(len(family), 'primary comparison')} can reach {format_level(alpha)} after {CORRECTION}; {enough}."
    )


def list_ties(rows: pd.DataFrame, alpha: float, size: int) -> str:
    """List the comparisons of which some pairs are tied, and say where the others are too few; empty if there are none.

    Args:
        rows: primary comparisons and replications.
        alpha: level of the tests.
        size: tested comparisons of the primary family, over which p are corrected.
    """
    tied = rows[flag_tested(rows) & (rows["tied"] > 0)]
    level = format_level(alpha)
    # a replication has one of the two tests' shares; a primary comparison may have more once others are decided
    families = {PRIMARY: (1, f"at the first step of {CORRECTION}"), REPLICATION: (2, "as a replication")}
    few = [
        f", too few others to reach {level} {step}" if times * size * smallest >= alpha else ""
        for (times, step), smallest in zip(tied["family"].map(families), tied["smallest_p"], strict=True)
    ]
    groups = tied.assign(few=few).groupby(["dataset", "method", "baseline", "n", "tied", "few"], sort=False)
    items = [
        f"{count} of {n} of {method} against {baseline} on {dataset} in {join_outcomes(own)}{few}"
        for (dataset, method, baseline, n, count, few), own in groups
    ]
    return f"Tied pairs, which tell nothing: {'; '.join(items)}." if items else ""


def describe_seed_limits(decisions: pd.DataFrame, alpha: float) -> list[str]:
    """State the smallest p value that each number of paired seeds can reach in the primary family.

    Args:
        decisions: the decision table.
        alpha: level of the tests.
    """
    primary = split_families(decisions).get(PRIMARY, decisions.iloc[:0])
    family = primary[flag_tested(primary)]
    pairs = family[["n", "tied", "smallest_p"]].drop_duplicates().sort_values(["n", "tied"])
    return [
        _describe_limit(int(row["n"]), int(row["tied"]), float(row["smallest_p"]), len(family), alpha)
        for _, row in pairs.iterrows()
    ]


def describe_told(n: int, tied: int) -> str:
    """Count paired seeds, and those of them that are not tied, if any is tied."""
    verb = "tells" if n - tied == 1 else "tell"
    return count_noun(n, "paired seed") + (f", of which {n - tied} {verb} anything," if tied else "")


def _describe_limit(n: int, tied: int, smallest: float, comparisons: int, alpha: float) -> str:
    adjusted = min(1.0, comparisons * smallest)
    reach = (
        f"{describe_told(n, tied)} can reach a two-sided p of {format_number(smallest)} at the smallest, "
        f"{format_number(adjusted)} after {CORRECTION} over {count_noun(comparisons, 'primary comparison')}"
    )
    return f"{reach}: too few to fall below {alpha:g}, whatever the effect." if adjusted >= alpha else f"{reach}."
