"""The time left of a training, under a simulated clock."""

import logging
import re
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from aegan.probes.schedules import evenly, logarithmic
from aegan.training.cohort import train_together
from aegan.training.engine import Engine
from aegan.training.observers import ScheduledObserver
from aegan.training.pace import MeanTime

ROUNDS, ROUND_SECONDS, PROBE_SECONDS = 4000, 0.1, 20.0


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    return clock


def train_slowly(clock, caplog, schedule, start=0, seeds=(0,)):
    """Train members that are no more than a step, and return the seconds left by the log and in truth, by line."""

    class SlowEngine(Engine):
        def play(self, members, rounds):
            for member in members:
                clock.now += rounds * ROUND_SECONDS
                member.step += rounds

    class SlowProbe(ScheduledObserver):
        @contextmanager
        def around(self, _):
            clock.now += 0.75 * PROBE_SECONDS
            yield
            clock.now += 0.25 * PROBE_SECONDS

    caplog.set_level(logging.INFO, "aegan")
    spoken = []
    handler = logging.Handler()
    handler.emit = lambda record: spoken.append((clock.now, record.getMessage()))
    logging.getLogger("aegan").addHandler(handler)
    about = {"part": "", "step": start, "seconds": 0.0, "stopped": False, "divergence": None}
    members = [SimpleNamespace(seed=s, name=f"seed {s}", **about) for s in seeds]
    try:
        train_together([(member, [SlowProbe(schedule)]) for member in members], ROUNDS, SlowEngine())
    finally:
        logging.getLogger("aegan").removeHandler(handler)
    left = [(now, re.search(r"^seed .*about (\d+) s left", line)) for now, line in spoken]
    return [(float(found[1]), clock.now - now) for now, found in left if found]


@pytest.mark.parametrize("schedule", [logarithmic(ROUNDS), evenly(ROUNDS)])
@pytest.mark.parametrize("seeds", [(0,), (0, 1, 2)])
def test_the_time_left_is_right_from_the_first_line_on(clock, caplog, schedule, seeds):
    lines = train_slowly(clock, caplog, schedule, 0, seeds)
    assert len(lines) > 40
    for estimated, true in lines:
        assert estimated == pytest.approx(true, abs=1.0)


def test_a_resumed_training_learns_the_cost_of_a_probe_at_the_next_one(clock, caplog):
    first, *_, last = train_slowly(clock, caplog, logarithmic(ROUNDS), 1500)
    assert first[0] == pytest.approx(first[1] - 3 * PROBE_SECONDS, abs=1.0)
    assert last[0] == pytest.approx(last[1], abs=1.0)


def test_a_mean_leaves_out_the_warm_up():
    own = MeanTime()
    assert own.mean == 0
    own.add(7)
    assert own.mean == 7
    own.add(6, count=3)
    own.add(2)
    assert own.mean == 2
