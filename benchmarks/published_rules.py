"""Rules that others use to tell sick networks, which verdicts must beat on the same histories."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.probes.findings import Limits
from aegan.probes.norm_series import log_ratio, start_and_end_medians
from aegan.tables import WHOLE_NETWORK

#: AUTOTRAINER (Zhang 2021, arXiv:2002.02562): ratios of the first layer's gradient to the last one's, and dead units
VANISHING_RATIO, EXPLODING_RATIO, DEAD_SHARE = 1e-3, 70.0, 0.7

#: the plain rule: norms of the whole network
SMALL_NORM, LARGE_NORM = 1e-6, 1e3


def is_sick_by_autotrainer(norms: pd.DataFrame, dead: pd.Series, limits: Limits) -> bool:
    """Apply AUTOTRAINER's rules at the end of a run.

    Args:
        norms: gradient norms, steps × layers.
        dead: largest share of dead ReLUs of a layer, by step; empty without such layers.
        limits: whose windows say what the end is.
    """
    layers = norms.drop(columns=WHOLE_NETWORK)
    if not np.isfinite(norms).to_numpy().all():
        return True
    at_end = [start_and_end_medians(layers[layer], limits.windows)[1] for layer in layers]
    ratio = float(log_ratio(at_end[0], at_end[-1]))
    ill = not np.log10(VANISHING_RATIO) < ratio < np.log10(EXPLODING_RATIO)
    return ill or (len(dead) > 0 and start_and_end_medians(dead, limits.windows)[1] >= DEAD_SHARE)


def is_sick_by_size(norms: pd.DataFrame, limits: Limits) -> bool:
    """Tell whether a network's gradient norm (steps × layers) at the end is tiny, huge or not finite."""
    _, end = start_and_end_medians(norms[WHOLE_NETWORK], limits.windows)
    return not SMALL_NORM < end < LARGE_NORM
