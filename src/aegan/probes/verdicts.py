"""A verdict on each network of a run: vanishing, exploding, healthy or diverged, with step, layer and evidence.

Two criteria apply. Over time, the whole network's gradient norm at the end of training is compared with that at the
start. Over depth, the first layer's norm at the end is compared with the last layer's. Start and end are medians over
the first and the last probed steps; a change in between that reverts gives no verdict, only the curves show it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from aegan.errors import InputError
from aegan.probes.depth_profile import decades_per_layer
from aegan.probes.norm_tables import require_columns, tabulate_layer_norms
from aegan.tables import WHOLE_NETWORK

RUN_COLUMNS = ["dataset", "method", "seed", "network"]

#: least number of layers for the criterion over depth; with fewer, first and last differ by the scale of their inputs
LAYERS_OF_DEPTH = 3


class Limits(NamedTuple):
    """The thresholds of verdicts, the config's section `verdicts`."""

    vanishing_decades: float  #: decades lost over time from which a gradient counts as vanishing
    exploding_decades: float  #: decades gained over time from which a gradient counts as exploding
    depth_decades: float  #: decades between first and last layer from which it counts as either
    window: float  #: share of the probed steps at either end whose median is compared


def require_limits(limits: Limits) -> None:
    """Raise an InputError unless all limits are positive and the window is at most 1."""
    for name, value in limits._asdict().items():
        if not 0 < value <= (1 if name == "window" else np.inf):
            raise InputError(f"limits.{name}", f"is {value}", "Give a positive number, a window of at most 1")


class Verdict(NamedTuple):
    """The verdict on one network."""

    verdict: str  #: healthy, vanishing, exploding or diverged
    step: int | None  #: the first probed step from which it holds to the end
    layer: str | None  #: the layer with the largest change; (all) for the whole network
    evidence: str  #: the numbers, as a sentence


class Finding(NamedTuple):
    """The result of one criterion."""

    excess: float  #: the change as a multiple of its limit; the criterion is met from 1 on
    verdict: Verdict  #: the verdict if the criterion is met


