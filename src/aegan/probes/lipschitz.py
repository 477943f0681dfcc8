"""Bounds on a discriminator's Lipschitz constant and on its gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from aegan.errors import InputError
from aegan.probes.contracts import (
    differentiable_kernels,
    enable_autograd,
    explain_mismatch,
    require_data,
    require_output,
    require_usable,
)
from aegan.probes.layer_bounds import bound_layer, refuse_changed, spectral_norm
from aegan.probes.preserved_state import preserve_state


def input_gradient_norms(discriminator: Callable[[Tensor], Tensor], data: Tensor) -> Tensor:
    """Return ‖∇ₓa‖ (N,), in float64, of the logits a of data (N, …).

    For a packing discriminator a is the logit of the sample's pack, for several logits per sample their sum. A network
    keeps its mode: with BatchNorm in training mode, a depends on the batch.

    Raises:
        InputError: the data are not (N, …) in floating point, or the logits are no tensor that depends on them.
    """
    return _measure_slopes(discriminator, data)[0]


@enable_autograd()
def _measure_slopes(discriminator: Callable[[Tensor], Tensor], data: Tensor) -> tuple[Tensor, int]:
    """Return ‖∇ₓ Σa‖ (N,) and the number of logits per row of the output."""
    data = require_data("data", data).detach().requires_grad_()
    require_usable("discriminator", discriminator)
    with (
        preserve_state(discriminator),
        explain_mismatch("data", data, discriminator),
        differentiable_kernels(discriminator),
    ):
        logits = require_output("discriminator", discriminator(data.clone()))  # a first layer may work in place
        (slope,) = torch.autograd.grad(logits.sum(), data, allow_unused=True)
    if slope is None:
        raise InputError("discriminator", "its logits do not depend on the data", "Remove detach or no_grad in it")
    norms: Tensor = torch.linalg.vector_norm(slope.flatten(1), dim=1, dtype=torch.float64)
    rows = logits.detach().reshape(len(logits) if logits.dim() else 1, -1)
    undefined = rows.isnan().any(1)  # the gradient there may be 0, because a dead unit hides a weight that is NaN
    packed = len(data) % len(rows) == 0
    undefined = undefined.repeat_interleave(len(data) // len(rows)) if packed else undefined.any()
    return norms.where(~undefined, torch.nan), rows.shape[1]


def lipschitz_lower_bound(
    discriminator: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, rng: torch.Generator
) -> Tensor:
    """Return a lower bound: the largest ‖∇ₓa‖ at real data, at fakes and at a uniform point between each pair.

    The points between are those of WGAN-GP (Gulrajani 2017, algorithm 1). Of L logits per sample
    the norm is that of their sum, over √L: a lower bound for the map to all of them.

    Args:
        discriminator: maps data (N, …) to logits.
        real: real data (N, …).
        fake: fakes (N, …).
        rng: draws the points between.

    Returns:
        A float64 scalar.

    Raises:
        InputError: real and fake data differ in shape, type or device; else as for `input_gradient_norms`.
    """
    real, fake = require_data("real", real).detach(), require_data("fake", fake).detach()
    kinds = [(tuple(data.shape), data.dtype, data.device) for data in (real, fake)]
    if kinds[0] != kinds[1]:
        raise InputError("fake", f"is {kinds[1]}, real is {kinds[0]}", "Give as many fakes, of the same shape and type")
    weights = torch.rand(len(real), *[1] * (real.dim() - 1), generator=rng, dtype=torch.float32, device=rng.device)
    between = torch.lerp(real, fake, weights.to(real))  # the same points for float32 and float64
    measured = [_measure_slopes(discriminator, data) for data in (real, fake, between)]
    return torch.cat([norms / math.sqrt(logits) for norms, logits in measured]).max()


@torch.no_grad()
def lipschitz_upper_bound(module: nn.Module) -> Tensor:
    """Return an upper bound: the product of the bounds of the layers of nested nn.Sequential, a float64 scalar.

    Linear layers have their spectral norm; convolutions √(h·w) times the smallest spectral norm of four unfoldings of
    the kernel (Singla & Feizi 2021, theorem 1). Any other module can give its bound in an attribute `lipschitz`. NaN
    if a weight is not finite.

    Raises:
        NoBoundError: no bound is known for a layer, because of its type, its options, its hooks or replaced methods;
            the message names it.
        InputError: it is not a module, or a layer's attribute `lipschitz` is not a number from 0 on.
    """
    if not isinstance(module, nn.Module):
        raise InputError("module", f"is a {type(module).__name__}", "Give an nn.Module")
    product = torch.ones((), dtype=torch.float64)
    with preserve_state(module):
        for name, layer in _layers("", module):
            product = product * bound_layer(name, layer)
    return product


def layer_gradient_bounds(weights: Sequence[Tensor], x_norm: float | Tensor, norms: Tensor | None = None) -> Tensor:
    """Return the bounds (T,) of ‖∇_{W_t} D(x)‖_F for one x: ‖x‖ · Π_{i≠t} σ(W_i) (Lin 2021, spectral normalisation).

    They hold for D(x) = W_T φ(… φ(W_1 x)) with one output, no biases, |φ(x)| ≤ |x| and |φ'| ≤ 1. NaN for those that
    depend on a weight that is not finite. For N networks of one shape the weights are (N, outputs, inputs), the norms
    of their inputs (N,) or one number, and the bounds (N, T).

    Args:
        weights: W_1 to W_T, (outputs, inputs) each.
        x_norm: ‖x‖.
        norms: `spectral_norm` of each weight, (T,) or (N, T), if they are known.

    Raises:
        InputError: the weights are not the matrices of a chain, or a norm of x is a negative number.
    """
    shapes = [tuple(weight.shape) for weight in weights]
    chained = all(len(shape) in (2, 3) for shape in shapes) and all(
        after[-1] == before[-2] and after[:-2] == before[:-2] for before, after in pairwise(shapes)
    )
    if not shapes or not chained:
        wrong = f"have shapes {shapes}"
        raise InputError(
            "weights", wrong, "Give matrices from input to output, each with the rows of the last as columns"
        )
    lengths = torch.as_tensor(x_norm)
    if (lengths < 0).any():
        raise InputError("x_norm", f"is {x_norm}", "Give ‖x‖, which is at least 0")
    if norms is None:
        norms = torch.stack([spectral_norm(weight) for weight in weights], dim=-1)
    others = [torch.cat([norms[..., :t], norms[..., t + 1 :]], dim=-1).prod(-1) for t in range(len(weights))]
    return lengths.to(norms).unsqueeze(-1) * torch.stack(others, dim=-1)


def _layers(name: str, module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yield the layers of nested nn.Sequential in order; a layer that occurs twice is yielded twice."""
    if type(module) is not nn.Sequential:
        yield name, module
        return
    refuse_changed(name, module)
    for part, child in module._modules.items():
        yield from _layers(f"{name}.{part}".lstrip("."), nn.Module() if child is None else child)
