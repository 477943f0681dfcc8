"""How operations act on stacks: the members' tensors of one kind as one tensor, with the members along its first axis.

Every form here gives each member, bit for bit, what the operation gives for that member's tensors alone; whether it
does is tried on the machine at hand (`stacked_trials`). An operation without a form is performed member by member.

A form calls operations through an emitter, which performs them at once or adds them to a graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch

aten = torch.ops.aten


@dataclass(frozen=True)
class Operand:
    """A tensor that an operation reads: a stack, or one tensor for all members."""

    value: Any  #: the tensor, or the node of a graph that computes it
    shape: tuple[int, ...]  #: of one member's tensor
    is_stack: bool = True


class Emitter(Protocol):
    """Performs an operation on tensors, or adds it to a graph."""

    def __call__(self, function: Any, *arguments: Any, **options: Any) -> Any:
        """Return the tensor or the node."""


#: (emitter, number of members, shape of one member's result, the operation, arguments, options) -> stack
Form = Callable[..., Any]


def _shift(dim: int, operand: Operand) -> int:
    return dim % max(1, len(operand.shape)) + 1


def _align(emit: Emitter, operand: Any, rank: int) -> Any:
    """Insert axes after that of the members, so that a stack broadcasts as its members' tensors do."""
    if not isinstance(operand, Operand):
        return operand
    value = operand.value
    for _ in range(rank - len(operand.shape) if operand.is_stack else 0):
        value = emit(aten.unsqueeze.default, value, 1)
    return value


def _elementwise(
    emit: Emitter, _count: int, shape: Sequence[int], function: Any, *arguments: Any, **options: Any
) -> Any:
    return emit(function, *(_align(emit, one, len(shape)) for one in arguments), **options)


def _same_axis(emit: Emitter, _count: int, _shape: Any, function: Any, operand: Operand, dim: int, *rest: Any) -> Any:
    return emit(function, operand.value, _shift(dim, operand), *rest)


def _new_axis(emit: Emitter, _count: int, _shape: Any, function: Any, operand: Operand, dim: int) -> Any:
    return emit(function, operand.value, dim % (len(operand.shape) + 1) + 1)


def _axes(
    emit: Emitter, _count: int, _shape: Any, function: Any, operand: Operand, dims: Any, *rest: Any, **options: Any
) -> Any:
    return emit(function, operand.value, _shift_all(dims, operand), *rest, **options)


def _shift_all(dims: Sequence[int] | None, operand: Operand) -> list[int]:
    return [_shift(dim, operand) for dim in (dims or range(len(operand.shape)))]


def _norm(
    emit: Emitter,
    _count: int,
    _shape: Any,
    function: Any,
    operand: Operand,
    order: float,
    dims: Any = None,
    *rest: Any,
    **options: Any,
) -> Any:
    return emit(function, operand.value, order, _shift_all(dims, operand), *rest, **options)


def _whole(function: Any) -> Form:
    def form(emit: Emitter, _count: int, _shape: Any, _function: Any, operand: Operand, **options: Any) -> Any:
        return emit(function, operand.value, _shift_all(None, operand), **options)

    return form


def _reshape(emit: Emitter, count: int, shape: Sequence[int], function: Any, operand: Operand, _shape: Any) -> Any:
    return emit(function, operand.value, [count, *shape])


def _expand(
    emit: Emitter, count: int, shape: Sequence[int], function: Any, operand: Operand, _shape: Any, **options: Any
) -> Any:
    return emit(function, _align(emit, operand, len(shape)), [count, *shape], **options)


def _permute(emit: Emitter, _count: int, _shape: Any, function: Any, operand: Operand, dims: Sequence[int]) -> Any:
    return emit(function, operand.value, [0, *_shift_all(dims, operand)])


def _transpose(emit: Emitter, _count: int, _shape: Any, _function: Any, operand: Operand, *dims: int) -> Any:
    first, second = dims or (0, -1)
    return emit(aten.transpose.int, operand.value, _shift(first, operand), _shift(second, operand))


