"""Observers run code before and after rounds of a member: the interface, and observers that record or keep weights."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from torch import Tensor

from aegan.probes.history import Key
from aegan.probes.schedules import Schedule
from aegan.training.member import Member
from aegan.training.weights import weights_of


class Observer(ABC):
    """Runs code before and after rounds of a member; its state is part of the checkpoint."""

    @abstractmethod
    def due(self, step: int) -> bool:
        """Return whether to observe the round that follows `step` played rounds."""

    @abstractmethod
    def around(self, member: Member) -> AbstractContextManager[None]:
        """Return a context manager around the round; when it exits, `member.step` already counts the round."""

    def finish(self, member: Member) -> None:  # noqa: B027
        """Run once when the member's training has ended."""

    def state(self) -> dict[str, Tensor]:
        """Return the tensors that a resumed run needs besides the member; none by default."""
        return {}

    def load(self, state: Mapping[str, Tensor]) -> None:  # noqa: B027
        """Restore the tensors, of any shape, that `state` returned."""


class ScheduledObserver(Observer):
    """Observes rounds at the steps of a schedule.

    Args:
        schedule: step -> whether to observe the round that follows it.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule

    def due(self, step: int) -> bool:
        """Ask the schedule."""
        return self.schedule(step)


class Recorder(ScheduledObserver):
    """Records readings before rounds in the member's history.

    Args:
        schedule: step -> whether to record before the round that follows it.
        measure: the member -> its readings, scalars by key; it must not change the member.
    """

    def __init__(self, schedule: Schedule, measure: Callable[[Member], Mapping[Key, Tensor]]) -> None:
        super().__init__(schedule)
        self.measure = measure

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Measure before the round."""
        member.history.record(member.step, self.measure(member))
        yield


class StageKeeper(Observer):
    """Keeps the weights of every module after some rounds, in the member's `stages`, for the diagnosis.

    Args:
        fractions: shares of the training, in (0, 1].
        rounds: rounds of the whole training.
    """

    def __init__(self, fractions: Sequence[float], rounds: int) -> None:
        self.rounds = [max(1, round(fraction * rounds)) for fraction in fractions]

    def due(self, step: int) -> bool:
        """Observe the rounds after which weights are kept."""
        return step + 1 in self.rounds

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Keep the weights after the round, unless it diverged."""
        yield
        if not member.divergence:
            kept = weights_of(member.game.modules)
            member.stages |= {f"{member.step}/{name}": value.clone() for name, value in kept.items()}
