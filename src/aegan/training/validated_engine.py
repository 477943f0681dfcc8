"""An engine that is used only if it reproduces the eager loop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from aegan.training.batched_engine import BatchedEngine, MemberState, restore, snapshot
from aegan.training.cost import RECORDED_FLOPS
from aegan.training.cuda_graph_engine import CHAIN_ROUNDS, CudaGraphEngine
from aegan.training.data_parallel import world_size
from aegan.training.engine import EagerEngine, Engine
from aegan.training.member import Member
from aegan.training.stacked_engine import StackedEngine
from aegan.training.stacked_memory import give_own_memory

log = logging.getLogger("aegan")

#: eager rounds before the capture, in which optimisers and libraries allocate what they keep
WARM_UP_ROUNDS = 3
#: rounds over which the captured graphs, of one round and of a chain of rounds, are compared with the eager loop
VALIDATION_ROUNDS = CHAIN_ROUNDS + 1
#: largest accepted difference of a CUDA graph, relative to the distance that the weights moved
CUDA_TOLERANCE = 0.05
#: suffixes of the names of weights; `.original` is a weight before its parametrisation, such as spectral norm
WEIGHT_SUFFIXES = (".weight", ".bias", ".original")

#: member's id -> a copy of its state
States = Mapping[int, MemberState]


def select_engine(device: str, flops_per_move: float) -> Engine:
    """Return the engine for members on a device.

    Processes that share a training synchronise after every move, and a CPU takes as long for a recorded round of large
    networks as for an eager one: both train eagerly.

    Args:
        device: of the members.
        flops_per_move: floating-point operations of a move.
    """
    if world_size() > 1:
        return EagerEngine()
    if torch.device(device).type == "cuda":
        return ValidatedEngine(CudaGraphEngine, CUDA_TOLERANCE)
    return ValidatedEngine(StackedEngine) if flops_per_move <= RECORDED_FLOPS else EagerEngine()


class ValidatedEngine(Engine):
    """Plays eagerly at first, then validates a faster engine and uses it if it reproduces the eager loop.

    Args:
        capture: members -> an engine that plays all of them at once.
        tolerance: largest accepted difference, relative to the distance that the weights moved; 0: bit for bit.
    """

    def __init__(self, capture: Callable[[Sequence[Member]], BatchedEngine], tolerance: float = 0.0) -> None:
        self.capture, self.tolerance, self.calls = capture, tolerance, 0
        self.inner: Engine = EagerEngine()

    @property
    def name(self) -> str:
        """`name` of the engine in use."""
        return self.inner.name

    @property
    def max_rounds(self) -> int:
        """`max_rounds` of the engine in use."""
        return self.inner.max_rounds

    def play(self, members: Sequence[Member], rounds: int) -> None:
        """Play; after the warm-up, choose the engine for the rest of the training."""
        if self.calls == WARM_UP_ROUNDS:
            self.inner = self.select(members)
        self.calls += 1
        self.inner.play(members, rounds)

    def select(self, members: Sequence[Member]) -> Engine:
        """Return the captured engine, or the eager one if the capture fails or gives other results.

        Whatever goes wrong with a faster way must not end a training that the eager loop can do.
        """
        starts = {id(member): snapshot(member) for member in members}
        steps = [member.step for member in members]
        try:
            captured = self.capture(members)
            rounds = min(VALIDATION_ROUNDS, captured.most_rounds)
            actual = play_and_undo(captured, members, starts, rounds)
            expected = play_and_undo(EagerEngine(), members, starts, rounds)
        except Exception as error:  # such as an operation that reads a value on the host
            reason: object = error.__context__ or error  # the error of ending a broken capture hides the first one
            for member, step in zip(members, steps, strict=True):
                restore(member, starts[id(member)])
                member.step, member.divergence = step, None
            log.warning("training runs eagerly: its rounds cannot be captured: %s", reason)
        else:
            differing = {first_difference(starts[key], actual[key], expected[key], self.tolerance) for key in starts}
            if differing == {""}:
                return captured
            log.warning(
                "training runs eagerly: the captured rounds and the eager ones differ in %s", min(differing - {""})
            )
        for member in members:
            give_own_memory(member)
        return EagerEngine()

    def retire(self, member: Member) -> None:
        """Keep the state of a member whose training has ended."""
        self.inner.retire(member)

    def finish(self) -> None:
        """Restore every member to its state at the end of its training."""
        self.inner.finish()


def play_and_undo(engine: Engine, members: Sequence[Member], starts: States, rounds: int) -> States:
    """Play rounds, restore the members to their start, and return the states that they had reached.

    Args:
        engine: plays the rounds.
        members: the members.
        starts: the state that each member starts from.
        rounds: number of rounds.
    """
    steps = [member.step for member in members]
    engine.play(members, rounds)
    ends = {id(member): snapshot(member) for member in members}
    for member, step in zip(members, steps, strict=True):
        restore(member, starts[id(member)])
        member.step, member.divergence = step, None
    return ends


def first_difference(start: MemberState, actual: MemberState, expected: MemberState, tolerance: float) -> str:
    """Name the first group of tensors that differs by more than `tolerance` of the distance it moved; "" if none does.

    Kernels that add in no fixed order differ in the last bits. The first steps of Adam follow the sign of a gradient,
    so the bias before a normalisation layer, whose gradient is zero up to rounding, may move in either direction.
    Weights are therefore compared per module, and optimiser state per slot.

    Args:
        start: name -> tensor of any shape, before the rounds.
        actual: the same after the rounds of the engine under test.
        expected: the same after the rounds of the eager loop.
        tolerance: share of the distance.
    """
    groups: dict[str, list[str]] = {}
    for key in start:
        groups.setdefault(comparison_group(key), []).append(key)
    for group, keys in groups.items():
        if not torch.is_floating_point(start[keys[0]]):
            equal = all(torch.equal(actual[key], expected[key]) for key in keys)
        else:
            moved, difference = (joint_distance(state, expected, keys) for state in (start, actual))
            equal = difference <= tolerance * moved
        if not equal:
            return group
    return ""


def comparison_group(key: str) -> str:
    """Return the group that a tensor is compared in: its module's weights, its optimiser slot, or itself alone."""
    kind, owner, *rest = key.split("/")
    if kind == "optimiser":
        return f"{kind}/{owner}/{rest[-1]}"
    return f"{kind}/{owner}" if key.endswith(WEIGHT_SUFFIXES) else key


def joint_distance(first: Mapping[str, Tensor], second: Mapping[str, Tensor], keys: Sequence[str]) -> float:
    """Return the Euclidean distance between two sets of tensors of the same shapes, taken as one vector.

    Args:
        first: name -> tensor.
        second: name -> tensor.
        keys: names of the tensors to compare.
    """
    return float(torch.stack([(first[key] - second[key]).double().square().sum() for key in keys]).sum().sqrt())
