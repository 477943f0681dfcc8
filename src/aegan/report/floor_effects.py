"""What an equivalence leaves open: where little gradient can be lost yet, no method could lose less."""

from __future__ import annotations

import pandas as pd

from aegan.analysis.floor_effects import COMPARISON, measure_baseline_losses
from aegan.figures.families import PRIMARY, name_families
from aegan.figures.numbers import format_number, join_words
from aegan.report.sentences import format_decades, shorten_outcome

#: the decisions that a floor gives as well
LEVEL = ("equivalent", "undecided")


def is_shallow(rows: pd.DataFrame) -> pd.Series:
    """Return which comparisons a floor decides as well: no evidence for a cure, nor against one.

    Args:
        rows: of the decision table.
    """
    return rows["shallow"].astype(bool) & rows["decision"].isin(LEVEL)


def weigh_decisions(rows: pd.DataFrame) -> set[str]:
    """List what comparisons say of a method: an equivalence where nothing could be lost leaves that undecided.

    Args:
        rows: of the decision table.
    """
    return set(rows["decision"].mask(is_shallow(rows), "undecided"))


def list_floor_effects(decisions: pd.DataFrame, pairs: pd.DataFrame, margin: float) -> list[str]:
    """List the primary comparisons of lost gradient that are too shallow to tell of a cure, by data set and endpoint.

    Both sides of a pair are read as far as both discriminators have come, which may be so early that nothing is lost.

    Args:
        decisions: the decision table.
        pairs: both values of every pair of runs.
        margin: the decades below which a difference does not matter.
    """
    shallow = decisions[(name_families(decisions) == PRIMARY) & is_shallow(decisions)]
    told = shallow.merge(measure_baseline_losses(pairs).rename("lost").reset_index(), on=COMPARISON)
    return [
        f"Too shallow to tell of a cure in {shorten_outcome(str(outcome))} on {dataset}: as far as both "
        f"discriminators have come, the baseline has lost less than the margin of {format_decades(margin)}, in the "
        "median of the pairs: "
        f"{join_words([_describe_loss(row) for _, row in rows.iterrows()])}."
        for (dataset, outcome), rows in told.groupby(["dataset", "outcome"], sort=False)
    ]


def _describe_loss(row: pd.Series) -> str:
    return f"{row['baseline']} beside {row['method']} {format_number(row['lost'])}"
