"""What an equivalence leaves open: where the baseline loses next to no gradient, no method could lose less."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.figures.families import PRIMARY, name_families
from aegan.figures.numbers import format_number, join_words
from aegan.report.sentences import format_decades, shorten_outcome

#: what is equal in both methods, in the table `pairs`
COMPARISON = ["dataset", "method", "baseline", "outcome"]
#: the entry of `about` of the endpoints that count lost decades of gradient, from 0 on
LOSSES = "vanishing"


def list_floor_effects(decisions: pd.DataFrame, pairs: pd.DataFrame, margin: float) -> list[str]:
    """List the primary comparisons of lost gradient in which there was nothing to cure, by data set and endpoint.

    Args:
        decisions: the decision table.
        pairs: both values of every pair of runs.
        margin: the decades below which a difference does not matter.
    """
    asked = (name_families(decisions) == PRIMARY) & (decisions["about"] == LOSSES) & (decisions["decision"] != "hurts")
    known = pairs[np.isfinite(pairs["baseline_value"].astype(float))].groupby(COMPARISON)["baseline_value"]
    losses = decisions[asked].merge(known.agg(lost="median", told="size").reset_index(), on=COMPARISON)
    return [
        f"Nothing to cure in {shorten_outcome(str(outcome))} on {dataset}, where the baseline loses less than the "
        f"margin of {format_decades(margin)}, in the median of the pairs that tell anything: "
        f"{join_words([_describe_loss(row) for _, row in rows.iterrows()])}."
        for (dataset, outcome), rows in losses[losses["lost"] < margin].groupby(["dataset", "outcome"], sort=False)
    ]


def _describe_loss(row: pd.Series) -> str:
    pairs = f"{row['told']} of {row['n']} pairs"
    return f"{format_number(row['lost'])} in {row['method']} against {row['baseline']} ({pairs})"
