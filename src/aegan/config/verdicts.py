"""The model of the config's section `verdicts`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PositiveFloat

from aegan.config.types import Section
from aegan.option_types import Fraction
from aegan.probes.schedules import DENSE_SHARE


class Verdicts(Section):
    """Thresholds of the verdict on each run and network; decades are of log10 of gradient norms; docs/verdicts.md."""

    shrinking_decades: PositiveFloat = 1.0
    """Decrease of the whole network's gradient norm from start to end, in decades, that counts as shrinking."""
    growing_decades: PositiveFloat = 1.0
    """Increase of the whole network's gradient norm from start to end, in decades, that counts as growing."""
    exploding_decades: PositiveFloat = 2.0
    """Increase, in decades, that counts as exploding."""
    exploding_norm: Annotated[float, Field(gt=1)] = 1000.0
    """Gradient norm of a discriminator at the end that counts as exploding, whatever it was at the start."""
    exploding_update: PositiveFloat = 0.5
    """Size of one round's move relative to that of the network's weights that counts as exploding, in networks of
    several layers; with usual learning rates it is about 0.001 to 0.05."""
    depth_decades: PositiveFloat = 2.0
    """Decades by which the first layer's gradient norm must be below the last layer's at the end to count as vanishing,
    or above it to count as exploding, in networks of three to five layers. Fewer layers have no verdict over depth."""
    vanishing_per_layer: PositiveFloat = 0.4
    """The same in networks of more layers, for vanishing: decades per step from one layer to the next."""
    exploding_per_layer: PositiveFloat = 0.2
    """The same for exploding."""
    reference_window: Annotated[float, Field(gt=0, le=DENSE_SHARE)] = 0.02
    """Share of the rounds, the first ones, whose median is the start. A longer window hides what happens early."""
    window: Fraction = 0.2
    """Share of the rounds, the last ones, whose median is the end."""
    stalled_share: Fraction = 0.2
    """Share of the rounds in which learning has stopped that counts as vanishing: the gradient norm is
    `shrinking_decades` below the start, the loss hardly lower, and there is something to learn."""
    stalled_improvement: Fraction = 0.15
    """Decrease of a network's loss since the start, as a share of it, below which the network has hardly improved."""
    separable_accuracy: Fraction = 0.9
    """Accuracy of the discriminator from which fakes differ from data, so that there is something to learn."""
    blind_margin: Annotated[float, Field(gt=0, lt=0.5)] = 0.1
    """Distance from an accuracy of one half within which a discriminator is at chance."""
    blind_errors: PositiveFloat = 3.0
    """Standard errors from 0 within which the logits of real data and of fakes do not differ."""
    swapped_accuracy: Annotated[float, Field(gt=0, lt=0.5)] = 0.25
    """Accuracy of a discriminator below which it takes real data for fakes."""
    fresh_vanishing_decades: PositiveFloat = 1.5
    """Decrease of a frozen generator's gradient norm before a fresh discriminator, from its peak, that counts as
    vanishing."""
    fresh_growing_decades: PositiveFloat = 1.0
    """Increase of that norm from step 10 that counts as growing, which is no fault: the gradient of a loss that does
    not saturate grows before every discriminator that wins, most so where the generator is good."""
    codebook_perplexity: Annotated[float, Field(gt=1)] = 2.0
    """Perplexity of a codebook's entries, from which their number is effectively used, below which it has collapsed."""
    hole_similarity: Fraction = 0.8
    """Structural similarity (SSIM) of reconstructions from which they are good."""
    hole_precision: Fraction = 0.5
    """Precision of samples, relative to that of real data, below which they are bad: beside good reconstructions, the
    prior has holes."""
