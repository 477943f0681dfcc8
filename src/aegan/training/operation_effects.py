"""What recorded operations do besides returning a result: which memory they share and change."""

from __future__ import annotations

import torch

from aegan.training.recording import Operation, Recording, Slot, draws, list_slots

#: arguments that an operation changes without its schema saying so
UNDECLARED_CHANGES = {"aten::native_batch_norm": ("running_mean", "running_var")}


def has_effect(function: torch._ops.OpOverload) -> bool:
    """Return whether an operation does more than return a result: it changes a tensor, or advances a generator."""
    return function._schema.is_mutable or function.name() in UNDECLARED_CHANGES or draws(function)


def is_joint(operation: Operation) -> bool:
    """Return whether an operation does the same to each tensor of its lists, with the same numbers for all."""
    is_of_lists = operation.function.name().startswith(("aten::_foreach", "aten::_fused"))
    lists = [one for one in operation.arguments if isinstance(one, list | tuple) and one]
    plain = [*operation.options.values(), *(one for one in operation.arguments if not isinstance(one, list | tuple))]
    return is_of_lists and all(isinstance(own[0], Slot) for own in lists) and next(list_slots(plain), None) is None


def is_view(function: torch._ops.OpOverload) -> bool:
    """Return whether the result of an operation shares memory with an argument that it does not change."""
    aliases = [one.alias_info for one in function._schema.returns if one.alias_info]
    return bool(aliases) and not any(alias.is_write for alias in aliases)


def find_changed_slots(recording: Recording) -> set[Slot]:
    """Find the slots that are changed in place, and all those that share memory with them."""
    origin: dict[Slot, Slot] = {}
    changed: set[Slot] = set()
    for function, arguments, options, result in recording.operations:
        schema = function._schema.arguments
        given = dict(zip((one.name for one in schema), arguments, strict=False)) | options
        if is_view(function):
            base = next(list_slots((arguments, options)))
            origin |= dict.fromkeys(list_slots(result), origin.get(base, base))
        written = [one.name for one in schema if one.alias_info and one.alias_info.is_write]
        for name in [*written, *UNDECLARED_CHANGES.get(function.name(), ())]:
            changed.update(list_slots(given.get(name)))
    bases = {origin.get(slot, slot) for slot in changed}
    return {slot for slot in recording.values if origin.get(slot, slot) in bases}
