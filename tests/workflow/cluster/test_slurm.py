"""The workflow on a Slurm that runs for the length of the test: two nodes, a pretended GPU on each."""

import re
import subprocess
import time
from collections import Counter
from itertools import combinations
from typing import NamedTuple

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.slurm]

PROFILE = "workflow/profiles/slurm"


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


def when_running(rule: str, process: subprocess.Popen[bytes]) -> Job:
    """Wait until a job of the rule runs."""
    while process.poll() is None:
        for job in jobs():
            if job.rule.startswith(rule) and job.state == "RUNNING":
                return job
        time.sleep(0.2)
    raise AssertionError(f"Snakemake ended, and no {rule} had run")


def test_a_study_runs_on_slurm_and_what_was_cancelled_is_tried_again(slurm, make_repository, study):
    repository = make_repository()
    study["study"] |= {"methods": ["gan"]}
    study["report"]["baselines"] = {}
    repository.configure(study)
    # jobs of seconds are asked after early; with each look in vain the plugin waits ten seconds longer
    repository.edit(f"{PROFILE}/config.yaml", "before-status-checks: 8", "before-status-checks: 3")
    repository.put_under_version_control()

    with repository.running("env", f"SNAKEMAKE_PROFILE={PROFILE}", "dvc", "repro") as repro:
        victim = when_running("train_gan", repro)
        subprocess.run(["scancel", victim.number], check=True)
        assert repro.wait(timeout=1800) == 0
    seen = jobs()
    assert {job.state for job in seen} == {"COMPLETED", "CANCELLED"}
    assert [job.number for job in seen if job.state == "CANCELLED"] == [victim.number]
    (again,) = [job for job in seen if job.rule == victim.rule and job.number != victim.number]
    assert (victim.memory, again.memory) == ("2000M", "4000M")
    assert Counter((job.rule.split("_wildcards")[0], job.gpus) for job in seen) == {
        ("prepare", 0): 1,
        ("train_gan", 1): 2,
        ("diagnose_gan", 1): 1,
        ("exhibit_gan", 1): 1,
        ("measure_spread", 0): 1,
        # rules that are one job of Slurm
        ("yardstick_measure_floor_measure_ladder_train_features", 1): 1,
        ("quality_evaluate_gan_sample_gan", 1): 1,
        ("report_draw_grade_tabulate_write_crate_write_report", 0): 1,
    }
    for first, second in combinations([job for job in seen if job.gpus], 2):
        assert first.node != second.node or first.end <= second.start or second.end <= first.start
    assert (repository.folder / "reports" / "tiny" / "index.html").stat().st_size > 0
    assert "up to date" in repository.run("dvc", "status").stdout
    assert repository.planned() == {}
