"""What a probe gets and gives: a snapshot of one player around one round, and readings by layer and quantity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from aegan.errors import InputError
from aegan.tables import WHOLE_NETWORK

if TYPE_CHECKING:
    from aegan.probes.decomposition import Decomposition

#: (layer, quantity) -> scalar
Readings = dict[tuple[str, str], Tensor]

#: per batch, one tensor (…) per parameter of the module in order, None for a parameter that does not require grad
Gradients = Sequence[Sequence[Tensor | None]]


class TermNorms(NamedTuple):
    """How large the gradients of a loss's terms are in one layer."""

    layer: str
    norms: Sequence[Mapping[str, Tensor]]  #: per probe batch, term -> scalar


class ProbeSnapshot(NamedTuple):
    """One player around one round: gradients before it on several batches, weights before and after it."""

    module: nn.Module  #: the player's networks, after the round
    losses: Sequence[Tensor]  #: one scalar per probe batch
    gradients: Gradients  #: per probe batch
    weights: Sequence[Tensor]  #: the parameters before the round, in order
    activations: dict[str, list[Tensor]]  #: outputs (N, ...) of the activation layers on the first probe batch
    logits: tuple[Tensor, Tensor] | None = None  #: of real (N, 1) and fake (N, 1) data, for the discriminator
    gradient_pairs: tuple[Gradients, Gradients] | None = None
    """Gradients at the method's precision and in float32, per probe batch and parameter; None if both are the same."""
    terms: TermNorms | None = None  #: of a loss that is a sum of terms, in the last layer
    factors: Sequence[Decomposition] = ()  #: of the adversarial gradient, per probe batch, for the generator
    leaked: int = 0  #: tensors of the other side's networks that the player's optimiser moves


def group_by_layer(module: nn.Module) -> dict[str, list[int]]:
    """Return layer -> positions of its parameters in `module.parameters()`, in the order of the network."""
    grouped: dict[str, list[int]] = {}
    for position, (name, _) in enumerate(module.named_parameters()):
        parametrised, _, rest = f".{name}".partition(".parametrizations.")
        owner = parametrised[1:] if rest else name.rpartition(".")[0]
        grouped.setdefault(owner or WHOLE_NETWORK, []).append(position)
    return grouped


def add_whole_network(groups: dict[str, list[int]]) -> dict[str, list[int]]:
    """Add the whole network to the positions by layer."""
    return {**groups, WHOLE_NETWORK: [position for group in groups.values() for position in group]}


def select_gradients(module: nn.Module, gradients: Gradients) -> tuple[dict[str, list[int]], list[list[Tensor]]]:
    """Select the gradients that exist, and group their positions by layer, the whole network included.

    Returns:
        layer → positions in each batch of the second part, which holds, per batch, the gradients (…) that are not None.
        A layer without gradients, such as a frozen one, is left out.

    Raises:
        InputError: there is no batch or no gradient, or a batch does not fit the parameters or the first batch.
    """
    parameters = list(module.named_parameters())
    for number, batch in enumerate(gradients):
        if len(batch) != len(parameters):
            wrong = f"batch {number} has {len(batch)} entries for {len(parameters)} parameters"
            raise InputError("gradients", wrong, "Give one per parameter, None for a frozen one")
        for (name, parameter), gradient, first in zip(parameters, batch, gradients[0], strict=True):
            if (gradient is None) != (first is None):
                raise InputError("gradients", f"'{name}' has one in some batches only", "Freeze it in all or in none")
            if gradient is not None and gradient.shape != parameter.shape:
                wrong = f"that of '{name}' has shape {tuple(gradient.shape)}, not {tuple(parameter.shape)}"
                raise InputError("gradients", wrong, "Give them in the order of module.parameters()")
    present = [position for position, own in enumerate(gradients[0]) if own is not None] if gradients else []
    if not present:
        raise InputError("gradients", "there are none", "Give a batch, and parameters that require grad")
    rank = {position: number for number, position in enumerate(present)}
    groups = {
        layer: [rank[position] for position in positions if position in rank]
        for layer, positions in group_by_layer(module).items()
    }
    measured = [[own for own in batch if own is not None] for batch in gradients]
    return add_whole_network({layer: positions for layer, positions in groups.items() if positions}), measured


def euclidean_norm(tensor: Tensor) -> Tensor:
    """Return the Euclidean norm of a tensor (…), real or complex, dense or sparse: a float64 scalar."""
    dense = tensor if tensor.layout is torch.strided else tensor.to_dense()
    norm: Tensor = torch.linalg.vector_norm(dense, dtype=torch.complex128 if dense.is_complex() else torch.float64)
    return norm


def joint_norm(tensors: Sequence[Tensor]) -> Tensor:
    """Return the Euclidean norm of tensors (…) taken together, a float64 scalar on the device of the first.

    Raises:
        InputError: there is no tensor.
    """
    if not tensors:
        raise InputError("tensors", "there are none", "Give at least one")
    parts = torch.stack([euclidean_norm(tensor).to(tensors[0].device) for tensor in tensors])
    largest = parts.amax()
    scale = torch.where((largest < 1e-150) & (largest > 0), largest, 1.0)  # whose square underflows
    return (parts / scale).square().sum().sqrt() * scale


def element_fraction(tensors: Sequence[Tensor], test: Callable[[Tensor], Tensor]) -> Tensor:
    """Return the fraction of all elements of tensors (…) that pass an elementwise test, a float64 scalar.

    NaN if an element is NaN.
    """
    passed = torch.stack([test(tensor).sum() for tensor in tensors]).sum()
    unknown = torch.stack([tensor.isnan().any() for tensor in tensors]).any()
    return (passed.double() / sum(tensor.numel() for tensor in tensors)).where(~unknown, torch.nan)
