"""A verdict on each network of a run: vanishing, exploding, healthy or diverged; since when, where, and why.

Two criteria are weighed. Over time, the whole network's gradient norm at the end of training is compared with that at
the start. Over depth, the first layer's norm at the end is compared with the last layer's. Start and end are medians
over the first and the last probed steps; what happens in between and comes back is not a verdict, the curves show it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from aegan.probes.depth_profile import decades_per_layer
from aegan.probes.names import WHOLE

RUN = ["dataset", "method", "seed", "network"]

#: with fewer, no layer lies between the ends, which then differ by the scale of inputs and outputs alone
LAYERS_OF_DEPTH = 3


class Limits(NamedTuple):
    """What a verdict needs, as the config's section `verdicts` has it."""

    vanishing_decades: float  #: decades lost over time from which a gradient counts as vanishing
    exploding_decades: float  #: decades gained over time from which it counts as exploding
    depth_decades: float  #: decades between first and last layer from which it counts as either
    window: float  #: share of the probed steps at either end whose median is compared


class Verdict(NamedTuple):
    """The verdict on one network."""

    verdict: str  #: healthy, vanishing, exploding or diverged
    step: int | None  #: the first probed step after which it holds to the end
    layer: str | None  #: where it is worst; (all) for the whole network
    evidence: str  #: the numbers, as a sentence


class Finding(NamedTuple):
    """What one criterion says."""

    excess: float  #: the change as a multiple of its limit: a finding from 1 on
    verdict: Verdict  #: the verdict, if it is a finding


