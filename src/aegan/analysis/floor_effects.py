"""Where an equivalence is no evidence against a cure: a baseline that loses next to no gradient leaves none to save."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.analysis.endpoints import ENDPOINTS

#: what is equal in both methods, in the table `pairs`
COMPARISON = ["dataset", "method", "baseline", "outcome"]
#: the endpoints of gradient lost at an equal discriminator
MATCHED = [ENDPOINTS[name].label for name in ("cure", "cure_samples")]


def measure_baseline_losses(pairs: pd.DataFrame) -> pd.Series:
    """Measure the decades of gradient that each baseline has lost as far as both discriminators have come.

    Args:
        pairs: both values of every pair of runs, `PAIRS`; both are −inf where nothing can be lost yet, inf is a
            gradient of zero, and NaN is a divergence.

    Returns:
        The median over the pairs by `COMPARISON`, of the endpoints in `MATCHED` alone.
    """
    matched = pairs[pairs["outcome"].isin(MATCHED)]
    losses = matched["baseline_value"].astype(float).fillna(np.inf).clip(lower=0.0)
    return losses.groupby([matched[name] for name in COMPARISON], observed=True).median()


def flag_shallow(decisions: pd.DataFrame, pairs: pd.DataFrame, margin: float) -> pd.Series:
    """Return for every comparison whether the baseline has lost so little that no method could lose much less.

    Args:
        decisions: the columns `COMPARISON`.
        pairs: both values of every pair of runs, as `measure_baseline_losses` takes them.
        margin: the decades below which a difference does not matter.
    """
    losses = measure_baseline_losses(pairs).reindex(pd.MultiIndex.from_frame(decisions[COMPARISON]))
    return pd.Series(losses.to_numpy() < margin, decisions.index)
