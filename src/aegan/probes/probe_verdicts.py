"""A verdict on each frozen generator whose gradient was measured while a fresh discriminator was trained.

Steps are those of the discriminator. The gradient is that of the loss the method was trained with. Decay is measured
from its peak to the end (vanishing; Arjovsky & Bottou 2017, figure 2). Growth from step 10 to the end (their figure 3)
is no fault: a loss that does not saturate grows before every discriminator that wins.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.probes.findings import VERDICTS, Finding, Limits, Verdict, require_limits
from aegan.probes.norm_series import find_worst_layer, first_lasting_step, log_ratio
from aegan.probes.norm_tables import require_columns, tabulate_layer_norms
from aegan.probes.verdicts import FRESH, find_divergence, tabulate_verdicts
from aegan.tables import MEMBER, PROBE_COLUMNS, WHOLE_NETWORK, select_training_fakes

#: step of the fresh discriminator from which growth counts; its first steps depend on its initial weights
GROWTH_START = 10


def assess_frozen_generators(probe: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """Give the verdict on the generator of every run at its worst stage.

    Args:
        probe: tidy: dataset, method, seed, stage, fakes, step, network, layer, quantity, value; a stage is the number
            of rounds that the generator was trained for, a step one of the fresh discriminator. Of the fakes, those
            that the method trains on are judged.
        limits: the thresholds.

    Returns:
        The columns of `assess_runs`, one row per run, with `FRESH` as network and a step of the discriminator.

    Raises:
        InputError: as for `assess_runs`.
    """
    require_columns(probe, [*MEMBER[:2], *PROBE_COLUMNS])
    require_limits(limits)
    runs = select_training_fakes(probe).groupby(["dataset", "method", "seed"], sort=False)
    return tabulate_verdicts([((*run, FRESH), assess_worst_stage(history, limits)) for run, history in runs])


def assess_worst_stage(probe: pd.DataFrame, limits: Limits) -> Verdict:
    """Return the worst verdict over the stages of one generator (stage, step, network, layer, quantity, value)."""
    findings = [assess_stage(stage, history, limits) for stage, history in probe.groupby("stage")]
    worst = max(findings, key=rank_finding)
    evidence = worst.verdict.evidence
    return Verdict("stable", None, None, evidence) if worst.excess < 1 else worst.verdict


def rank_finding(finding: Finding) -> tuple[int, float]:
    """Rank a finding: those that exceed their limit by the gravity of their verdict, then by the excess."""
    return (VERDICTS.index(finding.verdict.verdict) if finding.excess >= 1 else -1, finding.excess)


def assess_stage(stage: object, history: pd.DataFrame, limits: Limits) -> Finding:
    """Find decay and growth of one generator at one stage; return the one with the larger excess.

    Args:
        stage: rounds of training of the generator.
        history: step, network, layer, quantity, value.
        limits: the thresholds.
    """
    norms = tabulate_layer_norms(history[history["network"] == "generator"], "own_gradient_norm")
    where = f"after {stage} rounds of training"
    if diverged := find_divergence(history, norms):
        return Finding(np.inf, diverged._replace(evidence=f"{where}, {diverged.evidence} of a fresh discriminator"))
    if norms.empty:
        return Finding(0.0, Verdict("stable", None, None, f"{where}, no gradient norms were recorded"))
    finding = max(find_gradient_decay(norms, limits), find_gradient_growth(norms, limits), key=rank_finding)
    return finding._replace(verdict=finding.verdict._replace(evidence=f"{where}, {finding.verdict.evidence}"))


def find_gradient_decay(norms: pd.DataFrame, limits: Limits) -> Finding:
    """Compare the generator's gradient norm (steps × layers) with its peak so far."""
    peak = norms.cummax()
    numbers = f"{peak[WHOLE_NETWORK].iloc[-1]:.2g} at its peak, {norms[WHOLE_NETWORK].iloc[-1]:.2g} at the end"
    return _finding("vanishing", numbers, "lost", -log_ratio(norms, peak), norms, limits.fresh_vanishing_decades)


def find_gradient_growth(norms: pd.DataFrame, limits: Limits) -> Finding:
    """Compare the generator's gradient norm (steps × layers) with that at the discriminator's step 10."""
    late = norms.loc[find_growth_start(norms.index) :]
    start = late.iloc[0]
    numbers = f"{start[WHOLE_NETWORK]:.2g} at step {late.index[0]}, {norms[WHOLE_NETWORK].iloc[-1]:.2g} at the end"
    return _finding("growing", numbers, "gained", log_ratio(late, start), late, limits.fresh_growing_decades)


def find_growth_start(steps: pd.Index) -> int:
    """Return the first of ascending steps from which growth counts; the last step if all come before."""
    return int(steps[steps >= min(GROWTH_START, steps[-1])][0])


def _finding(word: str, numbers: str, moved: str, by_step: np.ndarray, norms: pd.DataFrame, limit: float) -> Finding:
    """Make a finding from the decades (steps × layers) that each layer has changed by each step."""
    decades = pd.DataFrame(by_step, index=norms.index, columns=norms.columns)
    change = {str(layer): float(value) for layer, value in decades.iloc[-1].items()}
    worst = find_worst_layer(change, 1)
    evidence = (
        f"gradient norm {numbers}: {change[WHOLE_NETWORK]:z.1f} decades {moved}, most in layer {worst}, "
        f"{change[worst]:z.1f} decades {moved}"
    )
    return Finding(
        change[WHOLE_NETWORK] / limit,
        Verdict(word, first_lasting_step(decades[WHOLE_NETWORK] >= limit), worst, evidence),
    )
