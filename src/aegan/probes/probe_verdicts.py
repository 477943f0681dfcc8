"""A verdict on each generator whose gradient was measured while a fresh discriminator learned to reject it.

The generator stands still, so only the discriminator's steps pass. The gradient is that of the loss the method was
trained with: lost is what it falls from its peak to the end (vanishing; Arjovsky & Bottou 2017, figure 2), gained what
it rises from step 10 to the end (exploding; their figure 3).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.probes.names import WHOLE
from aegan.probes.verdicts import (
    Finding,
    Limits,
    Verdict,
    divergence,
    layer_norms,
    log_ratio,
    since,
    verdict_table,
    worst_layer,
)

#: the network of the verdicts
NETWORK = "generator, fresh discriminator"

#: the step of the fresh discriminator from which growth counts: its first steps are a matter of its initial weights
SETTLED = 10


def judge_probes(probe: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """Judge the generator of every run by its worst stage.

    Args:
        probe: tidy: dataset, method, seed, stage, step, network, layer, quantity, value; a stage is the rounds of
            training that the generator had, a step one of the fresh discriminator.
        limits: what makes a verdict.

    Returns:
        The columns of `judge_runs`, one row per run: its network is `NETWORK`, its step one of the discriminator.
    """
    runs = probe.groupby(["dataset", "method", "seed"], sort=False)
    return verdict_table([((*run, NETWORK), worst_stage(history, limits)) for run, history in runs])


def worst_stage(probe: pd.DataFrame, limits: Limits) -> Verdict:
    """Judge one generator at every stage (stage, step, network, layer, quantity, value); return the worst verdict."""
    findings = [judge_stage(stage, history, limits) for stage, history in probe.groupby("stage")]
    worst = max(findings, key=lambda finding: finding.excess)
    evidence = worst.verdict.evidence
    return Verdict("healthy", None, None, evidence) if worst.excess < 1 else worst.verdict


def judge_stage(stage: object, history: pd.DataFrame, limits: Limits) -> Finding:
    """Judge one generator at one stage: what it lost or what it gained, whichever exceeds its limit more."""
    norms = layer_norms(history[history["network"] == "generator"], "own_gradient_norm")
    where = f"after {stage} rounds of training"
    if fallen := divergence(history, norms):
        return Finding(np.inf, fallen._replace(evidence=f"{where}, {fallen.evidence} of a fresh discriminator"))
    if norms.empty:
        return Finding(0.0, Verdict("healthy", None, None, f"{where}, no gradient norms were recorded"))
    finding = max(lost(norms, limits), gained(norms, limits), key=lambda finding: finding.excess)
    return finding._replace(verdict=finding.verdict._replace(evidence=f"{where}, {finding.verdict.evidence}"))


def lost(norms: pd.DataFrame, limits: Limits) -> Finding:
    """Compare the generator's gradient norm (steps × layers) with its peak so far."""
    peak = norms.cummax()
    numbers = f"{peak[WHOLE].iloc[-1]:.2g} at its peak, {norms[WHOLE].iloc[-1]:.2g} at the end"
    return _finding("vanishing", numbers, "lost", -log_ratio(norms, peak), norms, limits.vanishing_decades)


def gained(norms: pd.DataFrame, limits: Limits) -> Finding:
    """Compare the generator's gradient norm (steps × layers) with that at the discriminator's step 10."""
    late = norms.loc[settled(norms.index) :]
    start = late.iloc[0]
    numbers = f"{start[WHOLE]:.2g} at step {late.index[0]}, {norms[WHOLE].iloc[-1]:.2g} at the end"
    return _finding("exploding", numbers, "gained", log_ratio(late, start), late, limits.exploding_decades)


def settled(steps: pd.Index) -> int:
    """Return the first of ascending steps from which growth counts; the last where all are before."""
    return int(steps[steps >= min(SETTLED, steps[-1])][0])


def _finding(word: str, numbers: str, moved: str, by_step: np.ndarray, norms: pd.DataFrame, limit: float) -> Finding:
    """Make a finding of the decades that each layer has moved by each step."""
    decades = pd.DataFrame(by_step, index=norms.index, columns=norms.columns)
    change = {str(layer): float(value) for layer, value in decades.iloc[-1].items()}
    worst = worst_layer(change, 1)
    evidence = (
        f"gradient norm {numbers}: {change[WHOLE]:z.1f} decades {moved}, most in layer {worst}, "
        f"{change[worst]:z.1f} decades {moved}"
    )
    return Finding(change[WHOLE] / limit, Verdict(word, since(decades[WHOLE] >= limit), worst, evidence))
