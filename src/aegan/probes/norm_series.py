"""Gradient norms over the steps of a run: how much they change, and since when."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from aegan.probes.findings import Windows
from aegan.tables import WHOLE_NETWORK


def start_and_end_medians(values: pd.Series, windows: Windows) -> tuple[float, float]:
    """Return the medians over the first and over the last window of the probed steps, at least one step each.

    Args:
        values: indexed by step.
        windows: shares of the range from the first to the last step.
    """
    late = select_end(values.index, windows)
    first, last = values.index.min(), values.index.max()
    early = values.index <= first + windows.reference * (last - first)
    return float(values[early].median()), float(values[late].median())


def select_end(steps: pd.Index, windows: Windows) -> np.ndarray:
    """Mark the steps (…) of the last window."""
    first, last = steps.min(), steps.max()
    return np.asarray(steps >= last - windows.end * (last - first))


def decades_changed(norms: pd.Series, windows: Windows) -> float:
    """Return log10(end / start) of the medians; −∞ for an end of zero, also if the gradient is zero throughout."""
    reference, end = start_and_end_medians(norms, windows)
    return float(log_ratio(end, reference))


def find_onset(norms: pd.Series, windows: Windows, limit: float) -> int:
    """Return the first probed step from which the norm stays beyond `limit` to the end.

    Args:
        norms: gradient norms, indexed by step.
        windows: the first is that of the reference.
        limit: decades relative to the reference; negative for a decay.
    """
    reference, _ = start_and_end_medians(norms, windows)
    ratios = pd.Series(log_ratio(norms, reference), index=norms.index)
    return first_lasting_step(ratios <= limit if limit < 0 else ratios >= limit)


def first_lasting_step(beyond: pd.Series) -> int:
    """Return the first step (the index) from which all values are true; the last step if none is."""
    stays = beyond[::-1].cummin()
    return int(stays[stays].index.min() if stays.any() else beyond.index.max())


def share_of_run(where: pd.Series) -> float:
    """Return the share of the run in which a condition (indexed by step) holds; each probe stands until the next."""
    steps = where.index.to_numpy(dtype=float)
    if len(steps) == 1:
        return float(where.iloc[0])
    lengths = np.diff(steps)
    return float(lengths[where.to_numpy()[:-1]].sum() / lengths.sum())


def find_worst_layer(change: dict[str, float], sign: int) -> str:
    """Return the layer with the largest change in the direction of `sign`; (all) if the network has no layers."""
    return max(
        (layer for layer in change if layer != WHOLE_NETWORK),
        key=lambda layer: sign * change[layer],
        default=WHOLE_NETWORK,
    )


def log_ratio(value: ArrayLike, reference: ArrayLike) -> np.ndarray:
    """Return log10(value / reference) of norms (…), −∞ for a value of zero, also over a reference of zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.equal(value, 0), -np.inf, np.log10(np.divide(value, reference)))
