"""What an equivalence leaves open: where the baseline loses next to no gradient, no method could lose less."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.figures.families import PRIMARY, name_families
from aegan.figures.numbers import format_number
from aegan.report.sentences import format_decades, shorten_outcome

#: what is equal in both methods, in the table `pairs`
COMPARISON = ["dataset", "method", "baseline", "outcome"]
#: the entry of `about` of the endpoints that count lost decades of gradient, from 0 on
LOSSES = "vanishing"


def list_floor_effects(decisions: pd.DataFrame, pairs: pd.DataFrame, margin: float) -> list[str]:
    """List the primary comparisons of lost gradient in which there was nothing to cure.

    Args:
        decisions: the decision table.
        pairs: both values of every pair of runs.
        margin: the decades below which a difference does not matter.
    """
    known = (
        pairs[np.isfinite(pairs["baseline_value"].astype(float))]
        .groupby(COMPARISON)["baseline_value"]
        .agg(["median", "size"])
    )
    sentences = []
    asked = (name_families(decisions) == PRIMARY) & (decisions["about"] == LOSSES) & (decisions["decision"] != "hurts")
    for row in decisions[asked].itertuples():
        key = (row.dataset, row.method, row.baseline, row.outcome)
        if key in known.index and known.loc[key, "median"] < margin:
            lost, told = format_decades(float(known.loc[key, "median"])), int(known.loc[key, "size"])
            where = "" if told == row.n else f" of the {told} of {row.n} pairs that tell anything"
            sentences.append(
                f"Nothing to cure in {shorten_outcome(str(row.outcome))}: on {row.dataset}, the {row.baseline} that "
                f"{row.method} is set against loses {lost} in the median{where}, less than the margin of "
                f"{format_number(margin)}."
            )
    return sentences
