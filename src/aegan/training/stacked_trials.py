"""Trials of the forms of operations on stacks: whether each member gets, bit for bit, what it would get alone.

Kernels differ between processors and versions of torch, so every operation is tried where it is to be performed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.fx.node import map_aggregate

from aegan.training.recording import is_identical
from aegan.training.stacked_operations import APPROXIMATE_FORMS, FORMS, Operand

#: numbers that a vectorised kernel computes at once; the rest goes through other code, whose last bit may differ
VECTOR = 32


#: what the trials of forms have found, by operation and layout of its operands
TRIALS: dict[str, bool] = {}


def has_exact_form(operation: Any, arguments: Any, options: Mapping[str, Any], result: Tensor, count: int) -> bool:
    """Return whether an operation has a form that gives each member, bit for bit, what it gives that member alone.

    Each combination of operation and layouts is tried once, on random numbers.

    Args:
        operation: the operation.
        arguments: those of one member; an `Operand` has that member's tensor as its value.
        options: its options, without tensors.
        result: what it returns for one member, of any shape, or its first argument if it returns nothing.
        count: number of members.
    """
    if operation not in FORMS or (operation in APPROXIMATE_FORMS and result.numel() % VECTOR):
        return False
    operands: list[Operand] = []
    plain = map_operands(operands.append, arguments)
    # a scalar among arrays does not decide on the type of the result, but a stack of scalars does
    if len({one.value.dtype for one in operands if one.value.is_floating_point()}) > 1:
        return False
    layouts = [(*one.shape, one.value.stride(), one.value.dtype, one.is_stack) for one in operands]
    key = f"{operation} {layouts} {plain} {options} {count}"
    if key not in TRIALS:
        TRIALS[key] = _try_form(operation, arguments, options, count)
    return TRIALS[key]


def _try_form(operation: Any, arguments: Any, options: Mapping[str, Any], count: int) -> bool:
    rng = torch.Generator().manual_seed(0)

    def draw(operand: Operand) -> Operand:
        members, like = count if operand.is_stack else 1, operand.value
        span = 1 + sum((size - 1) * stride for size, stride in zip(like.shape, like.stride(), strict=True))
        numbers = torch.randn(members, span, generator=rng, dtype=torch.float64)
        # integers may be row numbers, of which every tensor has 0 and most have 1
        typed = numbers.to(like.dtype) if like.is_floating_point() else (numbers > 0).to(like.dtype)
        return replace(operand, value=typed.as_strided((members, *like.shape), (span, *like.stride())))

    def perform_alone(number: int) -> list[Tensor]:
        own = map_operands(lambda one: one.value[number if one.is_stack else 0].clone(), drawn)
        return _list_tensors(operation(*own, **options), own)

    drawn = map_operands(draw, arguments)
    try:
        expected = [torch.stack(parts) for parts in zip(*map(perform_alone, range(count)), strict=True)]
        given = map_operands(lambda one: one if one.is_stack else replace(one, value=one.value[0]), drawn)
        result = FORMS[operation](_perform, count, expected[0].shape[1:], operation, *given, **options)
        actual = _list_tensors(result, map_operands(lambda one: one.value, given))
    except (LookupError, RuntimeError, TypeError, ValueError):  # such as a view that strides do not allow
        return False
    return all(map(is_identical, actual, expected))


def _perform(operation: Any, *arguments: Any, **options: Any) -> Any:
    return operation(*arguments, **options)


def _list_tensors(result: Any, arguments: Any) -> list[Tensor]:
    """List the tensors of a result, or of the arguments if the operation only changes these."""
    found: list[Tensor] = []
    map_aggregate(
        arguments if result is None else result, lambda one: found.append(one) if isinstance(one, Tensor) else None
    )
    return found


def map_operands(function: Callable[[Operand], Any], arguments: Any) -> Any:
    """Replace the operands among arguments by what a function makes of them."""
    return map_aggregate(arguments, lambda one: function(one) if isinstance(one, Operand) else one)
