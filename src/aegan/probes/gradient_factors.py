"""The factors of the generator's adversarial gradient during training."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from aegan.probes.decomposition import Decomposition
from aegan.probes.snapshot import ProbeSnapshot, Readings
from aegan.tables import FACTORS, WHOLE_NETWORK


def gradient_factors(snapshot: ProbeSnapshot) -> Readings:
    """Measure slope, field and gain of the generator's adversarial gradient, medians over the probe batches.

    The loss is that of the discriminator's task on the fakes that it trains on. The weight of this term, terms that do
    not depend on logits and other kinds of fakes are parts of the player's own loss that are left out here: what they
    add to the gradient is the rest of `mechanism`. A player that makes no fakes for a discriminator has no readings.
    """
    return take_medians(snapshot.factors) if snapshot.factors else {}


def take_medians(decompositions: Sequence[Decomposition]) -> Readings:
    """Take the median of each factor over batches, at least one: (whole network, factor) -> scalar."""
    values = torch.stack([torch.stack([getattr(own, name) for name in FACTORS]) for own in decompositions])
    return {(WHOLE_NETWORK, name): median for name, median in zip(FACTORS, values.quantile(0.5, dim=0), strict=True)}
