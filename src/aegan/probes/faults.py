"""Faults of a player that its history shows, whatever its gradients do.

Leak: its moves reach weights of the other side. Frozen: none of its weights moves. Swapped labels: a discriminator that
takes real data for fakes. Blind judge: one that sees no difference.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.probes.findings import Limits, Verdict
from aegan.probes.norm_series import first_lasting_step, select_end, start_and_end_medians
from aegan.tables import WHOLE_NETWORK

#: fewest probed steps of a player that can be called frozen; a game that diverges may end before a player's first move
STEPS_OF_STILLNESS = 2
#: fewest probed steps in the second half of a game whose discriminator can be called blind
STEPS_OF_BLINDNESS = 3


def find_fault(history: pd.DataFrame, limits: Limits) -> Verdict | None:
    """Find the gravest fault of a network in its history (step, layer, quantity, value), blindness excepted."""
    leaked, moved = (read_quantity(history, name) for name in ("leaked_tensors", "update_ratio"))
    if (leaked > 0).any():
        step, count = int(leaked.index[leaked > 0][0]), int(leaked.max())
        reached = history[(history["quantity"] == "leaked_tensors") & (history["layer"] != WHOLE_NETWORK)]
        whose = " and ".join(reached["layer"].unique()) or "the other side's networks"
        return Verdict("leak", step, WHOLE_NETWORK, f"its moves reach {count} tensors of {whose}")
    if len(moved) >= STEPS_OF_STILLNESS and (moved == 0).all():
        evidence = f"none of its weights moved in any of the {len(moved)} probed rounds"
        return Verdict("frozen", int(moved.index[0]), WHOLE_NETWORK, evidence)
    return find_swapped_labels(history, limits)


def find_lost_term(history: pd.DataFrame) -> Verdict | None:
    """Find a term of a loss whose gradient never reaches the layer where the user expects it."""
    terms = history[history["quantity"].astype(str).str.endswith("_term_gradient")]
    for (layer, quantity), rows in terms.groupby(["layer", "quantity"], sort=False):
        if len(rows) >= STEPS_OF_STILLNESS and (rows["value"] == 0).all():
            name = str(quantity).removesuffix("_term_gradient")
            evidence = f"the gradient of the term {name} is 0 in layer {layer} in all {len(rows)} probed rounds"
            return Verdict("vanishing", int(rows["step"].min()), str(layer), evidence)
    return None


def find_swapped_labels(history: pd.DataFrame, limits: Limits) -> Verdict | None:
    """Find a discriminator that is the more wrong the lower its loss: it is wrong nearly always throughout the end.

    One that has not learned yet may be wrong by chance, and one that learns too slowly becomes so, but neither while
    its loss falls and the gap between its logits widens on the wrong side.
    """
    gap, accuracy, loss = read_gap(history), read_quantity(history, "accuracy"), read_quantity(history, "loss")
    if accuracy.empty or gap.empty or loss.empty:
        return None
    wrong = (gap < 0) & (accuracy <= limits.swapped_accuracy)
    end = select_end(wrong.index, limits.windows)
    (gap_before, gap_after), (loss_before, loss_after) = (
        start_and_end_medians(values, limits.windows) for values in (gap, loss)
    )
    if not wrong[end].all() or gap_after >= gap_before or loss_after >= loss_before:
        return None
    evidence = (
        f"its loss fell from {loss_before:.3g} to {loss_after:.3g}, but at the end {accuracy[end].median():.0%} of its "
        f"judgements are right, and real data have logits that are {-gap_after:.2g} below those of fakes"
    )
    return Verdict("swapped labels", first_lasting_step(wrong), WHOLE_NETWORK, evidence)


def find_blindness(history: pd.DataFrame, limits: Limits) -> Verdict | None:
    """Find a discriminator at chance without a gap between its logits throughout the second half of the run.

    A game whose fakes are as good as its data looks the same; a fresh discriminator tells which it is.
    """
    gap, accuracy = read_gap(history), read_quantity(history, "accuracy")
    if accuracy.empty or gap.empty:
        return None
    half = accuracy.index >= (accuracy.index.min() + accuracy.index.max()) / 2
    if half.sum() < STEPS_OF_BLINDNESS:
        return None
    right, mean = accuracy[half].mean(), gap[half].mean()
    error = gap[half].std(ddof=1) / np.sqrt(half.sum())
    if not (abs(right - 0.5) <= limits.blind_margin and abs(mean) <= limits.blind_errors * error):
        return None
    evidence = (
        f"in the second half of the run, {right:.0%} of its judgements are right, and the logits of real data and "
        f"fakes differ by {mean:.2g} ± {error:.2g}"
    )
    return Verdict("blind judge", int(accuracy.index[half][0]), WHOLE_NETWORK, evidence)


def read_quantity(history: pd.DataFrame, quantity: str) -> pd.Series:
    """Read a quantity of the whole network from a history, by step."""
    rows = history[(history["quantity"] == quantity) & (history["layer"] == WHOLE_NETWORK)]
    return rows.set_index("step")["value"].sort_index()


def read_gap(history: pd.DataFrame) -> pd.Series:
    """Read by how much the mean logit of real data exceeds that of fakes, by step."""
    return read_quantity(history, "logit_real") - read_quantity(history, "logit_fake")
