"""The generator's gradient and its factors at their peak and at the end of a training, and the anchor's share."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.analysis.member_tables import MemberTables
from aegan.probes.norm_series import select_end
from aegan.tables import FACTORS, MEMBER, WHOLE_NETWORK, pivot_values

#: what is read of the whole generator, in this order
QUANTITIES = [*FACTORS, "gradient_norm"]

#: the anchor's share of the gradient in the last layer, of a loss that is a sum of terms
ANCHOR_SHARE = "anchor_share"


class TrainingRun(NamedTuple):
    """log10 of slope, field, gain and norm of the generator's gradient, and the share of its anchor."""

    peak: np.ndarray  #: (4,) where the norm is largest
    end: np.ndarray  #: (4,) medians over the last window of the verdicts
    anchor: float | None  #: median over the last window; None if the loss has no anchor of its own


def read_training_runs(
    tables: MemberTables, diverged: Collection[tuple[str, str, int]]
) -> dict[tuple[str, str, int], TrainingRun]:
    """Read the generator's gradient in training, by member; factors that were not recorded are NaN.

    Args:
        tables: the tables of the study.
        diverged: members that have no last part and are left out.
    """
    own = tables.gradients[tables.gradients["network"] == "generator"]
    whole = own[(own["layer"] == WHOLE_NETWORK) & own["quantity"].isin(QUANTITIES)]
    curves = pivot_values(whole, [*MEMBER, "step"], "quantity").reindex(columns=QUANTITIES).reset_index()
    shares = dict(iter(own[own["quantity"] == ANCHOR_SHARE].groupby(MEMBER)))
    runs: dict[Any, TrainingRun] = {}
    for member, rows in curves.groupby(MEMBER, sort=False):
        if member in set(diverged) or rows["gradient_norm"].isna().all():
            continue
        values, last = rows[QUANTITIES].to_numpy(float), select_end(pd.Index(rows["step"]), tables.windows)
        with np.errstate(divide="ignore"):
            peak = np.log10(values[np.nanargmax(values[:, -1])])
            end = np.log10(rows.loc[last, QUANTITIES].median().to_numpy(float))
        runs[member] = TrainingRun(peak, end, _read_anchor(shares[member], tables) if member in shares else None)
    return runs


def _read_anchor(rows: pd.DataFrame, tables: MemberTables) -> float:
    return float(rows["value"][select_end(pd.Index(rows["step"]), tables.windows)].median())
