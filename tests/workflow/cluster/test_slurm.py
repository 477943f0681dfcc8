"""The workflow on a Slurm that runs for the length of the test: two nodes, a pretended GPU on each."""

import re
import subprocess
import time
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

    # two that use a GPU at the same time, and the diagnosis; the training is cancelled under way
    features = "results/evaluation/data/digits/features.safetensors"
    with repository.running("snakemake", "diagnosis", features, "--workflow-profile", PROFILE) as snakemake:
        victim = when_running("train_gan", snakemake)
        subprocess.run(["scancel", victim.number], check=True)
        assert snakemake.wait(timeout=900) == 0
    seen = jobs()
    assert {job.state for job in seen} == {"COMPLETED", "CANCELLED"}
    assert [job.number for job in seen if job.state == "CANCELLED"] == [victim.number]
    (again,) = [job for job in seen if job.rule == victim.rule and job.number != victim.number]
    assert (victim.memory, again.memory) == ("2000M", "4000M")
    assert {(job.rule.split("_wildcards")[0], job.gpus) for job in seen} == {
        ("prepare", 0),
        ("train_gan", 1),
        ("train_features", 1),
        ("diagnose_gan", 1),
    }
    for first, second in combinations([job for job in seen if job.gpus], 2):
        assert first.node != second.node or first.end <= second.start or second.end <= first.start

    # the rest by DVC, which finds what is done and records the whole
    repository.run("env", f"SNAKEMAKE_PROFILE={PROFILE}", "dvc", "repro")
    rules = [job.rule.split("_wildcards")[0] for job in jobs()]
    assert {"evaluate_gan", "tabulate", "write_report"} <= set(rules)
    assert (rules.count("train_gan"), rules.count("train_features"), rules.count("diagnose_gan")) == (2, 1, 1)
    assert (repository.folder / "reports" / "tiny" / "index.html").stat().st_size > 0
    assert "up to date" in repository.run("dvc", "status").stdout
    assert repository.planned() == {}
