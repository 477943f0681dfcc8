"""Bounds on a discriminator's Lipschitz constant and on its gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from aegan.probes.preserved_state import preserve_state


@torch.enable_grad()
def input_gradient_norms(discriminator: Callable[[Tensor], Tensor], data: Tensor) -> Tensor:
    """Return ‖∇ₓa‖ (N,), in float64, of the logits a of data (N, …).

    For a packing discriminator a is the logit of the sample's pack, for several discriminators the sum of their logits.
    """
    data = data.detach().requires_grad_()
    with preserve_state(discriminator):
        (slope,) = torch.autograd.grad(discriminator(data).sum(), data)
    norms: Tensor = torch.linalg.vector_norm(slope.flatten(1), dim=1, dtype=torch.float64)
    return norms


def lipschitz_lower_bound(
    discriminator: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, rng: torch.Generator
) -> Tensor:
    """Return a lower bound: the largest ‖∇ₓa‖ at real data, at fakes and at a uniform point between each pair.

    The points between are those of WGAN-GP (Gulrajani 2017, algorithm 1).

    Args:
        discriminator: maps data (N, …) to logits.
        real: real data (N, …).
        fake: fakes (N, …).
        rng: draws the points between.

    Returns:
        A float64 scalar.
    """
    weights = torch.rand(len(real), *[1] * (real.dim() - 1), generator=rng, dtype=real.dtype, device=rng.device)
    between = torch.lerp(real, fake, weights.to(real.device))
    return torch.cat([input_gradient_norms(discriminator, data) for data in (real, fake, between)]).max()


@torch.no_grad()
def lipschitz_upper_bound(module: nn.Module) -> Tensor:
    """Return an upper bound: the product of the bounds of the layers of nested nn.Sequential, a float64 scalar.

    Linear layers have their spectral norm; convolutions √(h·w) times the smallest spectral norm of four unfoldings of
    the kernel (Singla & Feizi 2021, theorem 1). Any other module can give its bound in an attribute `lipschitz`.

    Raises:
        TypeError: no bound is known for a layer; the message names it.
    """
    product = torch.ones((), dtype=torch.float64)
    with preserve_state(module):
        for name, layer in _layers("", module):
            bound = _bound(layer)
            if bound is None:
                raise TypeError(f"no Lipschitz bound is known for layer '{name}', {layer}")
            product = product * bound
    return product


def layer_gradient_bounds(weights: Sequence[Tensor], x_norm: float | Tensor) -> Tensor:
    """Return the bounds (T,) of ‖∇_{W_t} D(x)‖_F for one x: ‖x‖ · Π_{i≠t} σ(W_i) (Lin 2021, spectral normalisation).

    They hold for D(x) = W_T φ(… φ(W_1 x)) with one output, no biases, |φ(x)| ≤ |x| and |φ'| ≤ 1.
    """
    norms = torch.stack([_spectral_norm(weight) for weight in weights])
    others = torch.stack([torch.cat([norms[:t], norms[t + 1 :]]).prod() for t in range(len(norms))])
    return x_norm * others


def _layers(name: str, module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yield the layers of nested nn.Sequential in order; a layer that occurs twice is yielded twice."""
    if type(module).forward is not nn.Sequential.forward:
        yield name, module
        return
    for part, child in module._modules.items():
        assert child is not None
        yield from _layers(f"{name}.{part}".lstrip("."), child)


def _bound(layer: nn.Module) -> Tensor | float | None:
    """Return the bound of one layer, or None if none is known."""
    if layer._forward_pre_hooks:  # the old spectral_norm and weight_norm replace the weight in such a hook
        return None
    known = BOUNDS.get(type(layer).forward)
    bound: Tensor | float | None = known(layer) if known else getattr(layer, "lipschitz", None)
    return bound


def _spectral_norm(matrix: Tensor) -> Tensor:
    norm: Tensor = torch.linalg.matrix_norm(matrix.detach().double(), ord=2)
    return norm


def _convolution(layer: nn.Conv2d | nn.ConvTranspose2d) -> Tensor | None:
    """Bound a convolution of any stride, dilation and zero padding.

    At each frequency a circular convolution is T·(e ⊗ I), with T the kernel unfolded to (C_out, C_in·h·w) and e the
    h·w phases; so its norm is at most √(h·w)·σ(T), and likewise with the phases on the other side or shared between
    both. Zero padding and stride leave a part of its rows and columns, which lowers the norm; a transposed convolution
    has the norm of its transpose.
    """
    if layer.groups != 1 or layer.padding_mode != "zeros":
        return None
    outputs, inputs, height, width = layer.weight.shape
    unfoldings = [
        layer.weight.reshape(outputs, -1),
        layer.weight.permute(0, 2, 3, 1).reshape(-1, inputs),
        layer.weight.permute(0, 2, 1, 3).reshape(outputs * height, -1),
        layer.weight.permute(0, 3, 1, 2).reshape(outputs * width, -1),
    ]
    return torch.stack([_spectral_norm(unfolding) for unfolding in unfoldings]).min() * math.sqrt(height * width)


#: forward method -> bound of its layer; not keyed by class, because a subclass may override forward
BOUNDS: dict[Callable[..., Any], Callable[[Any], Tensor | float | None]] = {
    nn.Linear.forward: lambda layer: _spectral_norm(layer.weight),
    nn.Conv2d.forward: _convolution,
    nn.ConvTranspose2d.forward: _convolution,
    nn.LeakyReLU.forward: lambda layer: max(1.0, abs(layer.negative_slope)),
    nn.Sigmoid.forward: lambda _: 0.25,
    **dict.fromkeys(
        [kind.forward for kind in (nn.ReLU, nn.Tanh, nn.Identity, nn.Flatten, nn.Unflatten)], lambda _: 1.0
    ),
}
