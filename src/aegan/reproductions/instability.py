"""Under −log D the generator's gradient grows and loses its direction (Arjovsky & Bottou 2017, figure 3)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import PositiveInt

from aegan.reproductions.common import Several, data_of
from aegan.reproductions.grading import Grade, Reproduction, World, graded
from aegan.reproductions.vanishing import Setting, against_fresh, by_seed, draw


def instability(
    *,
    epochs: Several = (1, 10, 25),
    discriminator_steps: PositiveInt = 4000,
    channels: PositiveInt = 64,
    latent: PositiveInt = 100,
    batch_size: PositiveInt = 64,
    looks: PositiveInt = 30,
    batches: PositiveInt = 8,
    decades_grown: float = 2.0,
    since: PositiveInt = 10,
) -> Reproduction:
    """Set a fresh discriminator against frozen DCGAN generators and watch ‖∇θ E −log D(G(z))‖ and its noise.

    The house's convolutional networks have no BatchNorm; the paper's DCGAN has.

    Args:
        epochs: passes over the train split after which the generator is frozen.
        discriminator_steps: steps of each fresh discriminator.
        channels: feature maps of the convolutional networks at full resolution.
        latent: numbers per latent code.
        batch_size: images per step.
        looks: at how many steps, growing by a factor, the gradient is measured.
        batches: batches that a norm is the median of, and that the signal-to-noise ratio is estimated from.
        decades_grown: decades that the norm must at least grow by, median over generators.
        since: the step of the discriminator from which growth, and the fall of the signal-to-noise ratio, count.
    """
    setting = Setting(epochs, discriminator_steps, channels, latent, batch_size, looks, batches)

    def measure(seed: int, world: World | None) -> pd.DataFrame:
        return against_fresh(setting, seed, data_of("instability", world).train, also=since)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        span = f"between steps {since} and {discriminator_steps} of D"
        return [
            graded(
                f"decades that ‖∇θ E −log D‖ grows by {span} ≥ {decades_grown:g}",
                by_seed(rows, "non_saturating", lambda own: grown(own, since)),
                at_least=decades_grown,
            ),
            graded(
                f"decades that its signal-to-noise ratio grows by {span} < 0",
                by_seed(rows, "gsnr", lambda own: grown(own, since)),
                at_most=np.nextafter(0, -1),
            ),
        ]

    return Reproduction(
        paper="Arjovsky & Bottou 2017, theorem 2.6 and figure 3",
        claim="The better the discriminator, the larger and the noisier the generator's gradient under −log D.",
        measure=measure,
        grade=grade,
        draw=lambda rows: draw(
            rows, {"non_saturating": "‖∇θ E −log D‖", "gsnr": "signal-to-noise ratio of ∇θ E −log D"}
        ),
    )


def grown(values: pd.Series, since: int) -> float:
    """Return the decades that values by step have grown by from the first look at or after `since` to the last."""
    late = values[values.index >= since]
    return float(np.log10(late.iloc[-1] / late.iloc[0])) if len(late) else float("nan")
