"""The progress of a run: counting its jobs, the time left, and the file that other processes read."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from aegan.errors import InputError
from aegan.pipeline.study_progress import (
    TARGETS,
    RunningJob,
    estimate_time_left,
    is_running,
    read_progress,
    start_progress,
    write_progress,
)

ROOT = Path(__file__).parents[2]
RUN = "results/gan/digits/gan/0-1"
TRAINING = RunningJob("train_gan", "train_gan/digits/gan/0-1", "logs/train.log", started=100.0, trained=RUN)
DRAWING = RunningJob("draw", "draw/s", "", started=110.0, trained="")
PLANNED = start_progress("s").plan({"train_gan": 3, "draw": 1, "all": 1})


def test_each_job_is_counted_once_as_waiting_running_or_done():
    progress = PLANNED.begin("1", TRAINING).begin("2", DRAWING)
    assert (progress.done, len(progress.running), progress.left, progress.total) == (0, 2, 3, 5)
    assert progress.slots == 2
    progress = progress.finish("2")
    assert (progress.done, list(progress.running), progress.left, progress.total) == (1, ["1"], 3, 5)
    assert progress.finish("2") == progress.fail("2") == progress  # an event that comes twice
    assert progress.slots == 2


def test_a_failed_job_is_left_until_it_begins_again():
    failed = PLANNED.begin("1", TRAINING).fail("1")
    assert (failed.failed, failed.left, failed.total) == ({"1": TRAINING.name}, 5, 5)
    again = failed.begin("1", TRAINING)
    assert (again.failed, again.left, len(again.running), again.total) == ({}, 4, 1, 5)


def test_a_verdict_lasts_until_its_run_is_trained_again():
    judged = PLANNED.judge(RUN, {"generator": {"stable": 2}})
    assert PLANNED.keep_verdicts(judged, {RUN}).verdicts == judged.verdicts
    assert PLANNED.keep_verdicts(judged, {"results/gan/digits/other/0-1"}).verdicts == {}
    assert judged.begin("2", DRAWING).verdicts == judged.verdicts
    assert judged.begin("2", TRAINING._replace(rule="diagnose_gan")).verdicts == judged.verdicts
    assert judged.begin("1", TRAINING).verdicts == {}


def test_the_time_left_is_that_of_what_runs_and_waits_shared_by_as_many_as_run():
    times = {"train_gan/digits/gan/0-1": 40.0, "train_gan/digits/latent/0-1": 80.0, "draw/s": 5.0}
    assert estimate_time_left(PLANNED, times, now=0) == (3 * 60 + 5, [])
    running = PLANNED.begin("1", TRAINING).begin("2", DRAWING)
    # 40 s, of which 12 are over, 5 s, of which 2 are over, and twice the mean of 60 s, by two at a time
    assert estimate_time_left(running, times, now=112) == ((28 + 3 + 120) / 2, [])
    # a job that takes longer than before has no negative time, and the longest job bounds the rest
    assert estimate_time_left(replace(running, slots=10), times, now=1000) == (60, [])


def test_rules_that_never_ran_are_named_and_targets_are_not():
    assert estimate_time_left(PLANNED, {"draw/s": 5.0}, now=0) == (5, ["train_gan"])
    assert estimate_time_left(PLANNED.begin("1", TRAINING), {}, now=100) == (0, ["draw", "train_gan"])
    assert estimate_time_left(PLANNED.plan(dict.fromkeys(TARGETS, 1)), {}, now=0) == (0, [])


def test_other_processes_read_what_is_written(tmp_path):
    path = tmp_path / "progress.json"
    assert read_progress(path) is None
    progress = PLANNED.begin("1", TRAINING).judge(RUN, {"generator": {"stable": 2}})
    write_progress(progress, path)
    assert read_progress(path) == progress
    for text in ("{}", '{"study": "s", "running": {"1": [1]}, "process": [1, 2]}', "[]"):
        path.write_text(text, "utf-8")
        with pytest.raises(InputError, match=r"progress\.json"):
            read_progress(path)


def test_a_run_goes_on_while_its_process_lives_and_has_not_said_that_it_ended():
    assert is_running(PLANNED)
    assert not is_running(PLANNED.end(1.0))
    number, began = PLANNED.process
    assert number == os.getpid()
    assert not is_running(replace(PLANNED, process=(number, began - 60)))  # another process got its number
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        process = (gone.pid, psutil.Process(gone.pid).create_time())
    assert not is_running(replace(PLANNED, process=process))
    assert is_running(replace(PLANNED, process=process, host="another"))  # which cannot be seen from here


def test_the_rules_that_take_no_time_are_those_without_outputs():
    """A new one would be named as a rule that has never run, and no time left would be told."""
    files = [ROOT / "Snakefile", ROOT / "workflow" / "Snakefile", *(ROOT / "workflow" / "rules").glob("*.smk")]
    rules = [
        rule for file in files for rule in re.split(r"^\s*rule\b *", file.read_text("utf-8"), flags=re.MULTILINE)[1:]
    ]
    assert {rule.partition(":")[0] for rule in rules if "output:" not in rule} == TARGETS
