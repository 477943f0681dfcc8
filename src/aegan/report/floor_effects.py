"""What an equivalence leaves open: where little gradient can be lost yet, no method could lose less."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.analysis.endpoints import ENDPOINTS
from aegan.figures.families import PRIMARY, name_families
from aegan.figures.numbers import format_number, join_words
from aegan.report.sentences import format_decades, shorten_outcome

#: what is equal in both methods, in the table `pairs`
COMPARISON = ["dataset", "method", "baseline", "outcome"]
#: the endpoints of gradient lost at an equal discriminator
MATCHED = [ENDPOINTS[name].label for name in ("cure", "cure_samples")]
#: the decisions that a floor gives as well
LEVEL = ("equivalent", "undecided")


def list_floor_effects(decisions: pd.DataFrame, pairs: pd.DataFrame, margin: float) -> list[str]:
    """List the primary comparisons of lost gradient that are too shallow to tell of a cure, by data set and endpoint.

    Both sides of a pair are read as far as both discriminators have come, which may be so early that nothing is lost.

    Args:
        decisions: the decision table.
        pairs: both values of every pair of runs; both are inf where nothing can be lost yet, and NaN is a divergence.
        margin: the decades below which a difference does not matter.
    """
    values = pairs[["value", "baseline_value"]].astype(float)
    untouched = (values == np.inf).all(axis=1)
    losses = pairs.assign(lost=values["baseline_value"].fillna(np.inf).mask(untouched, 0.0))
    medians = losses.groupby(COMPARISON)["lost"].median().reset_index()
    asked = decisions[(name_families(decisions) == PRIMARY) & decisions["outcome"].isin(MATCHED)]
    shallow = asked[asked["decision"].isin(LEVEL)].merge(medians, on=COMPARISON).query("lost < @margin")
    return [
        f"Too shallow to tell of a cure in {shorten_outcome(str(outcome))} on {dataset}: as far as both "
        f"discriminators have come, the baseline has lost less than the margin of {format_decades(margin)}, in the "
        "median of the pairs: "
        f"{join_words([_describe_loss(row) for _, row in rows.iterrows()])}."
        for (dataset, outcome), rows in shallow.groupby(["dataset", "outcome"], sort=False)
    ]


def _describe_loss(row: pd.Series) -> str:
    return f"{row['baseline']} beside {row['method']} {format_number(row['lost'])}"
