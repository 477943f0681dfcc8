"""When to probe: a schedule is a function from a step to yes or no."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydantic import PositiveInt

Schedule = Callable[[int], bool]


def evenly(rounds: int, *, points: PositiveInt = 20) -> Schedule:
    """Probe at evenly spaced steps, the first and the last round among them.

    Args:
        points: number of probed steps.
    """
    return _members(np.linspace(0, rounds - 1, points))


def logarithmic(rounds: int, *, points: PositiveInt = 20) -> Schedule:
    """Probe at steps 0, 1, … growing by a constant factor up to the last round.

    Args:
        points: number of probed steps; fewer where neighbours round to the same step.
    """
    return _members(np.geomspace(1, rounds, points) - 1)


def _members(steps: np.ndarray) -> Schedule:
    return frozenset(np.rint(steps).astype(int).tolist()).__contains__


#: (rounds) and options to a schedule.
SCHEDULES: dict[str, Callable[..., Schedule]] = {"evenly": evenly, "logarithmic": logarithmic}
