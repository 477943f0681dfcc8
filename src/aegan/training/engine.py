"""Engines play the rounds of a cohort's members; the eager loop is the reference for every other one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from aegan.training.member import Member
from aegan.training.round import play_round


class Engine(ABC):
    """Plays rounds of several members."""

    @property
    def max_rounds(self) -> int:
        """Largest number of rounds that one call of `play` accepts."""
        return 1

    @property
    def name(self) -> str:
        """Name of the engine, for run.json."""
        return type(self).__name__

    @abstractmethod
    def play(self, members: Sequence[Member], rounds: int) -> None:
        """Play rounds of each member, fewer if it diverges, and advance its `step` by the number of rounds played."""

    def retire(self, member: Member) -> None:  # noqa: B027
        """Keep the state of a member whose training has ended; `play` may still be called for the others."""

    def finish(self) -> None:  # noqa: B027
        """Restore every member to its state at the end of its training, and free the engine's memory."""


class EagerEngine(Engine):
    """The reference: one member after the other, round by round, as plain PyTorch."""

    def play(self, members: Sequence[Member], rounds: int) -> None:
        """Play rounds with `play_round`."""
        for member in members:
            end = member.step + rounds
            while member.step < end and not member.divergence:
                play_round(member)
                member.step += 1