def judge_runs(gradients: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """Judge every network of every run.

    Args:
        gradients: tidy: dataset, method, seed, step, network, layer, quantity, value; the layers of a network in order.
        limits: what makes a verdict.

    Returns:
        One row per run and network: dataset, method, seed, network, verdict, step, layer, evidence.
    """
    runs = gradients.groupby(RUN, sort=False)
    return verdict_table([(run, judge(history, limits)) for run, history in runs])


def verdict_table(judged: list[tuple[tuple[object, ...], Verdict]]) -> pd.DataFrame:
    """Tabulate verdicts by (dataset, method, seed, network)."""
    table = pd.DataFrame([(*run, *verdict) for run, verdict in judged], columns=[*RUN, *Verdict._fields])
    return table.astype({"seed": "int64", "step": "Int64"})


def judge(history: pd.DataFrame, limits: Limits) -> Verdict:
    """Judge one network of one run: step, layer, quantity, value; the layers in the order of the network."""
    norms = layer_norms(history, "gradient_norm")
    if fallen := divergence(history, norms):
        return fallen
    if norms.empty:
        return Verdict("healthy", None, None, "no gradient norms were recorded before the run ended")
    return weigh([over_time(norms, limits), *over_depth(norms, limits)])


def weigh(findings: list[Finding]) -> Verdict:
    """Give the verdict of the criterion that is exceeded most, with the evidence of all."""
    worst = max(findings, key=lambda finding: finding.excess)
    if worst.excess < 1:
        return Verdict("healthy", None, None, "; ".join(finding.verdict.evidence for finding in findings))
    others = [finding.verdict.evidence for finding in findings if finding is not worst]
    return worst.verdict._replace(evidence="; ".join([worst.verdict.evidence, *others]))


def divergence(history: pd.DataFrame, norms: pd.DataFrame) -> Verdict | None:
    """Find a recorded divergence, or a gradient norm (steps × layers) that is not finite."""
    recorded = history[history["quantity"] == "diverged"]
    if len(recorded):
        step, layer = int(recorded["step"].iloc[0]), str(recorded["layer"].iloc[0])
        return Verdict("diverged", step, layer, f"a loss or gradient was not finite at step {step}, in layer {layer}")
    lost = [] if norms.empty else norms.index[~np.isfinite(norms[WHOLE])]
    if len(lost):
        return Verdict("diverged", int(lost[0]), WHOLE, f"the gradient norm was not finite at step {lost[0]}")
    return None


def over_time(norms: pd.DataFrame, limits: Limits) -> Finding:
    """Compare the whole network's norm (steps × layers) at the end with that at the start."""
    change = {str(layer): decades(norms[layer], limits.window) for layer in norms}
    whole, (reference, end) = change[WHOLE], ends(norms[WHOLE], limits.window)
    sign, word, moved = (-1, "vanishing", "lost") if whole < 0 else (1, "exploding", "gained")
    limit = limits.vanishing_decades if sign < 0 else limits.exploding_decades
    worst = worst_layer(change, sign)
    evidence = (
        f"gradient norm {reference:.2g} at the start, {end:.2g} at the end: {abs(whole):z.1f} decades {moved}, "
        f"most in layer {worst}, {sign * change[worst]:z.1f} decades {moved}"
    )
    step = onset(norms[WHOLE], limits.window, sign * limit)
    return Finding(abs(whole) / limit, Verdict(word, step, worst, evidence))


def over_depth(norms: pd.DataFrame, limits: Limits) -> list[Finding]:
    """Compare the first layer's norm (steps × layers) at the end with the last layer's, if any lies between."""
    layers = norms.drop(columns=WHOLE)
    if layers.shape[1] < LAYERS_OF_DEPTH:
        return []
    at_end = {str(layer): ends(layers[layer], limits.window)[1] for layer in layers}
    (first, *_), (*_, last) = at_end, at_end
    ratio = float(log_ratio(at_end[first], at_end[last]))
    sign, word, than = (-1, "vanishing", "below") if ratio < 0 else (1, "exploding", "above")
    ratios = pd.Series(log_ratio(layers[first], layers[last]), index=layers.index)
    evidence = (
        f"at the end, {at_end[first]:.2g} in the first layer {first} is {abs(ratio):z.1f} decades {than} the "
        f"{at_end[last]:.2g} in the last layer {last}{_slope(at_end)}"
    )
    worst = worst_layer(at_end, sign)
    step = since(sign * ratios >= limits.depth_decades)
    return [Finding(abs(ratio) / limits.depth_decades, Verdict(word, step, worst, evidence))]


def _slope(at_end: dict[str, float]) -> str:
    slope = float(decades_per_layer([*at_end.values()]))
    return f", {abs(slope):.2f} decades per layer" if np.isfinite(slope) else ""


def layer_norms(history: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Arrange a norm of one network of one run as steps × layers, in the order of the network."""
    norms = history[history["quantity"] == quantity]
    return norms.pivot_table(index="step", columns="layer", values="value", sort=False, dropna=False).sort_index()


def worst_layer(change: dict[str, float], sign: int) -> str:
    """Name the layer whose change goes furthest in the direction of `sign`; (all) where there is no other."""
    return max((layer for layer in change if layer != WHOLE), key=lambda layer: sign * change[layer], default=WHOLE)


def ends(norms: pd.Series, window: float) -> tuple[float, float]:
    """Return the medians over the first and over the last `window` of the probed steps, at least one each."""
    count = max(1, round(len(norms) * window))
    return float(norms.iloc[:count].median()), float(norms.iloc[-count:].median())


def decades(norms: pd.Series, window: float) -> float:
    """Return log10(end / reference); minus infinity for an end of zero, and for a gradient that is zero throughout."""
    reference, end = ends(norms, window)
    return float(log_ratio(end, reference))


def onset(norms: pd.Series, window: float, limit: float) -> int:
    """Return the first probed step from which the norm stays beyond `limit` decades of the reference, to the end."""
    reference, _ = ends(norms, window)
    ratios = pd.Series(log_ratio(norms, reference), index=norms.index)
    return since(ratios <= limit if limit < 0 else ratios >= limit)


def since(beyond: pd.Series) -> int:
    """Return the first step (the index) from which all are true; the last step where none is."""
    stays = beyond[::-1].cummin()
    return int(stays[stays].index.min() if stays.any() else beyond.index.max())


def log_ratio(value: ArrayLike, reference: ArrayLike) -> np.ndarray:
    """Return log10(value / reference) of norms, which may be zero: nothing of nothing is minus infinity."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.equal(value, 0), -np.inf, np.log10(np.divide(value, reference)))
