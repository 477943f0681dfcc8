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
#: rounds over which a captured graph is held against the plain loop, and by how much of a tensor's way it may differ
TRIAL, TOLERANCE = 2, 0.05


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


class Plain(Engine):
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
    """

    branches: Mapping[int, Reversible]


class Trusted(Engine):
    """Plays plainly at first; then captures, and keeps to that if a trial agrees with the plain loop.

    Args:
        capture: the members -> an engine that plays them at once.
    """

    def __init__(self, capture: Callable[[Sequence[Member]], AtOnce]) -> None:
        self.capture, self.calls = capture, 0
        self.inner: Engine = Plain()

    @property
    def stretch(self) -> int:
        """A few rounds for the trial, one before it."""
        return TRIAL if self.calls == WARM_UP else self.inner.stretch

    def play(self, members: Sequence[Member], rounds: int) -> None:
        """Play, and when the first rounds are behind the members, try the captured ones."""
        if self.calls == WARM_UP:
            self.inner = self.tried(members, rounds)
        else:
            self.inner.play(members, rounds)
        self.calls += 1

    def tried(self, members: Sequence[Member], rounds: int) -> Engine:
        """Play rounds both ways; the members are left as the plain loop leaves them. Return the one to go on with."""
        try:
            captured = self.capture(members)
        except RuntimeError as error:  # an operation that asks the host, such as a choice by a tensor's value
            log.warning("rounds cannot be captured as a CUDA graph and are played one by one: %s", error)
            Plain().play(members, rounds)
            return Plain()
        branches = [captured.branches[id(member)] for member in members]
        starts, steps = [branch.snapshot() for branch in branches], [member.step for member in members]
        captured.play(members, rounds)
        found = [branch.snapshot() for branch in branches]
        for member, branch, start, step in zip(members, branches, starts, steps, strict=True):
            branch.restore(start)
            member.step, member.divergence = step, None
        Plain().play(members, rounds)
        wrong = {
            disagreeing(start, one, branch.snapshot())
            for start, one, branch in zip(starts, found, branches, strict=True)
        } - {""}
        if wrong:
            log.warning("the captured graph and the plain loop differ in %s: rounds are played one by one", min(wrong))
        return Plain() if wrong else captured

    def leave(self, member: Member) -> None:
        """Let go of a member."""
        self.inner.leave(member)

    def end(self) -> None:
        """Leave every member as it was when its training ended."""
        self.inner.end()


def disagreeing(starts: dict[str, Tensor], found: dict[str, Tensor], expected: dict[str, Tensor]) -> str:
    """Name the first tensor whose way from the start differs by more than `TOLERANCE` of its length; "" if none does.

    Kernels that add in no fixed order differ in the last bits, and Adam's first steps turn a bit into a sign.
    """
    for key, start in starts.items():
        if not torch.is_floating_point(start):
            same = torch.equal(found[key], expected[key])
        else:
            way = torch.linalg.vector_norm((expected[key] - start).double())
            same = bool(torch.linalg.vector_norm((found[key] - expected[key]).double()) <= TOLERANCE * way)
        if not same:
            return key
    return ""
