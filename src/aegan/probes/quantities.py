"""What is measured of one player around one round of training.

A probe is a pure function from a `ProbeSnapshot` to readings; it decides nothing and drops nothing. Norms are
accumulated in float64, because the squares of small float32 gradients underflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn

from aegan.probes.names import WHOLE

#: (layer, quantity) -> scalar
Readings = dict[tuple[str, str], Tensor]


class ProbeSnapshot(NamedTuple):
    """One player around one round: gradients before it on several batches, weights before and after it."""

    module: nn.Module  #: as it is after the round
    losses: Sequence[Tensor]  #: one scalar per probe batch
    gradients: Sequence[Sequence[Tensor]]  #: per probe batch, one tensor per parameter in order
    weights: Sequence[Tensor]  #: the parameters before the round, in order
    activations: dict[str, list[Tensor]]  #: outputs (N, ...) of the activation layers on the first probe batch
    logits: tuple[Tensor, Tensor] | None = None  #: of real and fake data, where this player is the one who judges
    rounded: tuple[Sequence[Sequence[Tensor]], Sequence[Sequence[Tensor]]] | None = None
    """The gradients at the method's precision and those in float32, where the two are not the same."""


def layers(module: nn.Module) -> dict[str, list[int]]:
    """Group the positions of `module.parameters()` by the layer that owns them, in the order of the network."""
    grouped: dict[str, list[int]] = {}
    for position, (name, _) in enumerate(module.named_parameters()):
        owner = name.partition(".parametrizations.")[0] if ".parametrizations." in name else name.rpartition(".")[0]
        grouped.setdefault(owner or WHOLE, []).append(position)
    return grouped


def with_whole(groups: dict[str, list[int]]) -> dict[str, list[int]]:
    """Add the whole network to the layers."""
    return {**groups, WHOLE: [position for group in groups.values() for position in group]}


def norm(tensors: Sequence[Tensor]) -> Tensor:
    """Euclidean norm of several tensors together, in float64."""
    parts = torch.stack([torch.linalg.vector_norm(tensor, dtype=torch.float64) for tensor in tensors])
    return parts.square().sum().sqrt()


def fraction(tensors: Sequence[Tensor], test: Callable[[Tensor], Tensor]) -> Tensor:
    """Fraction of all elements that pass a test, in float64."""
    passed = torch.stack([test(tensor).sum() for tensor in tensors]).sum()
    return passed.double() / sum(tensor.numel() for tensor in tensors)


def gradient(glimpse: ProbeSnapshot) -> Readings:
    """Gradient norm (median over the probe batches), and the fractions of zero and of non-finite entries (means)."""
    # (batches, parameters, 3), each entry of a gradient read once, then added up by layer and over all
    tallies = torch.stack([torch.stack([_tally(g) for g in batch]) for batch in glimpse.gradients])
    sizes = [parameter.numel() for parameter in glimpse.module.parameters()]
    readings: Readings = {}
    for layer, positions in with_whole(layers(glimpse.module)).items():
        squares, zeros, nonfinite = tallies[:, positions].sum(1).unbind(1)
        count = sum(sizes[i] for i in positions)
        readings[layer, "gradient_norm"] = squares.sqrt().quantile(0.5)
        readings[layer, "zero_fraction"] = zeros.mean() / count
        readings[layer, "nonfinite_fraction"] = nonfinite.mean() / count
    return readings


def _tally(values: Tensor) -> Tensor:
    """Return the sum of squares, the number of zeros and the number of non-finite entries, in float64."""
    length = torch.linalg.vector_norm(values, dtype=torch.float64)
    zeros, finite = values.numel() - torch.count_nonzero(values), torch.isfinite(values).sum()
    return torch.stack([length.square(), zeros.double(), (values.numel() - finite).double()])


def update(glimpse: ProbeSnapshot) -> Readings:
    """Update/weight ratio ‖w' − w‖ / ‖w‖ of the round, per layer and over all."""
    after = [parameter.detach() for parameter in glimpse.module.parameters()]
    change = [new - old for new, old in zip(after, glimpse.weights, strict=True)]
    return {
        (layer, "update_ratio"): norm([change[i] for i in positions]) / norm([glimpse.weights[i] for i in positions])
        for layer, positions in with_whole(layers(glimpse.module)).items()
    }


