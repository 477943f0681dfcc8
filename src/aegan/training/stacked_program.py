"""A recorded round as a program for several members at once.

Small tensors are stacked: an operation on a stack costs about as much as one on a single member's tensor, because most
of its time passes before its arithmetic begins. Large ones stay with their members.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import getitem
from typing import Any, Literal

import torch
from torch import Tensor, fx
from torch.fx.node import map_arg

from aegan.training.operation_effects import find_changed_slots, has_effect, is_joint, is_view
from aegan.training.recording import CannotRecordError, Operation, Recording, Slot, list_slots, map_slots
from aegan.training.stacked_memory import ALIGNMENT, move_into_stack
from aegan.training.stacked_operations import FORMS, Operand, aten
from aegan.training.stacked_trials import has_exact_form

#: most numbers of a member's tensor that is stacked
STACKED_NUMBERS = 2**17


@dataclass
class Value:
    """The nodes of a slot: one for all members, or that of a stack, or those of each member, or the last two."""

    shared: fx.Node | None = None
    stacked: fx.Node | None = None
    separate: list[fx.Node] | None = None


class StackedProgram:
    """A round of several members.

    Args:
        recording: of the first member's round.
        members: each member's tensors and generators, by the names of the recording. The memory of those tensors that
            the program reads as a stack becomes a part of that stack.

    Raises:
        CannotRecordError: the round changes a tensor that belongs to no member.
    """

    def __init__(self, recording: Recording, members: Sequence[Mapping[str, Tensor | torch.Generator]]) -> None:
        self.count, self.examples, self.changed = len(members), recording.values, find_changed_slots(recording)
        self.graph = fx.Graph()
        self.inputs: dict[fx.Node, Any] = {}  #: tensors at the same memory in every round, and generators
        self.views: dict[fx.Node, Any] = {}  #: those inputs that are views of others: how to take them
        self.values: dict[Slot, Value] = {}
        self.owned: dict[Slot, list[Any]] = {}
        for name, slot in recording.named.items():
            self.owned.setdefault(slot, [member[name] for member in members])
        for slot, constant in recording.constants.items():
            if slot in self.changed:
                raise CannotRecordError(f"a tensor of shape {tuple(constant.shape)} that is no module's is changed")
            self.values[slot] = Value(shared=self._input(constant))
        for operation in recording.operations:
            self._add(operation)
        with torch.no_grad():  # now that the memory of all inputs is where it stays
            for node, (function, own, ours) in self.views.items():
                self.inputs[node] = function(*map_arg(own, self.inputs.__getitem__), **ours)
        self.graph.output(None)
        self.graph.eliminate_dead_code(_must_stay)
        self.play = fx.GraphModule(torch.nn.Module(), self.graph).forward

    def __call__(self) -> None:
        """Play a round of all members."""
        self.play(*self.inputs.values())

    def _input(self, value: Any) -> fx.Node:
        with self.graph.inserting_after(next(reversed(self.inputs), self.graph._root)):  # a graph begins with them
            node = self.graph.placeholder(f"input_{len(self.inputs)}")
        self.inputs[node] = value
        return node

    def _emit(self, function: Any, *arguments: Any, **options: Any) -> fx.Node:
        """Add an operation; a view of an input is an input, too."""
        nodes: list[fx.Node] = []
        map_arg((arguments, options), nodes.append)
        if function is not getitem and is_view(function) and all(node in self.inputs for node in nodes):
            view = self._input(None)
            self.views[view] = function, arguments, options
            return view
        return self.graph.call_function(function, arguments, options)

    def _value(self, slot: Slot) -> Value:
        if slot not in self.values:
            own = self.owned[slot]
            is_shared = self.count > 1 and slot in self.examples and all(one is own[0] for one in own)
            if is_shared and slot not in self.changed:
                self.values[slot] = Value(shared=self._input(own[0]))
            else:
                self.values[slot] = Value(separate=[self._input(one) for one in own])
        return self.values[slot]

    def _separate(self, slot: Slot) -> list[fx.Node]:
        """Return the nodes of each member's tensor."""
        value = self._value(slot)
        if value.separate is None and value.stacked is not None:
            parts = self._emit(aten.unbind.int, value.stacked)
            value.separate = [self._emit(getitem, parts, number) for number in range(self.count)]
            if slot not in self.changed and self.examples[slot].nbytes % ALIGNMENT:  # kernels depend on it
                value.separate = [self._emit(aten.clone.default, part) for part in value.separate]
        if value.shared is not None:
            return self.count * [value.shared]
        return value.separate or []

    def _can_stack(self, slot: Slot) -> bool:
        value, example = self._value(slot), self.examples.get(slot)
        if value.shared is not None or value.stacked is not None or example is None:
            return example is not None
        is_small = example.numel() <= STACKED_NUMBERS and example.is_contiguous()
        return is_small and (slot in self.owned or slot not in self.changed)  # a copy would miss changes

    def _stack(self, slot: Slot) -> Operand:
        """Return the operand of a slot that `_can_stack`; a member's own tensors move into it."""
        value, shape = self._value(slot), tuple(self.examples[slot].shape)
        if value.shared is not None:
            return Operand(value.shared, shape, is_stack=False)
        if value.stacked is None and slot in self.owned:
            value.stacked = self._input(move_into_stack(self.owned[slot]))
        elif value.stacked is None:
            value.stacked = self._emit(aten.stack.default, value.separate)
        return Operand(value.stacked, shape)

    def _add(self, operation: Operation) -> None:
        function, arguments, options, result = operation
        inputs = list(list_slots((arguments, options)))
        is_shared = all(self._value(slot).shared is not None for slot in inputs)
        if is_shared and self.changed.isdisjoint([*inputs, *list_slots(result)]):
            own = map_slots(lambda slot: self._value(slot).shared, (arguments, options))
            self._assign(result, "shared", [self._emit(function, *own[0], **own[1])])
        elif self._is_stackable(operation, inputs):
            shape = self.examples[next(list_slots((result, arguments)))].shape
            own = map_slots(self._stack, arguments)
            stack = FORMS[function](self._emit, self.count, shape, function, *own, **options)
            self._assign(result, "stacked", [stack])
        elif is_joint(operation):
            self._add_joint(operation)
        else:
            members = self._list_members_arguments(operation)
            self._assign(result, "separate", [self._emit(function, *own, **ours) for own, ours in members])

    def _list_members_arguments(self, operation: Operation) -> list[Any]:
        return [
            map_slots(lambda slot, number=number: self._separate(slot)[number], operation[1:3])  # type: ignore[misc]
            for number in range(self.count)
        ]

    def _is_stackable(self, operation: Operation, inputs: Sequence[Slot]) -> bool:
        if self.count == 1 or operation.function not in FORMS or not all(map(self._can_stack, inputs)):
            return False
        result = self.examples[next(list_slots((operation.result, operation.arguments)))]
        if result.numel() > STACKED_NUMBERS:
            return False

        def describe(slot: Slot) -> Operand:
            example = self.examples[slot]
            return Operand(example, tuple(example.shape), self._value(slot).shared is None)

        own = map_slots(describe, operation.arguments)
        return has_exact_form(operation.function, own, operation.options, result, self.count)

    def _add_joint(self, operation: Operation) -> None:
        """Add an operation on lists of tensors, each tensor for itself, as one call for the lists of all members."""
        members = [own for own, _ in self._list_members_arguments(operation)]
        joined = [
            [one for own in members for one in own[place]] if next(list_slots(argument), None) is not None else argument
            for place, argument in enumerate(operation.arguments)
        ]
        node, results = self._emit(operation.function, *joined, **operation.options), operation.result or ()
        for place, slot in enumerate(results):
            numbers = range(place, self.count * len(results), len(results))
            self._assign(slot, "separate", [self._emit(getitem, node, number) for number in numbers])

    def _assign(self, result: Any, kind: Literal["shared", "stacked", "separate"], nodes: list[fx.Node]) -> None:
        """Give the slots of a result their nodes; a slot that was changed in place has its nodes already."""
        if isinstance(result, Slot):
            alone = Value(shared=nodes[0]) if kind == "shared" else Value(stacked=nodes[0])
            self.values.setdefault(result, Value(separate=nodes) if kind == "separate" else alone)
        else:
            for place, slot in enumerate(result or ()):
                self._assign(slot, kind, [self._emit(getitem, node, place) for node in nodes])


def _must_stay(node: fx.Node) -> bool:
    function: Any = node.target
    return node.op != "call_function" or (function is not getitem and has_effect(function))
