"""How much the gradients of different batches agree."""

from __future__ import annotations

import torch

from aegan.probes.snapshot import ProbeSnapshot, Readings, add_whole_network, group_by_layer


def diversity(snapshot: ProbeSnapshot) -> Readings:
    """Measure the gradient diversity Σ‖gᵢ‖² / ‖Σ gᵢ‖² over the probe batches (Yin 2018, definition 1), per layer.

    It is 1/n if all n gradients agree, 1 if they are orthogonal, and larger if they cancel.
    """
    readings: Readings = {}
    for layer, positions in add_whole_network(group_by_layer(snapshot.module)).items():
        batches = [torch.cat([batch[i].flatten() for i in positions]).double() for batch in snapshot.gradients]
        gradients = torch.stack(batches)  # (batches, parameters)
        readings[layer, "gradient_diversity"] = gradients.square().sum() / gradients.sum(0).square().sum()
    return readings