def assess_runs(gradients: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """Give the verdict on every network of every run.

    Args:
        gradients: tidy: dataset, method, seed, step, network, layer, quantity, value; layers in network order.
        limits: the thresholds.

    Returns:
        One row per run and network: dataset, method, seed, network, verdict, step, layer, evidence.

    Raises:
        InputError: a column is missing, norms occur twice or are negative, or a limit is not positive.
    """
    require_columns(gradients, [*RUN_COLUMNS, "step", "layer", "quantity", "value"])
    runs = gradients.groupby(RUN_COLUMNS, sort=False)
    return tabulate_verdicts([(run, assess_network(history, limits)) for run, history in runs])


def tabulate_verdicts(verdicts: list[tuple[tuple[object, ...], Verdict]]) -> pd.DataFrame:
    """Tabulate verdicts by (dataset, method, seed, network)."""
    table = pd.DataFrame([(*run, *verdict) for run, verdict in verdicts], columns=[*RUN_COLUMNS, *Verdict._fields])
    return table.astype({"seed": "int64", "step": "Int64"})


def assess_network(history: pd.DataFrame, limits: Limits) -> Verdict:
    """Give the verdict on one network of one run: step, layer, quantity, value; layers in network order."""
    require_limits(limits)
    norms = tabulate_layer_norms(history, "gradient_norm")
    if diverged := find_divergence(history, norms):
        return diverged
    if norms.empty:
        return Verdict("healthy", None, None, "no gradient norms were recorded before the run ended")
    return combine_findings([assess_over_time(norms, limits), *assess_over_depth(norms, limits)])


def combine_findings(findings: list[Finding]) -> Verdict:
    """Return the verdict of the criterion with the largest excess, with the evidence of all criteria."""
    worst = max(findings, key=lambda finding: finding.excess)
    if worst.excess < 1:
        return Verdict("healthy", None, None, "; ".join(finding.verdict.evidence for finding in findings))
    others = [finding.verdict.evidence for finding in findings if finding is not worst]
    return worst.verdict._replace(evidence="; ".join([worst.verdict.evidence, *others]))


def find_divergence(history: pd.DataFrame, norms: pd.DataFrame) -> Verdict | None:
    """Return the verdict on a recorded divergence or on a non-finite gradient norm (steps × layers), else None."""
    recorded = history[history["quantity"] == "diverged"]
    if len(recorded):
        step, layer = int(recorded["step"].iloc[0]), str(recorded["layer"].iloc[0])
        return Verdict("diverged", step, layer, f"a loss or gradient was not finite at step {step}, in layer {layer}")
    infinite = [] if norms.empty else norms.index[~np.isfinite(norms[WHOLE_NETWORK])]
    if len(infinite):
        evidence = f"the gradient norm was not finite at step {infinite[0]}"
        return Verdict("diverged", int(infinite[0]), WHOLE_NETWORK, evidence)
    return None


def assess_over_time(norms: pd.DataFrame, limits: Limits) -> Finding:
    """Compare the whole network's norm (steps × layers) at the end with that at the start."""
    change = {str(layer): decades_changed(norms[layer], limits.window) for layer in norms}
    whole, (reference, end) = change[WHOLE_NETWORK], start_and_end_medians(norms[WHOLE_NETWORK], limits.window)
    sign, word, moved = (-1, "vanishing", "lost") if whole < 0 else (1, "exploding", "gained")
    limit = limits.vanishing_decades if sign < 0 else limits.exploding_decades
    worst = find_worst_layer(change, sign)
    evidence = (
        f"gradient norm {reference:.2g} at the start, {end:.2g} at the end: {abs(whole):z.1f} decades {moved}, "
        f"most in layer {worst}, {sign * change[worst]:z.1f} decades {moved}"
    )
    step = find_onset(norms[WHOLE_NETWORK], limits.window, sign * limit)
    return Finding(abs(whole) / limit, Verdict(word, step, worst, evidence))


def assess_over_depth(norms: pd.DataFrame, limits: Limits) -> list[Finding]:
    """Compare the first layer's norm (steps × layers) at the end with the last layer's; empty below three layers."""
    layers = norms.drop(columns=WHOLE_NETWORK)
    if layers.shape[1] < LAYERS_OF_DEPTH:
        return []
    at_end = {str(layer): start_and_end_medians(layers[layer], limits.window)[1] for layer in layers}
    (first, *_), (*_, last) = at_end, at_end
    ratio = float(log_ratio(at_end[first], at_end[last]))
    sign, word, than = (-1, "vanishing", "below") if ratio < 0 else (1, "exploding", "above")
    ratios = pd.Series(log_ratio(layers[first], layers[last]), index=layers.index)
    evidence = (
        f"at the end, {at_end[first]:.2g} in the first layer {first} is {abs(ratio):z.1f} decades {than} the "
        f"{at_end[last]:.2g} in the last layer {last}{_slope(at_end)}"
    )
    worst = find_worst_layer(at_end, sign)
    step = first_lasting_step(sign * ratios >= limits.depth_decades)
    return [Finding(abs(ratio) / limits.depth_decades, Verdict(word, step, worst, evidence))]


def _slope(at_end: dict[str, float]) -> str:
    slope = float(decades_per_layer([*at_end.values()]))
    return f", {abs(slope):.2f} decades per layer" if np.isfinite(slope) else ""


def find_worst_layer(change: dict[str, float], sign: int) -> str:
    """Return the layer with the largest change in the direction of `sign`; (all) if the network has no layers."""
    return max(
        (layer for layer in change if layer != WHOLE_NETWORK),
        key=lambda layer: sign * change[layer],
        default=WHOLE_NETWORK,
    )


def start_and_end_medians(norms: pd.Series, window: float) -> tuple[float, float]:
    """Return the medians over the first and over the last `window` of the probed steps, at least one each."""
    count = max(1, round(len(norms) * window))
    return float(norms.iloc[:count].median()), float(norms.iloc[-count:].median())


def decades_changed(norms: pd.Series, window: float) -> float:
    """Return log10(end / start) of the medians; −∞ for an end of zero, also if the gradient is zero throughout."""
    reference, end = start_and_end_medians(norms, window)
    return float(log_ratio(end, reference))


def find_onset(norms: pd.Series, window: float, limit: float) -> int:
    """Return the first probed step from which the norm stays beyond `limit` to the end.

    Args:
        norms: gradient norms, indexed by step.
        window: share of the steps whose median is the reference.
        limit: decades relative to the reference; negative for a decay.
    """
    reference, _ = start_and_end_medians(norms, window)
    ratios = pd.Series(log_ratio(norms, reference), index=norms.index)
    return first_lasting_step(ratios <= limit if limit < 0 else ratios >= limit)


def first_lasting_step(beyond: pd.Series) -> int:
    """Return the first step (the index) from which all values are true; the last step if none is."""
    stays = beyond[::-1].cummin()
    return int(stays[stays].index.min() if stays.any() else beyond.index.max())


def log_ratio(value: ArrayLike, reference: ArrayLike) -> np.ndarray:
    """Return log10(value / reference) of norms (…), −∞ for a value of zero, also over a reference of zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.equal(value, 0), -np.inf, np.log10(np.divide(value, reference)))
