"""Progress in the log, under a simulated clock."""

import logging
import time

import pytest

from aegan.progress import ProgressLog, log_line, name_task, track


@pytest.fixture
def lines(caplog):
    """The lines that were logged so far."""
    caplog.set_level(logging.INFO, "aegan")
    return lambda: caplog.messages


@pytest.fixture
def clock(monkeypatch):
    """A clock that only `sleep` moves."""

    class Clock:
        now = 0.0

        def sleep(self, seconds):
            self.now += seconds

    clock = Clock()
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    return clock


def loop(clock, items, seconds, *arguments):
    done = []
    for item in track(items, *arguments):
        clock.sleep(seconds)
        done.append(item)
    return done


def test_a_long_loop_says_how_far_it_is_and_how_long_it_takes(clock, lines):
    assert loop(clock, range(10), 4, "figures") == list(range(10))
    assert lines() == [
        "figures: 3 of 10, about 28 s left",
        "figures: 6 of 10, about 16 s left",
        "figures: 9 of 10, about 4 s left",
    ]


def test_a_short_loop_says_nothing(clock, lines):
    assert loop(clock, "abc", 3, "figures") == ["a", "b", "c"]
    assert lines() == []


def test_the_number_of_items_may_be_given_or_unknown(clock, lines):
    loop(clock, iter("ab"), 10, "blocks", 2)
    loop(clock, iter("ab"), 10, "blocks")
    expected = ["1 of 2, about 10 s left", "2 of 2, about 0 s left", "1 done", "2 done"]
    assert lines() == [f"blocks: {line}" for line in expected]


def test_an_error_of_the_loop_is_the_callers(clock):
    tracked = track([1, 2], "items")
    assert next(tracked) == 1
    with pytest.raises(ValueError, match="bad"):
        tracked.throw(ValueError("bad"))


def test_lines_begin_with_the_tasks_that_they_belong_to(clock, lines):
    with name_task("stage 1 of 2"), name_task("seed 3"):
        loop(clock, [1], 10, "chunks")
    with pytest.raises(ValueError, match="bad"), name_task("left by an error"):
        raise ValueError("bad")
    log_line("afterwards")
    assert lines() == ["stage 1 of 2: seed 3: chunks: 1 of 1, about 0 s left", "afterwards"]


def test_a_line_is_composed_only_when_it_is_due(clock, lines):
    progress = ProgressLog()
    for wait, expected in ((9.9, []), (0.1, ["here"]), (9.9, ["here"]), (0.2, ["here"] * 2)):
        clock.sleep(wait)
        progress.log_when_due(lambda: "here")
        assert lines() == expected
