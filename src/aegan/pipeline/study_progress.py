"""The progress of a run of the workflow: the jobs that are done, at work and left, and the time that is left."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import psutil

from aegan.errors import InputError
from aegan.pipeline.job_times import average_times
from aegan.storage import read_json, write_json

#: the progress of the last run in this folder
PROGRESS_FILE = Path(".snakemake/aegan/progress.json")
#: rules that do nothing but name the files of others
TARGETS = {
    *("default", "all"),
    *("data", "autoencoder", "latents", "gan", "diagnosis", "evaluation", "reproductions", "report"),
}

#: the rule that trains anew what verdicts are on
TRAINING = "train_gan"


class RunningJob(NamedTuple):
    """A job at work, or submitted to a cluster."""

    rule: str
    name: str  #: RULE/WILDCARDS
    log: str  #: its log file; empty for a job without one
    trained: str  #: results/gan/DATASET/METHOD/SEEDS that it trains, diagnoses or evaluates; empty for other jobs
    started: float  #: seconds since 1970


@dataclass(frozen=True)
class Progress:
    """The progress of a run.

    Args:
        study: name of the study.
        waiting: rule -> number of its jobs that have not begun.
        running: id -> job at work.
        failed: id -> name of a job that failed and was not begun again.
        done: number of finished jobs.
        slots: largest number of jobs that were at work at the same time.
        verdicts: results/gan/DATASET/METHOD/SEEDS that is trained -> network -> verdict -> number of seeds.
        ended: when the run ended, in seconds since 1970; None while it goes on.
        host: the machine of Snakemake.
        process: id of Snakemake's process, and when it began, in seconds since 1970.
    """

    study: str
    waiting: Mapping[str, int] = field(default_factory=dict)
    running: Mapping[str, RunningJob] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    done: int = 0
    slots: int = 1
    verdicts: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    ended: float | None = None
    host: str = ""
    process: tuple[int, float] = (0, 0.0)

    @property
    def left(self) -> int:
        """The number of jobs that have not begun."""
        return sum(self.waiting.values())

    @property
    def total(self) -> int:
        """The number of jobs of the run."""
        return self.done + len(self.running) + self.left

    def plan(self, jobs: Mapping[str, int]) -> Progress:
        """Return the progress when the jobs are known: rule -> number of jobs."""
        return replace(self, waiting=dict(jobs))

    def begin(self, number: str, job: RunningJob) -> Progress:
        """Return the progress when a job has begun, for the first time or again."""
        running = {**self.running, number: job}
        waiting = {**self.waiting, job.rule: max(0, self.waiting.get(job.rule, 0) - (number not in self.running))}
        failed = {other: name for other, name in self.failed.items() if other != number}
        gone = job.trained if job.rule == TRAINING else None
        verdicts = {trained: own for trained, own in self.verdicts.items() if trained != gone}
        slots = max(self.slots, len(running))
        return replace(self, waiting=waiting, running=running, failed=failed, slots=slots, verdicts=verdicts)

    def finish(self, number: str) -> Progress:
        """Return the progress when a job is done."""
        running = {other: job for other, job in self.running.items() if other != number}
        return replace(self, running=running, done=self.done + (number in self.running))

    def fail(self, number: str) -> Progress:
        """Return the progress when a job has failed: it is left, because Snakemake may try it again."""
        if number not in self.running:
            return self
        job = self.running[number]
        running = {other: job for other, job in self.running.items() if other != number}
        waiting = {**self.waiting, job.rule: self.waiting.get(job.rule, 0) + 1}
        return replace(self, running=running, waiting=waiting, failed={**self.failed, number: job.name})

    def keep_verdicts(self, earlier: Progress, trained: Collection[str]) -> Progress:
        """Return the progress with the verdicts of an earlier run on what is trained for this study, too."""
        return replace(self, verdicts={run: own for run, own in earlier.verdicts.items() if run in trained})

    def judge(self, trained: str, verdicts: Mapping[str, Mapping[str, int]]) -> Progress:
        """Return the progress with the verdicts on what a job trained: network -> verdict -> number of seeds."""
        return replace(self, verdicts={**self.verdicts, trained: verdicts})

    def end(self, now: float) -> Progress:
        """Return the progress when the run has ended."""
        return replace(self, ended=now)


def start_progress(study: str) -> Progress:
    """Return the progress of a run that this process has begun."""
    return Progress(study, host=platform.node(), process=(os.getpid(), psutil.Process().create_time()))


def write_progress(progress: Progress, path: Path = PROGRESS_FILE) -> None:
    """Write the progress of a run, for other processes."""
    write_json(path, asdict(progress))


def read_progress(path: Path = PROGRESS_FILE) -> Progress | None:
    """Read the progress of the last run in this folder; None if none was written.

    Raises:
        InputError: the file is not as `write_progress` wrote it.
    """
    if not path.is_file():
        return None
    try:
        content = read_json(path)
        running = {number: RunningJob(*job) for number, job in content.pop("running").items()}
        number, began = content.pop("process")
        return Progress(**content, running=running, process=(int(number), float(began)))
    except (TypeError, ValueError, LookupError, AttributeError):
        raise InputError(path, "is not the progress of a run", "Remove it; the next run writes it anew") from None


def is_running(progress: Progress) -> bool:
    """Return whether a run goes on; of one on another machine, whether it has not said that it ended."""
    if progress.ended is not None or progress.host != platform.node():
        return progress.ended is None
    number, began = progress.process
    try:
        return bool(abs(psutil.Process(number).create_time() - began) < 1)
    except psutil.NoSuchProcess:
        return False


class TimeLeft(NamedTuple):
    """An estimate of the time until a run ends."""

    seconds: float
    unknown: list[str]  #: rules with jobs left that have never run here, which the estimate leaves out


def estimate_time_left(progress: Progress, times: Mapping[str, float], now: float | None = None) -> TimeLeft:
    """Estimate the time until a run ends from what its jobs took before, as many at a time as were at work together.

    Args:
        progress: the progress of the run.
        times: job -> seconds, from `read_job_times`.
        now: seconds since 1970; None for this moment.
    """
    now = time.time() if now is None else now
    average = {
        rule: average_times(rule, times) for rule in {*progress.waiting, *(j.rule for j in progress.running.values())}
    }
    needed, unknown = [], set[str]()
    for job in progress.running.values():
        expected = times.get(job.name, average[job.rule])
        needed.append(max(0.0, (expected or 0.0) - (now - job.started)))
        unknown |= {job.rule} if expected is None else set()
    for rule, count in progress.waiting.items():
        needed += [average[rule] or 0.0] * count
        unknown |= {rule} if count and average[rule] is None else set()
    longest = max(needed, default=0.0)
    return TimeLeft(max(longest, sum(needed) / progress.slots), sorted(unknown - TARGETS))