def saturation(glimpse: ProbeSnapshot) -> Readings:
    """Saturation of each activation layer on the first probe batch.

    ReLU: fraction of units that are zero on every input (dead). Tanh: fraction of |tanh| > 0.99. Sigmoid: fraction of
    slopes σ' = σ(1 − σ) < 0.01. A leaky ReLU has no flat part and no reading.
    """
    tests = {nn.ReLU: _dead, nn.Tanh: lambda y: y.abs() > 0.99, nn.Sigmoid: lambda y: y * (1 - y) < 0.01}
    kinds = {name: type(layer) for name, layer in glimpse.module.named_modules()}
    return {
        (name, "saturation"): fraction([torch.cat(outputs)], tests[kinds[name]])
        for name, outputs in glimpse.activations.items()
        if kinds[name] in tests
    }


def _dead(outputs: Tensor) -> Tensor:
    """Mark every unit of (N, ...) that is zero for all N, in the shape of the outputs so that fractions agree."""
    return (outputs <= 0).all(dim=0).expand_as(outputs)


def loss(glimpse: ProbeSnapshot) -> Readings:
    """Loss of the player, the median over the probe batches."""
    return {(WHOLE, "loss"): torch.stack([value.double() for value in glimpse.losses]).quantile(0.5)}


def judgement(glimpse: ProbeSnapshot) -> Readings:
    """Mean logits of real and of fake data, and the accuracy of their signs, of the player who judges."""
    if glimpse.logits is None:
        return {}
    real, fake = (logits.double() for logits in glimpse.logits)
    accuracy = torch.cat([real > 0, fake <= 0]).double().mean()
    return {(WHOLE, "logit_real"): real.mean(), (WHOLE, "logit_fake"): fake.mean(), (WHOLE, "accuracy"): accuracy}


#: readings of `rounding`
ROUNDING = ("rounding_error", "rounding_cosine", "rounded_to_zero")


def rounding(glimpse: ProbeSnapshot) -> Readings:
    """What a low precision does to the gradient, per layer and over all: medians over the probe batches.

    rounding_error: ‖g − g₃₂‖ / ‖g₃₂‖, with g₃₂ the gradient in float32 on the same batch with the same noise.
    rounding_cosine: of the angle between g and g₃₂. rounded_to_zero: fraction of entries that are zero in g alone.
    The cosine is NaN where either is zero, the error where g₃₂ is. Nothing is read of a method in float32.
    """
    if glimpse.rounded is None:
        return {}
    pairs = list(zip(*glimpse.rounded, strict=True))
    readings: Readings = {}
    for layer, positions in with_whole(layers(glimpse.module)).items():
        found = torch.stack([_rounding([low[i] for i in positions], [g[i] for i in positions]) for low, g in pairs])
        readings |= {(layer, name): value.quantile(0.5) for name, value in zip(ROUNDING, found.unbind(1), strict=True)}
    return readings


def _rounding(low: Sequence[Tensor], exact: Sequence[Tensor]) -> Tensor:
    """Return the relative error, the cosine and the share of new zeros of a gradient against its exact twin."""
    given, right = (torch.cat([part.flatten() for part in parts]).double() for parts in (low, exact))
    length = torch.linalg.vector_norm(right)
    error = torch.linalg.vector_norm(given - right) / length
    cosine = given @ right / (torch.linalg.vector_norm(given) * length)
    return torch.stack([error, cosine, ((given == 0) & (right != 0)).double().mean()])


Probe = Callable[[ProbeSnapshot], Readings]

PROBES: dict[str, Probe] = {
    "gradient": gradient,
    "update": update,
    "saturation": saturation,
    "loss": loss,
    "judgement": judgement,
    "rounding": rounding,
}


@contextmanager
def captured_activations(module: nn.Module) -> Iterator[dict[str, list[Tensor]]]:
    """Collect the outputs of a module's activation layers (those without parameters that `saturation` knows)."""
    outputs: dict[str, list[Tensor]] = {}
    hooks = [
        layer.register_forward_hook(lambda _layer, _input, output, name=name: outputs[name].append(output.detach()))
        for name, layer in module.named_modules()
        if isinstance(layer, (nn.ReLU, nn.Tanh, nn.Sigmoid)) and outputs.setdefault(name, []) == []
    ]
    try:
        yield outputs
    finally:
        for hook in hooks:
            hook.remove()
