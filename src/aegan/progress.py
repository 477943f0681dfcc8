"""Progress of long tasks in the log: which task, how much of it is done, and the time left."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

log = logging.getLogger("aegan")

#: seconds between two lines of progress; a task that takes less time has none
PROGRESS_SECONDS = 10.0

_tasks: ContextVar[tuple[str, ...]] = ContextVar("tasks", default=())

Item = TypeVar("Item")


@contextmanager
def name_task(name: str) -> Iterator[None]:
    """Name the task that the block is part of: every line that is logged inside begins with it."""
    token = _tasks.set((*_tasks.get(), name))
    try:
        yield
    finally:
        _tasks.reset(token)


def log_line(line: str) -> None:
    """Log a line below the names of the tasks that it belongs to."""
    log.info("%s", ": ".join([*_tasks.get(), line]))


class ProgressLog:
    """Logs lines of progress, at most one every `PROGRESS_SECONDS`."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def log_when_due(self, describe: Callable[[], str]) -> None:
        """Log a line if the last one, or the start, is long enough ago; only then it is composed."""
        if time.monotonic() - self._last >= PROGRESS_SECONDS:
            self._last = time.monotonic()
            log_line(describe())


def track(items: Iterable[Item], task: str, total: int | None = None) -> Iterator[Item]:
    """Yield items, and log how many are done and the time left, supposing that all of them take equally long.

    Args:
        items: what a loop goes through.
        task: name of the loop, such as `figures`.
        total: number of items, where they have no length.
    """
    total = len(items) if total is None and isinstance(items, Sized) else total
    progress, started = ProgressLog(), time.monotonic()
    for done, item in enumerate(items, 1):
        yield item
        progress.log_when_due(lambda done=done: _describe(task, done, total, time.monotonic() - started))  # type: ignore[misc]


def _describe(task: str, done: int, total: int | None, seconds: float) -> str:
    if total is None:
        return f"{task}: {done} done"
    return f"{task}: {done} of {total}, about {seconds / done * (total - done):.0f} s left"
