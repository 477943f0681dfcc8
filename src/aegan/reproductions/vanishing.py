"""The generator's gradient vanishes as its discriminator learns (Arjovsky & Bottou 2017, figures 1 and 2)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import PositiveInt

from aegan.registry import with_options_of
from aegan.reproductions.fresh_discriminator import FreshDiscriminatorExperiment, draw_quantities, summarise_by_seed
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData, require_data


@with_options_of(FreshDiscriminatorExperiment)
def vanishing(
    experiment: FreshDiscriminatorExperiment,
    *,
    decades_lost: float = 1.5,
    accuracy: float = 0.99,
    accurate_by: PositiveInt = 1000,
) -> Reproduction:
    """Train a fresh discriminator against frozen DCGAN generators and measure ‖∇θ E log(1 − D(G(z)))‖.

    The convolutional networks have no BatchNorm, unlike the paper's DCGAN.

    Args:
        experiment: the experiment of figures 1 to 3.
        decades_lost: least decades lost from the highest norm to the last, median over generators.
        accuracy: least accuracy of the discriminator at step `accurate_by`, median over generators.
        accurate_by: the step of the discriminator at which its accuracy is graded.
    """

    def measure(seed: int, data: ReproductionData | None) -> pd.DataFrame:
        return experiment.measure(seed, require_data("vanishing", data).train_dataset, extra_step=accurate_by)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        steps = experiment.discriminator_steps
        reached = summarise_by_seed(rows, "accuracy", lambda own: own[own.index <= accurate_by].iloc[-1])
        return [
            grade_criterion(
                f"decades of ‖∇θ E log(1 − D)‖ lost after {steps} steps of D ≥ {decades_lost:g}",
                summarise_by_seed(rows, "minimax", decades_below_peak),
                at_least=decades_lost,
            ),
            grade_criterion(f"accuracy of D at step {accurate_by} ≥ {accuracy:g}", reached, at_least=accuracy),
        ]

    return Reproduction(
        paper="Arjovsky & Bottou 2017, figures 1 and 2",
        claim="The better the discriminator, the smaller the generator's gradient under the minimax loss.",
        measure=measure,
        grade=grade,
        draw=lambda rows: draw_quantities(rows, {"minimax": "‖∇θ E log(1 − D)‖", "accuracy": "accuracy of D"}),
        data=("images that its captions do not name",),
        differences=(
            "networks without BatchNorm",
            "pixels in [0, 1] instead of [−1, 1]",
        ),
    )


def decades_below_peak(norms: pd.Series) -> float:
    """Return the decades between the highest norm and the last; NaN if one was not measured, infinite for a zero."""
    with np.errstate(divide="ignore"):
        return float(np.log10(norms.max(skipna=False)) - np.log10(norms.iloc[-1]))
