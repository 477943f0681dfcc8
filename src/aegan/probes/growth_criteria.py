"""Criteria on what grows too large: the gradient norms of a network over time and by size, and its moves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.probes.findings import Finding, Limits, Verdict
from aegan.probes.norm_criteria import find_trend
from aegan.probes.norm_series import (
    decades_changed,
    find_onset,
    find_worst_layer,
    first_lasting_step,
    log_ratio,
    start_and_end_medians,
)
from aegan.tables import WHOLE_NETWORK

#: fewest probed steps, from where the discriminator has learned on, over which growth is counted
JUDGED_STEPS = 3

#: least number of layers for the criterion on the size of moves
LAYERS_OF_MOVE = 2


def find_explosion(
    norms: pd.DataFrame, is_discriminator: bool, limits: Limits, judge_loss: pd.Series | None = None
) -> list[Finding]:
    """Find a norm (steps × layers) that grows beyond all bounds, and one of a discriminator that is huge.

    The loss of a discriminator is a mean over samples of a function of its logits, so its scale is known.

    Args:
        norms: gradient norms.
        is_discriminator: whether the network's loss has that scale.
        limits: the thresholds.
        judge_loss: of the discriminator, by step; growth of another network counts from where it has learned.
    """
    counted = norms if is_discriminator or judge_loss is None else select_judged(norms, judge_loss, limits)
    start = "at the start" if len(counted) == len(norms) else "once the discriminator had learned"
    whole, trend = norms[WHOLE_NETWORK], find_trend(counted, limits, start)
    gained = decades_changed(counted[WHOLE_NETWORK], limits.windows)
    worst = find_worst_layer({str(layer): decades_changed(counted[layer], limits.windows) for layer in norms}, 1)
    step = find_onset(counted[WHOLE_NETWORK], limits.windows, limits.exploding_decades)
    findings = [Finding(gained / limits.exploding_decades, Verdict("exploding", step, worst, trend.evidence))]
    if is_discriminator:
        _, end = start_and_end_medians(whole, limits.windows)
        size, step = (
            log_ratio(end, 1.0) / np.log10(limits.exploding_norm),
            first_lasting_step(whole >= limits.exploding_norm),
        )
        at_end = {str(layer): start_and_end_medians(norms[layer], limits.windows)[1] for layer in norms}
        verdict = Verdict("exploding", step, find_worst_layer(at_end, 1), f"a norm of {end:.2g}" if size >= 1 else "")
        findings.append(Finding(float(size), verdict))
    return findings


def select_judged(norms: pd.DataFrame, judge_loss: pd.Series, limits: Limits) -> pd.DataFrame:
    """Select the norms (steps × layers) from the step on at which the discriminator has learned something.

    A new discriminator passes hardly any gradient back, so at first a generator's gradient grows by decades in healthy
    games, most so with a loss that does not saturate. All of them, if fewer than three probed steps are left.

    Args:
        norms: gradient norms.
        judge_loss: of the discriminator, by step; may be empty.
        limits: the thresholds.
    """
    if judge_loss.empty:
        return norms
    start, _ = start_and_end_medians(judge_loss, limits.windows)
    learned = judge_loss.index[judge_loss <= start - limits.stalled_improvement * abs(start)]
    judged = norms[norms.index >= learned.min()] if len(learned) else norms
    return judged if len(judged) >= JUDGED_STEPS else norms


def find_oversized_move(norms: pd.DataFrame, moves: pd.Series, limits: Limits) -> list[Finding]:
    """Find a move that changes the weights by about their own size: the learning rate is too large by decades.

    A network of one layer may have weights near 0, beside which every move is large. So may one that is 0 at the start.

    Args:
        norms: gradient norms, steps × layers.
        moves: update-to-weight ratios of the whole network, by step.
        limits: the thresholds.
    """
    moves = moves[np.isfinite(moves)]
    if norms.shape[1] < LAYERS_OF_MOVE + 1 or moves.empty:
        return []
    excess, step = float(moves.max()) / limits.exploding_update, int(moves.index[int(moves.argmax())])
    evidence = f"at step {step} it moved by {moves.max():.2g} times the size of its weights" if excess >= 1 else ""
    return [Finding(excess, Verdict("exploding", step, WHOLE_NETWORK, evidence))]
