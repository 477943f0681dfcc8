"""Schedules of probing: functions from a step to whether to probe there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydantic import PositiveInt

Schedule = Callable[[int], bool]


def evenly(rounds: int, *, points: PositiveInt = 20) -> Schedule:
    """Probe at evenly spaced steps, including the first and the last round.

    Args:
        points: number of probed steps.
    """
    return _make_schedule(np.linspace(0, rounds - 1, points))


def logarithmic(rounds: int, *, points: PositiveInt = 20) -> Schedule:
    """Probe at logarithmically spaced steps from the first to the last round.

    Args:
        points: number of probed steps; fewer if neighbours round to the same step.
    """
    return _make_schedule(np.geomspace(1, rounds, points) - 1)


def _make_schedule(steps: np.ndarray) -> Schedule:
    return frozenset(np.rint(steps).astype(int).tolist()).__contains__


#: name -> function of the number of rounds and of options
SCHEDULES: dict[str, Callable[..., Schedule]] = {"evenly": evenly, "logarithmic": logarithmic}