def _join(
    emit: Emitter, _count: int, shape: Sequence[int], function: Any, operands: Sequence[Operand], dim: int = 0
) -> Any:
    return emit(function, [one.value for one in operands], dim % len(shape) + 1)


def _product(emit: Emitter, _count: int, _shape: Any, _function: Any, first: Operand, second: Operand) -> Any:
    return emit(aten.bmm.default, first.value, second.value)


def _biased_product(
    emit: Emitter, _count: int, _shape: Any, _function: Any, bias: Operand, first: Operand, second: Operand
) -> Any:
    return emit(aten.baddbmm.default, _align(emit, bias, 2), first.value, second.value)


def _select_rows(
    emit: Emitter, count: int, shape: Sequence[int], function: Any, rows: Operand, dim: int, numbers: Operand
) -> Any:
    if dim or rows.is_stack or not numbers.is_stack:  # rows of one tensor for all members
        raise NotImplementedError
    chosen = emit(function, rows.value, 0, emit(aten.reshape.default, numbers.value, [-1]))
    return emit(aten.view.default, chosen, [count, *shape])


def _split(emit: Emitter, _count: int, _shape: Any, function: Any, operand: Operand, size: int, dim: int = 0) -> Any:
    return emit(function, operand.value, size, _shift(dim, operand))


def _each(emit: Emitter, _count: int, _shape: Any, function: Any, operands: Sequence[Operand], *rest: Any) -> Any:
    return emit(function, [one.value for one in operands], *rest)


#: elementwise operations whose result IEEE 754 fixes, whatever instructions compute it
EXACT = (
    "add.Tensor add_.Tensor add.Scalar sub.Tensor rsub.Scalar mul.Tensor mul.Scalar mul_.Tensor div.Tensor div.Scalar "
    "div_.Tensor neg.default abs.default sgn.default sqrt.default relu.default threshold_backward.default "
    "leaky_relu.default leaky_relu_backward.default clamp.default clamp_min.default clamp_max.default eq.Scalar "
    "eq.Tensor ge.Scalar gt.Scalar le.Scalar lt.Scalar where.self masked_fill.Scalar"
)
#: elementwise operations that approximate: bit-identical only where whole vectors are computed
APPROXIMATE = (
    "sigmoid.default sigmoid_backward.default tanh.default tanh_backward.default softplus.default "
    "softplus_backward.default exp.default log.default elu.default elu_backward.default silu.default "
    "silu_backward.default gelu.default gelu_backward.default pow.Tensor_Scalar"
)


def _named(names: str, form: Form) -> dict[Any, Form]:
    pairs = (name.split(".") for name in names.split())
    return {getattr(getattr(aten, packet), overload): form for packet, overload in pairs}


ELEMENTWISE = _named(f"{EXACT} {APPROXIMATE}", _elementwise)
FORMS: dict[Any, Form] = ELEMENTWISE | {
    **_named("select.int slice.Tensor squeeze.dim", _same_axis),
    **_named("unsqueeze.default", _new_axis),
    **_named("sum.dim_IntList mean.dim amax.default amin.default logsumexp.default flip.default", _axes),
    **_named("linalg_vector_norm.default", _norm),
    **_named("view.default _unsafe_view.default", _reshape),
    **_named("expand.default", _expand),
    **_named("permute.default", _permute),
    **_named("t.default transpose.int", _transpose),
    **_named("cat.default stack.default", _join),
    **_named("split.Tensor", _split),
    **_named("index_select.default", _select_rows),
    **_named("_foreach_add_.Scalar", _each),
    **_named("mm.default", _product),
    **_named("addmm.default", _biased_product),
    **_named("alias.default clone.default ones_like.default zeros_like.default", _elementwise),
    aten.sum.default: _whole(aten.sum.dim_IntList),
    aten.mean.default: _whole(aten.mean.dim),
}
APPROXIMATE_FORMS = _named(APPROXIMATE, _elementwise)
