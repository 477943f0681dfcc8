"""The shares of the terms of a loss in its gradient."""

from __future__ import annotations

import torch

from aegan.probes.snapshot import ProbeSnapshot, Readings


def term_shares(snapshot: ProbeSnapshot) -> Readings:
    """Measure the share of each term of a loss in its gradient, in the last layer: ‖∇term‖ over the sum of these norms.

    The median over the probe batches, named {term}_share. A loss that is no sum of terms has no readings. NaN if all
    norms are 0.
    """
    if snapshot.terms is None:
        return {}
    layer, batches = snapshot.terms
    norms = torch.stack([torch.stack([value.double() for value in batch.values()]) for batch in batches])
    shares = (norms / norms.sum(1, keepdim=True)).quantile(0.5, dim=0)
    return {(layer, f"{name}_share"): share for name, share in zip(batches[0], shares, strict=True)}
