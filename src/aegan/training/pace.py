"""The pace of a training: what a round and what each observer costs, and the time left."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from aegan.training.member import Member
from aegan.training.observers import Observer


@dataclass
class MeanTime:
    """Mean of timings. The first one counts only while it is the only one, because it includes the warm-up."""

    first: float | None = None
    total: float = 0.0
    count: float = 0

    def add(self, seconds: float, count: float = 1) -> None:
        """Add the time that `count` repetitions took together."""
        if self.first is None:
            self.first = seconds / count
        else:
            self.total, self.count = self.total + seconds, self.count + count

    @property
    def mean(self) -> float:
        """Seconds of one repetition; 0 before any was timed."""
        return self.total / self.count if self.count else self.first or 0.0


class Pace:
    """Times the rounds of a cohort and its observers, each kind apart.

    Rounds that are probed take many times longer than others, and a logarithmic schedule probes most of the first
    ones. So the time left is that of the rounds left plus that of the looks left, whose number the schedules tell.

    Args:
        rounds: total number of rounds of each member.
    """

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds
        self.round, self.looks = MeanTime(), dict[type[Observer], MeanTime]()
        self._due: dict[int, list[int]] = {}

    @contextmanager
    def time_rounds(self, members: Sequence[Member]) -> Iterator[None]:
        """Time the block, in which these members play rounds."""
        started, before = time.monotonic(), sum(member.step for member in members)
        yield
        if played := sum(member.step for member in members) - before:
            self.round.add(time.monotonic() - started, played)

    @contextmanager
    def time_look(self, member: Member, observer: Observer) -> Iterator[None]:
        """Let an observer look at the round in the block, and time it without the round."""
        started = time.monotonic()
        with observer.around(member):
            entered = time.monotonic()
            yield
            left = time.monotonic()
        self.looks.setdefault(type(observer), MeanTime()).add(time.monotonic() - left + entered - started)

    def estimate_seconds_left(self, active: Sequence[tuple[Member, Sequence[Observer]]]) -> float:
        """Estimate the seconds until all these members, each with its observers, have played all rounds."""
        return sum(
            self.round.mean * (self.rounds - member.step)
            + sum(
                self._count_looks_left(one, member.step) * self.looks[type(one)].mean
                for one in observers
                if type(one) in self.looks
            )
            for member, observers in active
        )

    def _count_looks_left(self, observer: Observer, step: int) -> int:
        """Count the rounds from `step` on that an observer looks at; its schedule is asked once."""
        if id(observer) not in self._due:
            self._due[id(observer)] = [each for each in range(self.rounds) if observer.due(each)]
        return len(self._due[id(observer)]) - bisect_left(self._due[id(observer)], step)
