"""What a probe gets and gives: a snapshot of one player around one round, and readings by layer and quantity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from aegan.tables import WHOLE_NETWORK

#: (layer, quantity) -> scalar
Readings = dict[tuple[str, str], Tensor]


class ProbeSnapshot(NamedTuple):
    """One player around one round: gradients before it on several batches, weights before and after it."""

    module: nn.Module  #: the player's networks, after the round
    losses: Sequence[Tensor]  #: one scalar per probe batch
    gradients: Sequence[Sequence[Tensor]]  #: per probe batch, one tensor per parameter in order
    weights: Sequence[Tensor]  #: the parameters before the round, in order
    activations: dict[str, list[Tensor]]  #: outputs (N, ...) of the activation layers on the first probe batch
    logits: tuple[Tensor, Tensor] | None = None  #: of real (N, 1) and fake (N, 1) data, for the discriminator
    gradient_pairs: tuple[Sequence[Sequence[Tensor]], Sequence[Sequence[Tensor]]] | None = None
    """Gradients at the method's precision and in float32, per probe batch and parameter; None if both are the same."""


def group_by_layer(module: nn.Module) -> dict[str, list[int]]:
    """Return layer -> positions of its parameters in `module.parameters()`, in the order of the network."""
    grouped: dict[str, list[int]] = {}
    for position, (name, _) in enumerate(module.named_parameters()):
        owner = name.partition(".parametrizations.")[0] if ".parametrizations." in name else name.rpartition(".")[0]
        grouped.setdefault(owner or WHOLE_NETWORK, []).append(position)
    return grouped


def add_whole_network(groups: dict[str, list[int]]) -> dict[str, list[int]]:
    """Add the whole network to the positions by layer."""
    return {**groups, WHOLE_NETWORK: [position for group in groups.values() for position in group]}


def joint_norm(tensors: Sequence[Tensor]) -> Tensor:
    """Return the Euclidean norm of tensors (…) taken together, a float64 scalar."""
    parts = torch.stack([torch.linalg.vector_norm(tensor, dtype=torch.float64) for tensor in tensors])
    return parts.square().sum().sqrt()


def element_fraction(tensors: Sequence[Tensor], test: Callable[[Tensor], Tensor]) -> Tensor:
    """Return the fraction of all elements of tensors (…) that pass an elementwise test, a float64 scalar."""
    passed = torch.stack([test(tensor).sum() for tensor in tensors]).sum()
    return passed.double() / sum(tensor.numel() for tensor in tensors)
