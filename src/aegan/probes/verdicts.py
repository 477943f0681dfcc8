"""A verdict on each network of a run, with step, layer and evidence.

Over time, a norm is stable, shrinking or growing; that alone is no disease. Vanishing needs evidence that learning
stopped, or a first layer far below the last one; exploding a norm beyond all bounds, or a first layer far above the
last. Faults of players have names of their own, and diverged runs are told as such. docs/verdicts.md gives the reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from aegan.probes.faults import find_blindness, find_fault, find_lost_term, read_quantity
from aegan.probes.findings import Finding, Limits, Verdict, choose_worst, require_limits
from aegan.probes.growth_criteria import find_explosion, find_oversized_move
from aegan.probes.norm_criteria import assess_over_depth, find_stall, find_trend
from aegan.probes.norm_tables import require_columns, tabulate_layer_norms
from aegan.tables import MEMBER, WHOLE_NETWORK

RUN_COLUMNS = [*MEMBER, "network"]

#: name of the frozen generator before a fresh discriminator in the table of verdicts
FRESH = "generator, fresh discriminator"


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
    runs = gradients.groupby(MEMBER, sort=False)
    return tabulate_verdicts(
        [((*run, network), verdict) for run, history in runs for network, verdict in assess_run(history, limits)]
    )


def tabulate_verdicts(verdicts: Sequence[tuple[tuple[object, ...], Verdict]]) -> pd.DataFrame:
    """Tabulate verdicts by (dataset, method, seed, network)."""
    table = pd.DataFrame([(*run, *verdict) for run, verdict in verdicts], columns=[*RUN_COLUMNS, *Verdict._fields])
    return table.astype({"seed": "int64", "step": "Int64"})


def assess_run(history: pd.DataFrame, limits: Limits) -> Iterator[tuple[object, Verdict]]:
    """Give the verdict on each network of one run: step, network, layer, quantity, value; layers in network order."""
    judges = history.loc[history["quantity"] == "accuracy", "network"].unique()[:1]
    judge = history[history["network"].isin(judges)]
    accuracy, judge_loss = read_quantity(judge, "accuracy"), read_quantity(judge, "loss")
    for network, own in history.groupby("network", sort=False):
        yield network, assess_network(own, limits, accuracy, judge_loss)


def assess_network(
    history: pd.DataFrame,
    limits: Limits,
    accuracy: pd.Series | None = None,
    judge_loss: pd.Series | None = None,
) -> Verdict:
    """Give the verdict on one network of one run.

    Args:
        history: step, layer, quantity, value; layers in network order.
        limits: the thresholds.
        accuracy: of the run's discriminator, by step; by default that in the history, if there is one.
        judge_loss: of the run's discriminator, by step, if there is one.
    """
    require_limits(limits)
    own_accuracy = read_quantity(history, "accuracy")
    norms = tabulate_layer_norms(history, "gradient_norm")
    if sick := find_divergence(history, norms) or find_fault(history, limits) or find_lost_term(history):
        return sick
    if norms.empty:
        return Verdict("stable", None, None, "no gradient norms were recorded before the run ended")
    findings = [
        find_stall(norms, read_quantity(history, "loss"), own_accuracy if accuracy is None else accuracy, limits),
        *find_explosion(norms, len(own_accuracy) > 0, limits, judge_loss),
        *assess_over_depth(norms, limits),
        *find_oversized_move(norms, read_quantity(history, "update_ratio"), limits),
    ]
    return decide(findings, find_blindness(history, limits), find_trend(norms, limits))


def decide(findings: list[Finding], blindness: Verdict | None, trend: Verdict) -> Verdict:
    """Return the worst finding if it exceeds its limit, else blindness if there is any, else the trend.

    The evidence of a stable norm is that of the criterion that comes nearest to its limit.

    Args:
        findings: of the criteria on norms.
        blindness: the verdict on a discriminator at chance.
        trend: what the norm does over time.
    """
    worst = choose_worst(findings)
    if worst.excess >= 1:
        return worst.verdict
    if blindness or trend.verdict != "stable":
        return blindness or trend
    return trend._replace(evidence=worst.verdict.evidence or trend.evidence)


def find_divergence(history: pd.DataFrame, norms: pd.DataFrame) -> Verdict | None:
    """Return the verdict on a recorded divergence or on a non-finite gradient norm (steps × layers), else None."""
    recorded = history[history["quantity"] == "diverged"]
    if len(recorded):
        step, layer = int(recorded["step"].iloc[0]), str(recorded["layer"].iloc[0])
        place = layer if layer.startswith("term ") else f"layer {layer}"
        return Verdict("diverged", step, layer, f"a loss or gradient was not finite at step {step}, in {place}")
    infinite = [] if norms.empty else norms.index[~np.isfinite(norms[WHOLE_NETWORK])]
    if len(infinite):
        evidence = f"the gradient norm was not finite at step {infinite[0]}"
        return Verdict("diverged", int(infinite[0]), WHOLE_NETWORK, evidence)
    return None
