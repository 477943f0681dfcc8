"""Probes of one player around one round of training.

A probe is a pure function from a `ProbeSnapshot` to readings; it applies no threshold and omits no value. Norms are
accumulated in float64, because the squares of small float32 gradients underflow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import torch
from torch import Tensor, nn

from aegan.errors import InputError
from aegan.probes.activations import FLAT_PARTS
from aegan.probes.gradient_factors import gradient_factors
from aegan.probes.snapshot import (
    ProbeSnapshot,
    Readings,
    add_whole_network,
    element_fraction,
    euclidean_norm,
    group_by_layer,
    select_gradients,
)
from aegan.probes.term_shares import term_shares
from aegan.tables import WHOLE_NETWORK


def gradient(snapshot: ProbeSnapshot) -> Readings:
    """Measure gradient norms (median over the probe batches) and fractions of zero and non-finite entries (means).

    Parameters that do not require grad have no part in them; a layer of such parameters alone has no readings.

    Raises:
        InputError: the gradients do not fit the module's parameters, or there are none.
    """
    groups, gradients = select_gradients(snapshot.module, snapshot.gradients)
    # each parameter is read once, in all batches; the tallies are then summed by layer and over the network
    tallies = torch.stack([_tally(own).to(gradients[0][0].device) for own in zip(*gradients, strict=True)], dim=-1)
    by_layer = torch.stack([tallies[..., positions].sum(-1) for positions in groups.values()], dim=1)
    medians, means = by_layer[0].sqrt().quantile(0.5, dim=1), by_layer[1:].mean(-1)
    readings: Readings = {}
    for (layer, positions), norm, (zeros, nonfinite) in zip(groups.items(), medians, means.T, strict=True):
        count = sum(gradients[0][i].numel() for i in positions)
        readings[layer, "gradient_norm"] = norm
        readings[layer, "zero_fraction"] = zeros / count
        readings[layer, "nonfinite_fraction"] = nonfinite / count
    return readings


def _tally(batches: Sequence[Tensor]) -> Tensor:
    """Return (3, batches), in float64: sums of squares, numbers of zeros and of non-finite entries of tensors (…)."""
    values = torch.stack([own if own.layout is torch.strided else own.to_dense() for own in batches])
    values = values.reshape(len(batches), -1)
    norms = torch.linalg.vector_norm(values, dim=1, dtype=torch.complex128 if values.is_complex() else torch.float64)
    nonzero, finite = torch.count_nonzero(values, dim=1), torch.isfinite(values).sum(1)
    return torch.stack([norms.square(), *(values.shape[1] - torch.stack([nonzero, finite])).double()])


def update(snapshot: ProbeSnapshot) -> Readings:
    """Measure ‖w' − w‖ / ‖w‖ of the round, per layer and over the whole network, and count the leaked tensors.

    Raises:
        InputError: the weights before the round are not those of the module.
    """
    after = [parameter.detach() for parameter in snapshot.module.parameters()]
    if [old.shape for old in snapshot.weights] != [new.shape for new in after] or not after:
        wrong = f"{len(snapshot.weights)} tensors do not fit {len(after)} parameters"
        raise InputError("weights", wrong, "Give those of module.parameters() before the round, in order")
    pairs = [(euclidean_norm(new - old), euclidean_norm(old)) for new, old in zip(after, snapshot.weights, strict=True)]
    squares = torch.stack([torch.stack(pair).to(after[0].device) for pair in pairs], dim=1).square()  # (2, parameters)
    readings: Readings = {}
    for layer, positions in add_whole_network(group_by_layer(snapshot.module)).items():
        change, before = squares[:, positions].sum(1).sqrt()
        readings[layer, "update_ratio"] = change / before
    readings[WHOLE_NETWORK, "leaked_tensors"] = squares.new_tensor(snapshot.leaked)
    return readings


def saturation(snapshot: ProbeSnapshot) -> Readings:
    """Measure the saturation of each activation layer on the first probe batch.

    ReLU: fraction of units that are zero on every input (dead). Tanh: fraction of |tanh| > 0.99. Sigmoid: fraction of
    slopes σ' = σ(1 − σ) < 0.01. A leaky ReLU has no flat part and thus no reading, nor has a layer that was not called.
    NaN if an output is NaN.
    """
    tests = FLAT_PARTS | {nn.ReLU: _dead}
    kinds = {name: type(layer) for name, layer in snapshot.module.named_modules()}
    return {
        (name, "saturation"): element_fraction(_join_calls(outputs), tests[kinds[name]])
        for name, outputs in snapshot.activations.items()
        if kinds.get(name) in tests and outputs
    }


def _join_calls(outputs: Sequence[Tensor]) -> list[Tensor]:
    """Join the outputs (N, …) of a layer's calls along N, those of one shape; a layer may have several places."""
    by_shape: dict[torch.Size, list[Tensor]] = {}
    for output in map(torch.atleast_1d, outputs):
        by_shape.setdefault(output.shape[1:], []).append(output)
    return [torch.cat(calls) for calls in by_shape.values()]


