"""From the diagnoses of all runs to a few numbers per member and stage: what was lost, grown, and how games turn."""

from __future__ import annotations

import pandas as pd

from aegan.analysis.study_schema import DIAGNOSIS, GOALS
from aegan.probes.names import WHOLE
from aegan.probes.probe_verdicts import settled
from aegan.probes.verdicts import log_ratio

MEMBER = ["dataset", "method", "seed"]
STAGE = [*MEMBER, "stage"]

#: outcome -> the quantity it is read from; the second where the game has no logits
FRESH_OUTCOMES = {
    "fresh_lost": ["minimax_lost", "own_lost"],
    "fresh_grown": ["non_saturating_grown", "own_grown"],
}


def diagnosed(probe: pd.DataFrame, dynamics: pd.DataFrame) -> pd.DataFrame:
    """Reduce the diagnosis of every member and stage: dataset, method, seed, stage, quantity, value.

    Of each loss's gradient norm over the steps of the fresh discriminator: lost is log10(peak / last), grown is
    log10(last / at step 10); gsnr is the signal-to-noise ratio at the last. At the first look with an accuracy of 0.9
    and of 0.99: the step, and the decades lost by then; absent where the discriminator never got there.

    Args:
        probe: dataset, method, seed, stage, step, network, layer, quantity, value.
        dynamics: dataset, method, seed, stage, quantity, index, value.
    """
    whole = probe[probe["layer"] == WHOLE]
    rows = [
        (*stage, quantity, value)
        for stage, own in whole.groupby(STAGE, sort=False)
        for quantity, value in _against_fresh(own.set_index(["step", "quantity"])["value"].unstack()).items()  # noqa: PD010
    ]
    measured = pd.DataFrame(rows, columns=DIAGNOSIS)
    turning = dynamics.assign(modulus=dynamics["value"].abs())
    of_game = [
        dynamics[dynamics["quantity"] == "symplectic_share"],
        _reduced(dynamics, "log_condition", "mean").assign(quantity="log_condition"),
        _reduced(turning, "eigenvalue_imaginary", "max", "modulus").assign(quantity="largest_rotation"),
    ]
    table = pd.concat([measured, *(part[DIAGNOSIS] for part in of_game)], ignore_index=True)
    return table.sort_values(STAGE, kind="stable", ignore_index=True)


def _reduced(table: pd.DataFrame, quantity: str, how: str, column: str = "value") -> pd.DataFrame:
    rows = table[table["quantity"] == quantity]
    return rows.groupby(STAGE, sort=False)[column].agg(how).rename("value").reset_index()


def _against_fresh(looks: pd.DataFrame) -> dict[str, float]:
    """Reduce the readings of one fresh discriminator: steps × quantities of whole networks."""
    numbers: dict[str, float] = {}
    for column in looks.columns[looks.columns.str.endswith("_gradient_norm")]:
        loss, norms = column.removesuffix("_gradient_norm"), looks[column]
        numbers[f"{loss}_lost"] = _decades(norms.max(), norms.iloc[-1])
        numbers[f"{loss}_grown"] = -_decades(norms[settled(norms.index)], norms.iloc[-1])
        numbers[f"{loss}_gsnr"] = looks[f"{loss}_gsnr"].iloc[-1]
        if "accuracy" in looks:
            numbers |= _at_accuracies(looks["accuracy"], norms, loss)
    return numbers


def _at_accuracies(accuracy: pd.Series, norms: pd.Series, loss: str) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for level in GOALS:
        reached = accuracy.index[accuracy >= level]
        if len(reached):
            numbers[f"steps_to_{level:g}"] = float(reached[0])
            numbers[f"{loss}_lost_at_{level:g}"] = _decades(norms.max(), norms[reached[0]])
    return numbers


def _decades(reference: float, end: float) -> float:
    """Return log10(reference / end); infinite for an end of zero, also where there was nothing to lose."""
    return 0.0 - float(log_ratio(end, reference))  # a difference of zero has no sign


def diagnosed_outcomes(table: pd.DataFrame) -> pd.DataFrame:
    """Pick what decisions are about from `diagnosed`: dataset, method, seed, outcome, value.

    Of a fresh discriminator, the median over stages: the gradient lost is that of log(1 − D) and the growth that of
    −log D, so that methods trained with different losses can be compared; a game without logits has its own loss in
    both places. The generator's condition number, mean log10 cond(JᵀJ) over codes, is that at the end.
    """
    wide = table.pivot_table(index=STAGE, columns="quantity", values="value", sort=False)
    chosen = {
        outcome: wide.reindex(columns=columns).bfill(axis=1).iloc[:, 0] for outcome, columns in FRESH_OUTCOMES.items()
    }
    members = pd.DataFrame(chosen).groupby(MEMBER, sort=False).median()
    ends = table[table["quantity"] == "log_condition"].sort_values("stage").groupby(MEMBER)["value"].last()
    tidy = members.assign(conditioning=ends).reset_index()
    return tidy.melt(MEMBER, var_name="outcome", value_name="value").dropna(subset="value")
