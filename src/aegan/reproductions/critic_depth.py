"""Clipped weights make gradients in deep critics explode or vanish with depth; a penalty keeps them level.

Gulrajani et al. 2017 (WGAN-GP), figure 1b.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import PositiveFloat, PositiveInt

from aegan.option_types import BatchSize, Layers, Width
from aegan.probes.depth_profile import decades_per_layer
from aegan.probes.schedules import evenly
from aegan.reproductions.deep_critic import make_deep_game, measure_layer_norms, tabulate_norms
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData, require_data
from aegan.reproductions.training import train_game
from aegan.training.observers import Recorder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: arm -> the largest absolute weight of its critic
CLIPPED = {"clipped at 0.1": 0.1, "clipped at 0.01": 0.01, "clipped at 0.001": 0.001}

#: the other arms; the second is the control of all others, and has the optimiser of the first
PENALISED, FREE = "gradient penalty", "neither clip nor penalty"
ARMS = (*CLIPPED, PENALISED, FREE)

#: the optimiser of the arms without clipping (algorithm 1; β₁ as in the authors' code)
ADAM = {"name": "adam", "learning_rate": 1e-4, "beta1": 0.5, "beta2": 0.9}

#: number of measurements, and the share of the rounds, at the end, over which the median slope is taken
LOOKS, END = 20, 0.5


def critic_depth(
    *,
    width: Width = 512,
    hidden: Layers = 12,
    rounds: PositiveInt = 100_000,
    batch_size: BatchSize = 256,
    learning_rate: PositiveFloat = 5e-5,
    penalty_weight: PositiveFloat = 10.0,
    least_at_01: float = 0.2,
    most_at_001: float = -0.5,
    most_at_0001: float = -1.0,
    most_with_penalty: PositiveFloat = 0.15,
    least_levelled: PositiveFloat = 0.05,
) -> Reproduction:
    """Gradient norms through deep ReLU critics on the Swiss roll, by clipping bound (Gulrajani 2017, figure 1b).

    The measured norms are those of the gradient of the critic's loss by the activations of each hidden layer, float64.
    A slope within its bounds counts only if that of critics with neither clip nor penalty, which the paper does not
    show, is not.

    Args:
        width: units per hidden layer of critic and generator.
        hidden: their hidden layers.
        rounds: rounds of every game, each with five updates of the critic.
        batch_size: points per update.
        learning_rate: step size of RMSProp in the clipped games; the other has the paper's Adam.
        penalty_weight: weight λ of the gradient penalty.
        least_at_01: least decades per layer, from output to input, with weights clipped at 0.1.
        most_at_001: most decades per layer, from output to input, with weights clipped at 0.01.
        most_at_0001: most decades per layer, from output to input, with weights clipped at 0.001.
        most_with_penalty: most decades per layer, up or down, with the gradient penalty.
        least_levelled: least decades per layer that the penalty brings the slope nearer to 0, seed by seed.
    """
    limits: dict[str, dict[str, float]] = {
        "clipped at 0.1": {"at_least": least_at_01},
        "clipped at 0.01": {"at_most": most_at_001},
        "clipped at 0.001": {"at_most": most_at_0001},
        PENALISED: {"at_least": -most_with_penalty, "at_most": most_with_penalty},
    }

    def measure(seed: int, data: ReproductionData | None) -> pd.DataFrame:
        tables, dataset = [], require_data("critic_depth", data).train_dataset
        regularisers: dict[str, dict[str, Any]] = {
            **{arm: {"constraint": {"name": "clip", "bound": bound}} for arm, bound in CLIPPED.items()},
            PENALISED: {"penalty": {"name": "gp", "weight": penalty_weight}},
            FREE: {},
        }
        for arm, regulariser in regularisers.items():
            member = train_game(
                make_deep_game(seed, dataset.sample_shape, (width, hidden), regulariser),
                dataset,
                seed=seed,
                rounds=rounds,
                batch_size=batch_size,
                optimiser={"name": "rmsprop", "learning_rate": learning_rate} if arm in CLIPPED else ADAM,
                observers=[Recorder(evenly(rounds, points=LOOKS), measure_layer_norms)],
            )
            tables.append(tabulate_norms(member).assign(arm=arm))
        return pd.concat(tables, ignore_index=True)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        by_arm = fit_slopes(select_end(rows)).groupby(["arm", "seed"]).median()
        signs = {"at_least": "≥", "at_most": "≤"}
        absolute = [
            grade_criterion(
                f"{arm}: decades per layer going back {' and '.join(f'{signs[k]} {v:g}' for k, v in bounds.items())}, "
                f"and not so with {FREE}",
                by_arm[arm].to_numpy(),
                control=by_arm[FREE].to_numpy(),
                **bounds,
            )
            for arm, bounds in limits.items()
        ]
        contrast = grade_criterion(
            f"decades per layer, up or down: with {FREE} more than with the penalty, seed by seed ≥ {least_levelled:g}",
            (by_arm[FREE].abs() - by_arm[PENALISED].abs()).to_numpy(),
            at_least=least_levelled,
        )
        return [*absolute, contrast]

    return Reproduction(
        paper="Gulrajani et al. 2017, figure 1b",
        claim="Through a deep critic gradients explode or vanish when its weights are clipped, not with the penalty.",
        measure=measure,
        grade=grade,
        draw=lambda rows: draw(rows, limits),
        data=("swiss_roll",),
    )


def fit_slopes(rows: pd.DataFrame) -> pd.Series:
    """Return the decades per layer, from output to input, by arm, seed and step."""
    profiles = rows.sort_values("layer").groupby(["arm", "seed", "step"])["norm"]
    return profiles.apply(lambda norms: float(decades_per_layer(norms.to_numpy())))


def select_end(rows: pd.DataFrame) -> pd.DataFrame:
    """Select the last share `END` of the rounds, when the profile has formed, and the NaN of diverged members."""
    late: pd.DataFrame = rows[(rows["step"] >= END * rows["step"].max()) | rows["norm"].isna()]
    return late


def draw(rows: pd.DataFrame, limits: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw the norms from the last layer to the first, and their slope over the rounds, a line per arm.

    Args:
        rows: seed, arm, step, layer, norm.
        limits: arm -> bounds of its slope.
    """
    from aegan.figures.reproduction import add_legend, draw_band, make_panels
    from aegan.figures.style import PALETTE

    titles = ["gradient norm by hidden layer, output to input", "decades per layer over rounds; dotted: bounds"]
    figure, (profiles, over_rounds) = make_panels("Deep critics", titles, height=3.0)
    by_round, handles = fit_slopes(rows).rename_axis(["arm", "seed", "x"]).rename("value").reset_index(), []
    for colour, arm in zip(PALETTE[1:], ARMS, strict=False):
        own = select_end(rows[rows["arm"] == arm])
        norms = own.groupby(["layer", "seed"])["norm"].median().rename_axis(["x", "seed"]).rename("value")
        handles += draw_band(profiles, norms.reset_index(), colour, arm, log=True)
        handles += draw_band(over_rounds, by_round[by_round["arm"] == arm], colour, arm)
        for bound in limits.get(arm, {}).values():
            over_rounds.axhline(bound, color=colour, linestyle=(0, (1, 2)), linewidth=1)
    profiles.invert_xaxis()
    add_legend(figure, handles)
    return figure
