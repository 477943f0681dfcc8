"""The workflow on a Slurm that runs for the length of the test: two nodes, a pretended GPU on each."""

import os
import re
import shutil
import subprocess
import time
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.slurm]

PROFILE = "workflow/profiles/slurm"

#: Slurm's answer, once another job has ended, or after half a minute: with each answer without news the plugin asks ten
#: seconds later, which is kind to a cluster and long for jobs of seconds
SQUEUE = """#!/bin/sh
known=$(cat "$0.known" 2>/dev/null)
for _ in $(seq 150); do
  ended=$({squeue} --noheader --states=all --format=%T | grep -vcE "PENDING|RUNNING|COMPLETING")
  [ "$ended" = "$known" ] || break
  sleep 0.2
done
echo "$ended" >"$0.known"
exec {squeue} "$@"
"""


class Job(NamedTuple):
    """What Slurm says of a job."""

    number: str
    rule: str  #: with the wildcards
    state: str
    gpus: int
    memory: str
    node: str
    start: str
    end: str


def jobs() -> list[Job]:
    """Ask Slurm for all jobs that it has seen, in the order of their submission."""
    shown = subprocess.run(["scontrol", "show", "job", "-d", "-o"], capture_output=True, text=True, check=True).stdout

    def read(line: str) -> Job:
        said = dict(re.findall(r"(\w+)=(\S+)", line))
        held = re.search(r"JOB_GRES=gpu:fake:(\d+)", line)
        return Job(
            number=said["JobId"],
            rule=said["Comment"].removeprefix("rule_"),
            state=said["JobState"],
            gpus=int(held[1]) if held else 0,
            memory=said["MinMemoryNode"],
            node=said.get("NodeList", ""),  # none yet of a job that waits
            start=said["StartTime"],
            end=said["EndTime"],
        )

    return [read(line) for line in shown.splitlines() if "Comment=" in line]


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `squeue` answer when there is news."""
    script = tmp_path / "squeue"
    script.write_text(SQUEUE.format(squeue=shutil.which("squeue")), "utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")


def when_running(rule: str, process: subprocess.Popen[bytes]) -> Job:
    """Wait until a job of the rule runs."""
    while process.poll() is None:
        for job in jobs():
            if job.rule.startswith(rule) and job.state == "RUNNING":
                return job
        time.sleep(0.2)
    raise AssertionError(f"Snakemake ended, and no {rule} had run")


def test_a_study_runs_on_slurm_and_what_was_cancelled_is_tried_again(slurm, news, make_repository, study):
    repository = make_repository()
    study["study"] |= {"methods": ["gan"]}
    study["report"]["baselines"] = {}
    repository.configure(study)
    repository.edit(f"{PROFILE}/config.yaml", "before-status-checks: 8", "before-status-checks: 1")
    repository.put_under_version_control()

    with repository.running("env", f"SNAKEMAKE_PROFILE={PROFILE}", "dvc", "repro") as repro:
        victim = when_running("train_gan", repro)
        subprocess.run(["scancel", victim.number], check=True)
        assert repro.wait(timeout=1800) == 0
    seen = jobs()
    assert {job.state for job in seen} == {"COMPLETED", "CANCELLED"}
    assert [job.number for job in seen if job.state == "CANCELLED"] == [victim.number]
    assert Counter((job.rule.split("_wildcards")[0], job.gpus, job.memory) for job in seen) == {
        ("prepare", 0, "2000M"): 1,
        ("train_gan", 1, "2000M"): 1,  # the victim
        ("train_gan", 1, "4000M"): 1,
        ("diagnose_gan", 1, "2000M"): 1,
        ("measure_spread", 0, "2000M"): 1,
        # rules that are one job of Slurm; of the last, drawing and grading go on side by side
        ("yardstick_measure_real_data_train_features", 1, "4000M"): 1,
        ("quality_evaluate_gan_sample_gan", 1, "4000M"): 1,
        ("report_draw_grade_tabulate_write_crate_write_report", 0, "4000M"): 1,
    }
    for first, second in combinations([job for job in seen if job.gpus], 2):
        assert first.node != second.node or first.end <= second.start or second.end <= first.start
    assert (repository.folder / "reports" / "tiny" / "index.html").stat().st_size > 0
    assert "up to date" in repository.run("dvc", "status").stdout
    assert repository.planned() == {}
