"""How the rounds of a cohort are played: one by one, or on CUDA at once, where that is shown to be the same."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor

from aegan.training.member import Member, play_round

log = logging.getLogger("aegan")

#: plain rounds before a capture: optimisers and libraries make what they need in the first ones
WARM_UP = 3
#: rounds over which what is captured, a round and a chain of them, is held against the plain loop; by how much of a
#: tensor's way they may differ
TRIAL, TOLERANCE = 9, 0.05
#: how names of weights end; the last one's are those that a parametrisation normalises
WEIGHTS = (".weight", ".bias", ".original")


class Engine(ABC):
    """Plays rounds of several members."""

    @property
    def stretch(self) -> int:
        """The most rounds that are played at once."""
        return 1

    @abstractmethod
    def play(self, members: Sequence[Member], rounds: int) -> None:
        """Let each of the members play so many rounds, or fewer where it diverges.

        `step` then counts all but the last of them, which observers are still looking at.
        """

    def leave(self, member: Member) -> None:  # noqa: B027
        """Let go of a member whose training has ended."""

    def end(self) -> None:  # noqa: B027
        """Leave every member as it was when its training ended."""


class EagerEngine(Engine):
    """Round by round, member by member."""

    def play(self, members: Sequence[Member], rounds: int) -> None:
        """Play plain rounds."""
        for member in members:
            last = member.step + rounds - 1
            play_round(member)
            while member.step < last and not member.divergence:
                member.step += 1
                play_round(member)


class Reversible(Protocol):
    """A member in play whose state can be copied and put back."""

    def snapshot(self) -> dict[str, Tensor]:
        """Copy everything that a round changes."""

    def restore(self, state: dict[str, Tensor]) -> None:
        """Put back what `snapshot` copied."""


class AtOnce(Engine):
    """Plays all members at once.

    Attributes:
        branches: a member's identity -> its part.
        most: the most rounds that are played at once.
    """

    branches: Mapping[int, Reversible]
    most: int


class ValidatedEngine(Engine):
    """Plays plainly at first; then captures, and keeps to that if a trial agrees with the plain loop.

    Args:
        capture: the members -> an engine that plays them at once.
    """

    def __init__(self, capture: Callable[[Sequence[Member]], AtOnce]) -> None:
        self.capture, self.calls = capture, 0
        self.inner: Engine = EagerEngine()

    @property
    def stretch(self) -> int:
        """The most rounds of the engine in use."""
        return self.inner.stretch

    def play(self, members: Sequence[Member], rounds: int) -> None:
        """Play; when the first rounds are behind the members, choose the engine to go on with."""
        if self.calls == WARM_UP:
            self.inner = self.chosen(members)
        self.calls += 1
        self.inner.play(members, rounds)

    def chosen(self, members: Sequence[Member]) -> Engine:
        """Return what is captured, or the plain loop where that is impossible or plays something else."""
        try:
            captured = self.capture(members)
        except RuntimeError as error:  # an operation that asks the host, such as a choice by a tensor's value
            reason = error.__context__ or error  # the end of a broken capture fails, too
            log.warning("rounds cannot be captured as a CUDA graph and are played one by one: %s", reason)
            return EagerEngine()
        rounds = min(TRIAL, captured.most)
        starts = {id(member): captured.branches[id(member)].snapshot() for member in members}
        found, expected = (
            rehearsed(engine, members, captured.branches, starts, rounds) for engine in (captured, EagerEngine())
        )
        wrong = {disagreeing(starts[key], found[key], expected[key]) for key in starts} - {""}
        if wrong:
            log.warning("the captured graph and the plain loop differ in %s: rounds are played one by one", min(wrong))
        return EagerEngine() if wrong else captured

    def leave(self, member: Member) -> None:
        """Let go of a member."""
        self.inner.leave(member)

    def end(self) -> None:
        """Leave every member as it was when its training ended."""
        self.inner.end()


def rehearsed(
    engine: Engine,
    members: Sequence[Member],
    branches: Mapping[int, Reversible],
    starts: Mapping[int, dict[str, Tensor]],
    rounds: int,
) -> dict[int, dict[str, Tensor]]:
    """Play rounds and undo them; return what became of each member, by its identity."""
    steps = [member.step for member in members]
    engine.play(members, rounds)
    ends = {id(member): branches[id(member)].snapshot() for member in members}
    for member, step in zip(members, steps, strict=True):
        branches[id(member)].restore(starts[id(member)])
        member.step, member.divergence = step, None
    return ends


def disagreeing(starts: dict[str, Tensor], found: dict[str, Tensor], expected: dict[str, Tensor]) -> str:
    """Name the first part whose way from the start differs by more than `TOLERANCE` of its length; "" if none does.

    Kernels that add in no fixed order differ in the last bits, Adam's first steps turn a bit into a sign, and a bias
    before a normaliser, whose gradient is zero, moves by nothing else. So weights are judged by the module, and what an
    optimiser keeps by its kind.
    """
    families: dict[str, list[str]] = {}
    for key in starts:
        families.setdefault(family(key), []).append(key)
    for name, keys in families.items():
        if not torch.is_floating_point(starts[keys[0]]):
            same = all(torch.equal(found[key], expected[key]) for key in keys)
        else:
            way, difference = (distance(there, expected, keys) for there in (starts, found))
            same = difference <= TOLERANCE * way
        if not same:
            return name
    return ""


def family(key: str) -> str:
    """Name what a tensor is judged with: the weights of its module, that slot of its optimiser, or itself alone."""
    kind, owner, *rest = key.split("/")
    if kind == "optimiser":
        return f"{kind}/{owner}/{rest[-1]}"
    return f"{kind}/{owner}" if key.endswith(WEIGHTS) else key


def distance(first: Mapping[str, Tensor], second: Mapping[str, Tensor], keys: Sequence[str]) -> float:
    """Measure how far apart tensors are, all together."""
    return float(torch.stack([(first[key] - second[key]).double().square().sum() for key in keys]).sum().sqrt())
