"""The plan of a new study: its size, chosen for a budget of time if there is one, and what it costs on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from aegan.cli.study_jobs import PHASES, Job, compute_makespan, list_jobs
from aegan.cli.study_size import DataDescription, StudySize, choose_default_size, describe_changes, list_sizes
from aegan.cli.study_timing import StudyTimes, time_study
from aegan.config.model import Config
from aegan.errors import InputError

ASSUMPTIONS = (
    "Timed on noise of the data's shape: a round, a probe and a product with the Jacobian of each network, one set of "
    "metrics, one figure. Supposed: nothing stops early, no other process uses the cores, and every job runs on one "
    "core (on a GPU the seeds of a method train side by side, which takes less)."
)


class Plan(NamedTuple):
    """The size of a new study, and what it costs."""

    size: StudySize
    changes: list[str]  #: what a budget changed of the default, in words
    jobs: list[Job]

    def describe(self, cores: int | None = None) -> Iterator[str]:
        """Yield the lines to print: the changes, the minutes of each phase, and of all on several cores."""
        yield from self.changes
        yield "minutes on this machine:"
        for phase in PHASES:
            own = [job.seconds for job in self.jobs if job.phase == phase]
            if own:
                yield f"  {phase:<12}{sum(own) / 60:7.1f}   {len(own)} {'job' if len(own) == 1 else 'jobs'}"
        total = sum(job.seconds for job in self.jobs)
        yield f"  {'total':<12}{total / 60:7.1f}   {len(self.jobs)} jobs"
        available = cores or count_cores()
        for count in dict.fromkeys((available, *(more for more in (4, 8) if more > available))):
            yield f"  --cores {count:<4}{compute_makespan(self.jobs, count) / 60:7.1f}"
        yield ASSUMPTIONS


def count_cores() -> int:
    """Count the cores that `snakemake` uses by default: those that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def plan_study(
    found: DataDescription,
    configure: Callable[[StudySize], Config],
    minutes: float | None = None,
    time_parts: Callable[[Config, DataDescription], StudyTimes] = time_study,
) -> Plan:
    """Choose the size of a study, and estimate what it costs.

    Args:
        found: its data.
        configure: size -> the config of the study.
        minutes: time that the study may take on all cores; None for the default size, whatever it takes.
        time_parts: config and data -> what the parts of the study take.

    Raises:
        InputError: even the smallest study takes longer.
    """
    default = choose_default_size(found)
    times = time_parts(configure(default), found)
    if minutes is None:
        return Plan(default, [], list_jobs(configure(default), found, times))
    for size in list_sizes(default):
        jobs = list_jobs(configure(size), found, times)
        needed = compute_makespan(jobs, count_cores()) / 60
        if needed <= minutes:
            return Plan(size, describe_changes(default, size), jobs)
    wrong = f"the smallest study of these data takes about {needed:.1f} minutes on this machine, not {minutes:g}"
    raise InputError("--minutes", wrong, f"Give {needed * 1.2:.0f} minutes or more, or fewer or smaller images")
