"""Criteria on the gradient norms of one network: over time, over depth, and by size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.probes.depth_profile import decades_per_layer
from aegan.probes.findings import Finding, Limits, Verdict
from aegan.probes.norm_series import (
    decades_changed,
    find_onset,
    find_worst_layer,
    first_lasting_step,
    log_ratio,
    share_of_run,
    start_and_end_medians,
)
from aegan.tables import WHOLE_NETWORK

#: least number of layers for the criterion over depth; with fewer, first and last differ by the scale of their inputs
LAYERS_OF_DEPTH = 3

#: number of layers from which the limit over depth grows with depth
LAYERS_OF_DEEP = 6


def find_trend(norms: pd.DataFrame, limits: Limits, start: str = "at the start") -> Verdict:
    """Say whether the whole network's norm (steps × layers) is stable, shrinking or growing.

    Args:
        norms: gradient norms.
        limits: the thresholds.
        start: when the first of these norms was measured, for the evidence.
    """
    change = {str(layer): decades_changed(norms[layer], limits.windows) for layer in norms}
    whole, (reference, end) = change[WHOLE_NETWORK], start_and_end_medians(norms[WHOLE_NETWORK], limits.windows)
    sign, word, moved = (-1, "shrinking", "lost") if whole < 0 else (1, "growing", "gained")
    limit = limits.shrinking_decades if sign < 0 else limits.growing_decades
    worst = find_worst_layer(change, sign)
    evidence = (
        f"gradient norm {reference:.2g} {start}, {end:.2g} at the end: {abs(whole):z.1f} decades {moved}, "
        f"most in layer {worst}, {sign * change[worst]:z.1f} decades {moved}"
    )
    if abs(whole) < limit:
        return Verdict("stable", None, None, evidence)
    return Verdict(word, find_onset(norms[WHOLE_NETWORK], limits.windows, sign * limit), worst, evidence)


def find_stall(norms: pd.DataFrame, loss: pd.Series, accuracy: pd.Series, limits: Limits) -> Finding:
    """Find rounds in which the gradient has shrunk although there is something left to learn.

    A norm also falls because training converges. So learning counts as stopped only where, besides, the network's loss
    is hardly lower than at its start and, in a game, the discriminator tells real data from fakes.

    Args:
        norms: gradient norms, steps × layers.
        loss: of the network, by step; empty if it was not recorded.
        accuracy: of the discriminator, by step; empty without one.
        limits: the thresholds.
    """
    whole = norms[WHOLE_NETWORK]
    stalled = mark_stalled(whole, loss, accuracy, limits)
    share = share_of_run(stalled)
    if not share:
        return Finding(0.0, Verdict("vanishing", None, None, ""))
    at_stall = {str(layer): float(norms[layer][stalled].median()) for layer in norms}
    reference, _ = start_and_end_medians(whole, limits.windows)
    evidence = (
        f"learning stood still in {share:.0%} of the run, since step {stalled.idxmax()}: gradient norm "
        f"{reference:.2g} at the start, {at_stall[WHOLE_NETWORK]:.2g} then"
        f"{_describe_state(loss, accuracy, stalled, limits)}"
    )
    verdict = Verdict("vanishing", int(stalled.index[stalled][0]), find_worst_layer(at_stall, -1), evidence)
    return Finding(share / limits.stalled_share, verdict)


def mark_stalled(whole: pd.Series, loss: pd.Series, accuracy: pd.Series, limits: Limits) -> pd.Series:
    """Mark the probed steps at which the gradient has shrunk although there is something left to learn.

    Args:
        whole: gradient norms of the whole network, by step.
        loss: of the network, by step; empty if it was not recorded.
        accuracy: of the discriminator, by step; empty without one.
        limits: the thresholds.
    """
    if loss.empty:
        return whole == 0
    reference, _ = start_and_end_medians(whole, limits.windows)
    start, _ = start_and_end_medians(loss, limits.windows)
    shrunk = pd.Series(log_ratio(whole, reference) <= -limits.shrinking_decades, index=whole.index)
    stuck = loss.reindex(whole.index) >= start - limits.stalled_improvement * abs(start)
    if accuracy.empty:
        return shrunk & stuck
    return shrunk & stuck & ((accuracy.reindex(whole.index) >= limits.separable_accuracy) | (whole == 0))


def _describe_state(loss: pd.Series, accuracy: pd.Series, stalled: pd.Series, limits: Limits) -> str:
    """Describe the loss and the discriminator's accuracy at the stalled steps, each by step and possibly empty."""
    if loss.empty:
        return ""
    start, _ = start_and_end_medians(loss, limits.windows)
    steps = stalled.index[stalled]
    judged = "" if accuracy.empty else f", the discriminator's accuracy {accuracy.reindex(steps).median():.2f}"
    return f"; the loss {loss.reindex(steps).median():.3g} after {start:.3g} at the start{judged}"


def assess_over_depth(norms: pd.DataFrame, limits: Limits) -> list[Finding]:
    """Compare the first layer's norm (steps × layers) at the end with the last layer's; empty below three layers.

    Convergence shrinks all layers alike, so this ratio needs no other evidence.
    """
    layers = norms.drop(columns=WHOLE_NETWORK)
    if layers.shape[1] < LAYERS_OF_DEPTH:
        return []
    at_end = {str(layer): start_and_end_medians(layers[layer], limits.windows)[1] for layer in layers}
    (first, *_), (*_, last) = at_end, at_end
    if at_end[first] == at_end[last] == 0:  # nothing flows at all, which `find_stall` judges
        return []
    ratio = float(log_ratio(at_end[first], at_end[last]))
    sign, word, than = (-1, "vanishing", "below") if ratio < 0 else (1, "exploding", "above")
    limit = limit_over_depth(len(at_end), sign, limits)
    ratios = pd.Series(log_ratio(layers[first], layers[last]), index=layers.index)
    evidence = (
        f"at the end, {at_end[first]:.2g} in the first layer {first} is {abs(ratio):z.1f} decades {than} the "
        f"{at_end[last]:.2g} in the last layer {last}{_slope(at_end)}"
    )
    step = first_lasting_step(sign * ratios >= limit)
    return [Finding(abs(ratio) / limit, Verdict(word, step, find_worst_layer(at_end, sign), evidence))]


def limit_over_depth(layers: int, sign: int, limits: Limits) -> float:
    """Return the decades between first and last layer that count as vanishing (sign −1) or exploding (+1).

    A factor per layer compounds with depth. In networks of few layers the scales of inputs and outputs outweigh it, so
    their limit is fixed.

    Args:
        layers: of the network.
        sign: of the direction.
        limits: the thresholds.
    """
    per_layer = limits.vanishing_per_layer if sign < 0 else limits.exploding_per_layer
    return limits.depth_decades if layers < LAYERS_OF_DEEP else per_layer * (layers - 1)


def _slope(at_end: dict[str, float]) -> str:
    slope = float(decades_per_layer([*at_end.values()]))
    return f", {abs(slope):.2f} decades per layer" if np.isfinite(slope) else ""