def _dead(outputs: Tensor) -> Tensor:
    """Mark every unit of (N, ...) that is zero for all N, in the shape of the outputs so that fractions agree."""
    return FLAT_PARTS[nn.ReLU](outputs).all(dim=0).expand_as(outputs)


def loss(snapshot: ProbeSnapshot) -> Readings:
    """Measure the player's loss, the median over the probe batches.

    Raises:
        InputError: there is none, or one is not a single number.
    """
    if not snapshot.losses or any(value.numel() != 1 for value in snapshot.losses):
        shapes = [tuple(value.shape) for value in snapshot.losses]
        raise InputError("losses", f"have shapes {shapes}", "Give one number per probe batch, at least one")
    values = torch.stack([value.detach().double().reshape(()) for value in snapshot.losses])
    return {(WHOLE_NETWORK, "loss"): values.quantile(0.5)}


def logits(snapshot: ProbeSnapshot) -> Readings:
    """Measure the discriminator's mean logits of real and of fake data, and the accuracy of their signs.

    Each is NaN if a logit is.
    """
    if snapshot.logits is None:
        return {}
    real, fake = (values.double() for values in snapshot.logits)
    right, unknown = torch.cat([real > 0, fake <= 0]), torch.cat([real, fake]).isnan().any()
    return {
        (WHOLE_NETWORK, "logit_real"): real.mean(),
        (WHOLE_NETWORK, "logit_fake"): fake.mean(),
        (WHOLE_NETWORK, "accuracy"): right.double().mean().where(~unknown, torch.nan),
    }


#: the quantities of `rounding`
ROUNDING = ("rounding_error", "rounding_cosine", "rounded_to_zero")


def rounding(snapshot: ProbeSnapshot) -> Readings:
    """Measure the rounding of a low-precision gradient, per layer and over the whole network.

    rounding_error: ‖g − g₃₂‖ / ‖g₃₂‖, with g₃₂ the gradient in float32 on the same batch with the same noise.
    rounding_cosine: cosine of the angle between g and g₃₂. rounded_to_zero: fraction of entries that are zero in g
    alone. Values are medians over the probe batches. The cosine is NaN if g or g₃₂ is zero, the error if g₃₂ is. A
    method in float32 has no readings.
    """
    if snapshot.gradient_pairs is None:
        return {}
    (groups, low_gradients), (_, exact) = (select_gradients(snapshot.module, own) for own in snapshot.gradient_pairs)
    pairs = list(zip(low_gradients, exact, strict=True))
    readings: Readings = {}
    for layer, positions in groups.items():
        values = torch.stack(
            [_compare_rounded([low[i] for i in positions], [g[i] for i in positions]) for low, g in pairs]
        )
        readings |= {
            (layer, name): batches.quantile(0.5) for name, batches in zip(ROUNDING, values.unbind(1), strict=True)
        }
    return readings


def _compare_rounded(low: Sequence[Tensor], exact: Sequence[Tensor]) -> Tensor:
    """Return (3,): relative error, cosine and share of new zeros of a rounded gradient against the exact one."""
    rounded, reference = (torch.cat([part.flatten() for part in parts]).double() for parts in (low, exact))
    length = torch.linalg.vector_norm(reference)
    error = torch.linalg.vector_norm(rounded - reference) / length
    cosine = rounded @ reference / (torch.linalg.vector_norm(rounded) * length)
    return torch.stack([error, cosine, ((rounded == 0) & (reference != 0)).double().mean()])


Probe = Callable[[ProbeSnapshot], Readings]

#: name -> probe; `probes.quantities` in the config selects among them
PROBES: dict[str, Probe] = {
    "gradient": gradient,
    "update": update,
    "saturation": saturation,
    "loss": loss,
    "logits": logits,
    "rounding": rounding,
    "terms": term_shares,
    "factors": gradient_factors,
}


def select_probes(names: Collection[str]) -> dict[str, Probe]:
    """Return the named entries of `PROBES`, in the order of the registry.

    Raises:
        InputError: a name is not in the registry.
    """
    if unknown := set(names) - set(PROBES):
        raise InputError("probes.quantities", f"no probe is named {sorted(unknown)}", f"Choose among {sorted(PROBES)}")
    return {name: probe for name, probe in PROBES.items() if name in names}
