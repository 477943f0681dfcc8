"""Schedules of probing: functions from a step to whether to probe there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from aegan.errors import InputError
from aegan.option_types import Repetitions

Schedule = Callable[[int], bool]

#: share of the rounds that `dense_start` probes densely, the longest that verdicts take as their reference
DENSE_SHARE = 0.02


def evenly(rounds: int, *, points: Repetitions = 20) -> Schedule:
    """Probe at evenly spaced steps, including the first and the last round.

    Args:
        points: number of probed steps; a single one is the first.
    """
    _require_positive(rounds=rounds, points=points)
    return _make_schedule(np.linspace(0, rounds - 1, points))


def logarithmic(rounds: int, *, points: Repetitions = 20) -> Schedule:
    """Probe at logarithmically spaced steps from the first to the last round.

    Args:
        points: number of probed steps; fewer if neighbours round to the same step. A single one is the first.
    """
    _require_positive(rounds=rounds, points=points)
    return _make_schedule(np.geomspace(1, rounds, points) - 1)


def dense_start(rounds: int, *, points: Repetitions = 20) -> Schedule:
    """Probe at evenly spaced steps, a quarter of them within the first rounds, where early vanishing happens.

    Args:
        points: number of probed steps, including the first and the last round; fewer if some round to the same step.
    """
    _require_positive(rounds=rounds, points=points)
    early = max(1, points // 4)
    start = np.linspace(0, DENSE_SHARE * (rounds - 1), early)
    return _make_schedule(np.concatenate([start, np.linspace(0, rounds - 1, points - early + 1)]))


def thin_out(every: int) -> Schedule:
    """Probe the first steps, then ever fewer, and from some step on every so many, for a training of unknown length.

    Args:
        every: the largest distance between two probed steps.
    """
    _require_positive(every=every)
    start, distance = [0], 1
    while distance < every:
        start.append(start[-1] + distance)
        distance = max(1, start[-1] // 4)
    dense, last = frozenset(start), start[-1]
    return lambda step: step in dense if step <= last else step % every == 0


def _require_positive(**numbers: int) -> None:
    for name, number in numbers.items():
        if not (isinstance(number, int | np.integer) and number >= 1):
            raise InputError(name, f"is {number!r}", "Give a whole number from 1 on")


def _make_schedule(steps: np.ndarray) -> Schedule:
    return frozenset(np.rint(steps).astype(int).tolist()).__contains__


#: name -> function of the number of rounds and of options
SCHEDULES: dict[str, Callable[..., Schedule]] = {
    "evenly": evenly,
    "logarithmic": logarithmic,
    "dense_start": dense_start,
}
