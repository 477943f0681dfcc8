"""Bounds on the Lipschitz constants of single layers, for those that compute what their class says."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any, NoReturn

import torch
from torch import Tensor, nn
from torch.nn.modules import module as global_hooks
from torch.nn.utils.parametrize import is_parametrized

from aegan.errors import InputError

#: kinds of hooks, by the names of a module's attributes; torch keeps global ones of the same names
HOOKS = ("forward_pre_hooks", "forward_hooks", "backward_pre_hooks", "backward_hooks")


class NoBoundError(InputError):
    """No Lipschitz bound is known for a layer."""


def refuse_changed(path: str, module: nn.Module) -> None:
    """Refuse a module that may compute something else than its class says.

    All hooks count: of forward passes, of backward passes, which change gradients, and torch's global ones.

    Raises:
        NoBoundError: it has hooks, or an attribute of its own in place of a method.
    """
    for kind in HOOKS:
        if getattr(global_hooks, f"_global_{kind}"):
            _refuse(path, module, f"torch has global {kind.replace('_', ' ')}")
        if getattr(module, f"_{kind}", None):
            _refuse(path, module, f"it has {kind.replace('_', ' ')}")
    for attribute in vars(module):
        if callable(getattr(type(module), attribute, None)):
            _refuse(path, module, f"its own attribute '{attribute}' replaces the method")


def bound_layer(path: str, layer: nn.Module) -> Tensor | float:
    """Return the bound of one layer.

    Raises:
        NoBoundError: none is known for its type, its options or its weight, or `refuse_changed` refuses a part of it.
        InputError: its attribute `lipschitz` is not a number from 0 on.
    """
    for part, module in layer.named_modules():
        refuse_changed(f"{path}.{part}".strip("."), module)
    kind = _find_layer_type(layer)
    bound = BOUNDS[kind](layer) if kind in BOUNDS else _read_statement(path, layer)
    if isinstance(bound, str):
        _refuse(path, layer, bound)
    return bound


def _refuse(path: str, layer: nn.Module, reason: str) -> NoReturn:
    where = f"layer '{path}', {str(layer).splitlines()[0]}"
    fix = "Remove what is named, or give the module an attribute `lipschitz` with its bound"
    raise NoBoundError(where, f"no Lipschitz bound is known: {reason}", fix)


def _read_statement(path: str, layer: nn.Module) -> Tensor | str:
    """Return the bound that a module states itself, in its class with the forward pass, or in one derived from it."""
    stating = next(kind for kind in type(layer).__mro__ if vars(kind).keys() & {"forward", "lipschitz"})
    if "lipschitz" not in {*vars(layer), *layer._parameters, *layer._buffers, *vars(stating)}:
        return f"the type {type(layer).__name__} is not among {sorted(kind.__name__ for kind in BOUNDS)}"
    stated = layer.lipschitz
    if not isinstance(stated, float | int | Tensor) or torch.as_tensor(stated).dim() or not stated >= 0:
        raise InputError(f"layer '{path}'", f"its attribute lipschitz is {stated}", "State one number from 0 on")
    return torch.as_tensor(stated, dtype=torch.float64).detach()


def spectral_norm(matrices: Tensor) -> Tensor:
    """Return the largest singular value of each matrix of (…, m, n), float64 (…); NaN if an entry is not finite."""
    exact = matrices.detach().double()
    finite = exact.isfinite().all(dim=-1).all(dim=-1)
    norm: Tensor = torch.linalg.matrix_norm(exact.where(finite[..., None, None], 0), ord=2)  # which fails on NaN
    return norm.where(finite, torch.nan)


def _linear(layer: nn.Linear) -> Tensor | str:
    weight = _read_weight(layer)
    return weight if isinstance(weight, str) else spectral_norm(weight)


def _convolution(layer: nn.Conv2d | nn.ConvTranspose2d) -> Tensor | str:
    """Bound a convolution of any stride, dilation and zero padding.

    At each frequency a circular convolution is T·(e ⊗ I), with T the kernel unfolded to (C_out, C_in·h·w) and e the
    h·w phases; so its norm is at most √(h·w)·σ(T), and likewise with the phases on the other side or shared between
    both. Zero padding and stride leave a part of its rows and columns, which lowers the norm; a transposed convolution
    has the norm of its transpose.
    """
    if layer.groups != 1 or layer.padding_mode != "zeros":
        return "it has groups or pads with other values than zeros"
    weight = _read_weight(layer)
    if isinstance(weight, str):
        return weight
    outputs, inputs, height, width = weight.shape
    unfoldings = [
        weight.reshape(outputs, -1),
        weight.permute(0, 2, 3, 1).reshape(-1, inputs),
        weight.permute(0, 2, 1, 3).reshape(outputs * height, -1),
        weight.permute(0, 3, 1, 2).reshape(outputs * width, -1),
    ]
    return torch.stack([spectral_norm(unfolding) for unfolding in unfoldings]).min() * math.sqrt(height * width)


def _find_layer_type(layer: nn.Module) -> type[nn.Module]:
    """Return the class whose forward pass a layer runs: its own, or of a parametrised layer the class before."""
    own = type(layer)
    methods = {name for name, value in vars(own).items() if callable(value)} - {"__getstate__", "__deepcopy__"}
    made_by_torch = is_parametrized(layer) and not methods and own.__name__ == f"Parametrized{own.__mro__[1].__name__}"
    return own.__mro__[1] if made_by_torch else own


def _read_weight(layer: Any) -> Tensor | str:
    """Return the weight (…) of the next forward pass, read once as that does, or why it is not known.

    A parametrisation that depends on its parameters and buffers alone gives a copy of the layer the same weight.
    """
    twin = copy.deepcopy(layer) if is_parametrized(layer) else layer
    weight = layer.weight
    if type(weight) not in (Tensor, nn.Parameter) or not weight.is_floating_point():
        return f"its weight is a {type(weight).__name__} of {getattr(weight, 'dtype', 'no type')}"
    again = torch.as_tensor(twin.weight)
    known = ~weight.isnan()
    if not (torch.equal(~again.isnan(), known) and torch.equal(again[known], weight[known])):
        return "its weight differs from call to call"
    found: Tensor = weight.detach()
    return found


#: exact type -> bound of its layer, or why there is none; a subclass may compute something else
BOUNDS: dict[type[nn.Module], Callable[[Any], Tensor | float | str]] = {
    nn.Linear: _linear,
    nn.Conv2d: _convolution,
    nn.ConvTranspose2d: _convolution,
    nn.LeakyReLU: lambda layer: 1.0 if abs(layer.negative_slope) <= 1 else abs(layer.negative_slope),
    nn.Sigmoid: lambda _: 0.25,
    **dict.fromkeys([nn.ReLU, nn.Tanh, nn.Identity, nn.Flatten, nn.Unflatten], lambda _: 1.0),
}
