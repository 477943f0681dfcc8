"""Summary of each diagnosis, per member and training stage: gradient decay, gradient growth, rotation."""

from __future__ import annotations

import pandas as pd

from aegan.analysis.fresh_runs import FreshRun
from aegan.analysis.study_schema import DIAGNOSIS, STAGE
from aegan.probes.norm_series import log_ratio
from aegan.probes.probe_verdicts import find_growth_start
from aegan.tables import (
    CROSS_ENTROPY_LEVELS,
    HELD_OUT_CROSS_ENTROPY,
    TRAIN_CROSS_ENTROPY,
    WHOLE_NETWORK,
    pivot_values,
    select_training_fakes,
)


def summarise_diagnosis(probe: pd.DataFrame, dynamics: pd.DataFrame) -> pd.DataFrame:
    """Summarise the diagnosis of every member and stage.

    Args:
        probe: dataset, method, seed, stage, fakes, step, network, layer, quantity, value.
        dynamics: dataset, method, seed, stage, quantity, index, value.

    Returns:
        dataset, method, seed, stage, quantity, value. For each loss, of the gradient norm over the steps of the fresh
        discriminator: {loss}_lost is log10(peak / last) and {loss}_grown is log10(last / at step 10), in decades;
        {loss}_gsnr is the signal-to-noise ratio at the last step. For each of `CROSS_ENTROPY_LEVELS`: steps_to_{level},
        the step at which the held-out cross-entropy reaches it, and lost_at_{level}, the decades of the minimax
        gradient lost by then; absent if the discriminator never reaches it. Of the game: symplectic_share, the mean
        log_condition over codes, NaN if that of a code is, and largest_rotation, the largest imaginary part of an
        eigenvalue; NaN if none was found.
    """
    whole = select_training_fakes(probe[probe["layer"] == WHOLE_NETWORK])
    rows = [
        (*stage, quantity, value)
        for stage, own in whole.groupby(STAGE, sort=False)
        for quantity, value in (_summarise_gradients(own) | _summarise_levels(own)).items()
    ]
    probe_summary = pd.DataFrame(rows, columns=DIAGNOSIS)
    game_summary = [
        dynamics[dynamics["quantity"] == "symplectic_share"],
        _average_stages(dynamics, "log_condition"),
        dynamics[dynamics["quantity"] == "rotation_imaginary"].assign(quantity="largest_rotation"),
    ]
    table = pd.concat([probe_summary, *(part[DIAGNOSIS] for part in game_summary)], ignore_index=True)
    return table.sort_values(STAGE, kind="stable", ignore_index=True)


def _average_stages(table: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Average a quantity over the codes of a stage; NaN if one of them is."""
    stages = table[table["quantity"] == quantity].groupby(STAGE, sort=False)["value"]
    return stages.agg(lambda values: values.mean(skipna=False)).reset_index().assign(quantity=quantity)


def _summarise_gradients(rows: pd.DataFrame) -> dict[str, float]:
    """Summarise the gradients against one fresh discriminator; cross-entropies have more steps and are left out."""
    dense = rows["quantity"].isin([HELD_OUT_CROSS_ENTROPY, TRAIN_CROSS_ENTROPY])
    readings, numbers = pivot_values(rows[~dense], ["step"], "quantity"), dict[str, float]()
    for column in readings.columns[readings.columns.str.endswith("_gradient_norm")]:
        loss, norms = column.removesuffix("_gradient_norm"), readings[column]
        numbers[f"{loss}_lost"] = _decades(norms.max(), norms.iloc[-1])
        numbers[f"{loss}_grown"] = -_decades(norms[find_growth_start(norms.index)], norms.iloc[-1])
        numbers[f"{loss}_gsnr"] = readings[f"{loss}_gsnr"].iloc[-1]
    return numbers


def _summarise_levels(rows: pd.DataFrame) -> dict[str, float]:
    if HELD_OUT_CROSS_ENTROPY not in set(rows["quantity"]):
        return {}
    run, numbers = FreshRun.read(rows), dict[str, float]()
    for level in CROSS_ENTROPY_LEVELS:
        if run.deepest <= level:
            numbers |= {
                f"steps_to_{level:g}": run.find_step(level),
                f"lost_at_{level:g}": run.compute_decades_lost(level),
            }
    return numbers


def _decades(reference: float, end: float) -> float:
    """Return log10(reference / end); infinite for an end of zero, also over a reference of zero."""
    return 0.0 - float(log_ratio(end, reference))  # not −log_ratio, which would give −0.0
