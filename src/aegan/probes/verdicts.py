"""A verdict on each network of a run: vanishing, exploding, healthy or diverged; since when, where, and why.

The whole network's gradient norm is read at two ends: the reference is the median over the first probed steps, the end
the median over the last. What happens in between and comes back is not a verdict; the curves show it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from aegan.probes.quantities import WHOLE

RUN = ["dataset", "method", "seed", "network"]


class Verdict(NamedTuple):
    """The verdict on one network."""

    verdict: str  #: healthy, vanishing, exploding or diverged
    step: int | None  #: the first probed step after which it holds to the end
    layer: str | None  #: where it is worst; (all) for the whole network
    evidence: str  #: the numbers, as a sentence


def judge_runs(
    gradients: pd.DataFrame, *, vanishing_decades: float, exploding_decades: float, window: float
) -> pd.DataFrame:
    """Judge every network of every run.

    Args:
        gradients: tidy: dataset, method, seed, step, network, layer, quantity, value.
        vanishing_decades: decades lost from which a gradient counts as vanishing.
        exploding_decades: decades gained from which it counts as exploding.
        window: share of the probed steps at either end whose median is compared.

    Returns:
        One row per run and network: dataset, method, seed, network, verdict, step, layer, evidence.
    """
    limits = {"vanishing_decades": vanishing_decades, "exploding_decades": exploding_decades, "window": window}
    rows = [
        dict(zip(RUN, run, strict=True)) | judge(history, **limits)._asdict()
        for run, history in gradients.groupby(RUN, sort=False)
    ]
    table = pd.DataFrame(rows, columns=[*RUN, *Verdict._fields])
    return table.astype({"step": "Int64"})


def judge(history: pd.DataFrame, *, vanishing_decades: float, exploding_decades: float, window: float) -> Verdict:
    """Judge one network of one run: step, layer, quantity, value."""
    diverged = history[history["quantity"] == "diverged"]
    if len(diverged):
        step, layer = int(diverged["step"].iloc[0]), str(diverged["layer"].iloc[0])
        return Verdict("diverged", step, layer, f"a loss or gradient was not finite at step {step}, in layer {layer}")
    norms = layer_norms(history)
    if norms.empty:
        return Verdict("healthy", None, None, "no gradient norms were recorded before the run ended")
    lost = norms.index[~np.isfinite(norms[WHOLE])]
    if len(lost):
        return Verdict("diverged", int(lost[0]), WHOLE, f"the gradient norm was not finite at step {lost[0]}")
    change = {str(layer): decades(norms[layer], window) for layer in norms}
    whole = change[WHOLE]
    numbers = _numbers(norms[WHOLE], window)
    if -vanishing_decades < whole < exploding_decades:
        return Verdict(
            "healthy", None, None, f"{numbers}: {abs(whole):.1f} decades {'lost' if whole < 0 else 'gained'}"
        )
    sign, limit = (-1, vanishing_decades) if whole < 0 else (1, exploding_decades)
    worst = max((layer for layer in change if layer != WHOLE), key=lambda layer: sign * change[layer], default=WHOLE)
    moved = "lost" if sign < 0 else "gained"
    evidence = (
        f"{numbers}: {abs(whole):.1f} decades {moved}; most in layer {worst}, {abs(change[worst]):.1f} decades {moved}"
    )
    verdict = "vanishing" if sign < 0 else "exploding"
    return Verdict(verdict, onset(norms[WHOLE], window, sign * limit), worst, evidence)


def layer_norms(history: pd.DataFrame) -> pd.DataFrame:
    """Arrange the gradient norms of one network of one run as steps × layers, in the order of the network."""
    norms = history[history["quantity"] == "gradient_norm"]
    return norms.pivot_table(index="step", columns="layer", values="value", sort=False, dropna=False).sort_index()


def ends(norms: pd.Series, window: float) -> tuple[float, float]:
    """Return the medians over the first and over the last `window` of the probed steps, at least one each."""
    count = max(1, round(len(norms) * window))
    return float(norms.iloc[:count].median()), float(norms.iloc[-count:].median())


def decades(norms: pd.Series, window: float) -> float:
    """Return log10(end / reference); minus infinity for an end of zero, and for a gradient that is zero throughout."""
    return _log_ratio(*reversed(ends(norms, window)))


def onset(norms: pd.Series, window: float, limit: float) -> int:
    """Return the first probed step from which the norm stays beyond `limit` decades of the reference, to the end."""
    reference, _ = ends(norms, window)
    ratios = norms.map(lambda value: _log_ratio(float(value), reference))
    beyond = ratios <= limit if limit < 0 else ratios >= limit
    stays = beyond[::-1].cummin()
    return int(stays[stays].index.min() if stays.any() else norms.index.max())


def _log_ratio(value: float, reference: float) -> float:
    if value == 0:
        return -np.inf
    if reference == 0:
        return np.inf
    return float(np.log10(value / reference))


def _numbers(norms: pd.Series, window: float) -> str:
    reference, end = ends(norms, window)
    return f"gradient norm {reference:.2g} at the start, {end:.2g} at the end"
