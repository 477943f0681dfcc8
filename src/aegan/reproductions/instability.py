"""Under −log D the generator's gradient grows, and so does its variance (Arjovsky & Bottou 2017, figure 3)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import PositiveInt

from aegan.registry import with_options_of
from aegan.reproductions.fresh_discriminator import FreshDiscriminatorExperiment, draw_quantities, summarise_by_seed
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData, require_data


@with_options_of(FreshDiscriminatorExperiment)
def instability(
    experiment: FreshDiscriminatorExperiment,
    *,
    decades_grown: float = 2.0,
    since: PositiveInt = 10,
) -> Reproduction:
    """Train a fresh discriminator against frozen DCGAN generators and measure ‖∇θ E −log D(G(z))‖ and its variance.

    The variance of a gradient g of a batch is tr Cov g. The paper says that norm and variance grow, and nothing about
    their ratio.

    Args:
        experiment: the experiment of figures 1 to 3.
        decades_grown: least decades that the norm grows by, median over generators.
        since: the step of the discriminator from which growth counts.
    """

    def measure(seed: int, data: ReproductionData | None) -> pd.DataFrame:
        return experiment.measure(seed, require_data("instability", data).train_dataset, extra_step=since)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        span = f"between steps {since} and {experiment.discriminator_steps} of D"
        return [
            grade_criterion(
                f"decades that ‖∇θ E −log D‖ grows by {span} ≥ {decades_grown:g}",
                summarise_by_seed(rows, "non_saturating", lambda own: growth_in_decades(own, since)),
                at_least=decades_grown,
            ),
            grade_criterion(
                f"decades that its variance tr Cov grows by {span} > 0",
                summarise_by_seed(rows, "variance", lambda own: growth_in_decades(own, since)),
                at_least=np.nextafter(0, 1),
            ),
        ]

    titles = {"non_saturating": "‖∇θ E −log D‖", "variance": "tr Cov of ∇θ E −log D"}
    return Reproduction(
        paper="Arjovsky & Bottou 2017, theorem 2.6 and figure 3",
        claim="The better the discriminator, the larger and the noisier the generator's gradient under −log D.",
        measure=measure,
        grade=grade,
        draw=lambda rows: draw_quantities(rows, titles),
        data=("images that its captions do not name",),
        differences=(
            "networks without BatchNorm",
            "pixels in [0, 1] instead of [−1, 1]",
        ),
    )


def growth_in_decades(values: pd.Series, since: int) -> float:
    """Return the decades by which values, by step, grow from the first at or after `since` to the last."""
    late = values[values.index >= since]
    return float(np.log10(late.iloc[-1] / late.iloc[0])) if len(late) else float("nan")
