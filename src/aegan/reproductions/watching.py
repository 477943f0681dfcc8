"""Looking at a game while it is played, at whatever a reproduction is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from torch import Tensor

from aegan.probes.history import Key
from aegan.probes.schedules import Schedule
from aegan.training.member import Member
from aegan.training.observers import Observer


class Watch(Observer):
    """Records readings before rounds, in the member's history.

    Args:
        schedule: before which rounds.
        look: the member -> its readings; it must not change what it looks at.
    """

    def __init__(self, schedule: Schedule, look: Callable[[Member], Mapping[Key, Tensor]]) -> None:
        self.schedule, self.look = schedule, look

    def due(self, step: int) -> bool:
        """Look when the schedule says so."""
        return self.schedule(step)

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Look before the round."""
        member.history.record(member.step, self.look(member))
        yield
