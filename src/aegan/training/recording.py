"""A recording of a round: the operations that it performs on tensors, below autograd, in their order.

What losses, their derivatives and optimisers compute is a fixed sequence of operations, if a loss is a function of the
batch, its `step` and the player's generator: without counters of its own and without decisions by numbers. The
recording holds this sequence, so that it can be performed again without our Python code and without autograd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.fx.node import map_aggregate
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten


class Slot(int):
    """What an operation reads or writes: its number in a recording."""


class Operation(NamedTuple):
    """One operation; slots stand for its tensors and generators."""

    function: torch._ops.OpOverload
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    result: Any  #: a slot, a list or a tuple of slots, or None


class Recording(NamedTuple):
    """The operations of a round."""

    operations: list[Operation]
    named: dict[str, Slot]  #: the tensors and generators that exist before the round and belong to a member
    constants: dict[Slot, Tensor]  #: those that exist before the round and belong to nobody
    values: dict[Slot, Tensor]  #: slot -> a tensor without memory, of the shape, strides and type of the slot


class CannotRecordError(RuntimeError):
    """A round performs an operation that cannot be performed again without its Python code."""


class OperationMode(TorchDispatchMode):
    """A mode that sees every operation, below autograd; unlike its base class, it does not import torch's compiler."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False


class _Recorder(OperationMode):
    """Performs operations and notes them."""

    def __init__(self, named: Mapping[str, Tensor | torch.Generator]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch leaves the constructor untyped
        self.recording = Recording([], {}, {}, {})
        self.slots: dict[int, Slot] = {}
        self.alive: list[object] = []  # an object that is freed would pass its id on to another
        for name, value in named.items():
            self.recording.named[name] = self._write(value)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.namespace == "profiler":
            return func(*args, **(kwargs or {}))
        arguments, options = map_aggregate((tuple(args), dict(kwargs or {})), self._read)
        self._require_repeatable(func, arguments, options)
        result = func(*args, **(kwargs or {}))
        if func is aten.detach.default:  # the same numbers under another name
            self.slots[id(result)] = arguments[0]
            self.alive.append(result)
        else:
            self.recording.operations.append(Operation(func, arguments, options, map_aggregate(result, self._write)))
        return result

    def _read(self, value: Any) -> Any:
        """Return the slot of a tensor or a generator, and any other argument as it is."""
        if not isinstance(value, Tensor | torch.Generator):
            return value
        if _identify(value) not in self.slots:
            if isinstance(value, torch.Generator):
                raise CannotRecordError("a generator that is not a player's is drawn from")
            self.recording.constants[self._write(value)] = value
        return self.slots[_identify(value)]

    def _write(self, value: Any) -> Any:
        """Return the slot of a tensor or a generator, a new one unless it has one."""
        if not isinstance(value, Tensor | torch.Generator):
            return value
        slot = self.slots.setdefault(_identify(value), Slot(len(self.slots)))
        self.alive.append(value)
        if isinstance(value, Tensor):
            self.recording.values.setdefault(slot, value)
        return slot

    def _require_repeatable(self, func: Any, arguments: Any, options: Any) -> None:
        inputs = list(list_slots((arguments, options)))
        if torch.Tag.inplace_view in func.tags:
            raise CannotRecordError(f"{func} changes the shape of a tensor in place")
        if _depends_on_numbers(func) and not self._is_indexed_by_integers(func, inputs):
            raise CannotRecordError(f"{func} depends on numbers, so the next round may differ")
        if draws(func) and all(slot in self.recording.values for slot in inputs):
            raise CannotRecordError(f"{func} draws without a player's generator")

    def _is_indexed_by_integers(self, func: Any, inputs: list[Slot]) -> bool:
        return func is aten.index.Tensor and all(self.recording.values[i].dtype == torch.int64 for i in inputs[1:])


@cache
def _depends_on_numbers(func: Any) -> bool:
    return bool({torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape} & set(func.tags))


@cache
def draws(func: Any) -> bool:
    """Return whether an operation draws random numbers."""
    return torch.Tag.nondeterministic_seeded in func.tags


def _identify(value: Tensor | torch.Generator) -> int:
    # torch wraps a generator anew for each operation
    return int(value._cdata) if isinstance(value, torch.Generator) else id(value)  # type: ignore[attr-defined]


def list_slots(tree: Any) -> Iterator[Slot]:
    """List the slots among arguments or results, in their order."""
    if isinstance(tree, Slot):
        yield tree
    elif isinstance(tree, list | tuple | dict):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from list_slots(part)


def map_slots(function: Callable[[Slot], Any], tree: Any) -> Any:
    """Replace the slots among arguments or results by what a function makes of them."""
    return map_aggregate(tree, lambda one: function(one) if isinstance(one, Slot) else one)


def record(function: Callable[[], object], named: Mapping[str, Tensor | torch.Generator]) -> Recording:
    """Call a function and record its operations.

    Args:
        function: performs the operations.
        named: what belongs to a member, by name: tensors of any shape, and generators.

    Raises:
        CannotRecordError: an operation cannot be performed again without its Python code.
    """
    with _Recorder(named) as recorder:
        function()
    recording: Recording = recorder.recording
    for slot, value in recording.values.items():  # the numbers of a round take much memory
        recording.values[slot] = torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device="meta")
    return recording


def is_same_round(first: Recording, second: Recording) -> bool:
    """Return whether two members' recordings differ in the members' own tensors and generators alone."""
    return (
        str(first[:2]) == str(second[:2])  # as text, NaN equals NaN
        and first.constants.keys() == second.constants.keys()
        and all(is_identical(value, second.constants[slot]) for slot, value in first.constants.items())
    )


def is_identical(first: Tensor, second: Tensor) -> bool:
    """Return whether two tensors have the same type, shape and numbers; NaN equals NaN."""
    if (first.dtype, first.shape) != (second.dtype, second.shape):
        return False
    return bool(((first == second) | ((first != first) & (second != second))).all())  # noqa: PLR0124
