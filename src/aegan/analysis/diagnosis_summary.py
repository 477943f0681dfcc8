"""Summary of each diagnosis, per member and training stage: gradient decay, gradient growth, rotation."""

from __future__ import annotations

import pandas as pd

from aegan.analysis.study_schema import DIAGNOSIS, STAGE
from aegan.probes.probe_verdicts import find_growth_start
from aegan.probes.verdicts import log_ratio
from aegan.tables import ACCURACY_GOALS, WHOLE_NETWORK


def summarise_diagnosis(probe: pd.DataFrame, dynamics: pd.DataFrame) -> pd.DataFrame:
    """Summarise the diagnosis of every member and stage.

    Args:
        probe: dataset, method, seed, stage, step, network, layer, quantity, value.
        dynamics: dataset, method, seed, stage, quantity, index, value.

    Returns:
        dataset, method, seed, stage, quantity, value. For each loss, of the gradient norm over the steps of the fresh
        discriminator: {loss}_lost is log10(peak / last) and {loss}_grown is log10(last / at step 10), in decades;
        {loss}_gsnr is the signal-to-noise ratio at the last step. For accuracies of 0.9 and 0.99: steps_to_{accuracy},
        the first probed step that reaches it, and {loss}_lost_at_{accuracy}, the decades lost by then; absent if the
        discriminator never reaches it. Of the game: symplectic_share, the mean log_condition over codes, and
        largest_rotation, the largest imaginary part of an eigenvalue; NaN if it was not found.
    """
    whole = probe[probe["layer"] == WHOLE_NETWORK]
    rows = [
        (*stage, quantity, value)
        for stage, own in whole.groupby(STAGE, sort=False)
        for quantity, value in _summarise_probe(own.set_index(["step", "quantity"])["value"].unstack()).items()  # noqa: PD010
    ]
    probe_summary = pd.DataFrame(rows, columns=DIAGNOSIS)
    game_summary = [
        dynamics[dynamics["quantity"] == "symplectic_share"],
        _aggregate_stages(dynamics, "log_condition", "mean").assign(quantity="log_condition"),
        dynamics[dynamics["quantity"] == "rotation_imaginary"].assign(quantity="largest_rotation"),
    ]
    table = pd.concat([probe_summary, *(part[DIAGNOSIS] for part in game_summary)], ignore_index=True)
    return table.sort_values(STAGE, kind="stable", ignore_index=True)


def _aggregate_stages(table: pd.DataFrame, quantity: str, aggregation: str) -> pd.DataFrame:
    rows = table[table["quantity"] == quantity]
    return rows.groupby(STAGE, sort=False)["value"].agg(aggregation).reset_index()


def _summarise_probe(readings: pd.DataFrame) -> dict[str, float]:
    """Summarise the readings of one fresh discriminator: steps × quantities of whole networks."""
    numbers: dict[str, float] = {}
    for column in readings.columns[readings.columns.str.endswith("_gradient_norm")]:
        loss, norms = column.removesuffix("_gradient_norm"), readings[column]
        numbers[f"{loss}_lost"] = _decades(norms.max(), norms.iloc[-1])
        numbers[f"{loss}_grown"] = -_decades(norms[find_growth_start(norms.index)], norms.iloc[-1])
        numbers[f"{loss}_gsnr"] = readings[f"{loss}_gsnr"].iloc[-1]
        if "accuracy" in readings:
            numbers |= _at_accuracies(readings["accuracy"], norms, loss)
    return numbers


def _at_accuracies(accuracy: pd.Series, norms: pd.Series, loss: str) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for level in ACCURACY_GOALS:
        reached = accuracy.index[accuracy >= level]
        if len(reached):
            numbers[f"steps_to_{level:g}"] = float(reached[0])
            numbers[f"{loss}_lost_at_{level:g}"] = _decades(norms.max(), norms[reached[0]])
    return numbers


def _decades(reference: float, end: float) -> float:
    """Return log10(reference / end); infinite for an end of zero, also over a reference of zero."""
    return 0.0 - float(log_ratio(end, reference))  # not −log_ratio, which would give −0.0
