"""Killed at any moment, in any phase: one command finishes, and every byte is what an uninterrupted run writes.

`AEGAN_KILLS=25 pytest -n 0 -s tests/workflow/test_kills.py` kills more often than CI does, and says when.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
import yaml

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("AEGAN_KILLS", "6"))
SEED = int(os.environ.get("AEGAN_KILLS_SEED", "0"))

#: phase -> its rules, whose jobs are killed, and the folder that makes it run again when it goes
PHASES = {
    "autoencoder": (["train_autoencoder"], "results/autoencoder"),
    "gan": (["train_gan"], "results/gan"),
    "evaluation": (["train_features", "measure_ladder", "evaluate_autoencoder", "evaluate_gan"], "results/evaluation"),
    "report": (["tabulate", "draw", "write_report"], "reports"),
}
#: what is killed, in turn: Snakemake alone, so that its jobs are left behind, and SIGTERM as Slurm sends it
VICTIMS = ["snakemake", "autoencoder", "gan", "preempted", "evaluation", "report"]

#: what holds a time
TIMED = {"cost.csv", "cost.svg", "cost.png", "index.html"}


class Process:
    """Snakemake at work in a copy of the repository."""

    def __init__(self, repository: Any) -> None:
        command = [str(Path(sys.executable).parent / "snakemake"), "--cores", "2"]
        self.output = repository.folder / "output.txt"
        with self.output.open("w") as output:
            self.process = psutil.Popen(
                command, cwd=repository.folder, env=repository.environment(), stdout=output, stderr=subprocess.STDOUT
            )

    def job(self, rule: str) -> psutil.Process | None:
        """Find the process of a rule's script."""
        for child in self.process.children(recursive=True):
            try:
                if child.name().startswith("python") and any(f".{rule}.py" in part for part in child.cmdline()):
                    return child
            except psutil.Error:
                continue  # it has just ended
        return None

    def running(self) -> bool:
        return self.process.poll() is None

    def end(self) -> str:
        """Wait for the end, and return what was said."""
        self.process.wait()
        return self.output.read_text("utf-8")


class Blow(NamedTuple):
    victim: str
    rule: str
    after: float  # seconds since the job was seen
    ended: float  # seconds from the signal to the end of the process
    said: str


def finish(repository: Any) -> str:
    """Do what a user does after a kill: one command."""
    repository.run("snakemake", "--unlock")
    process = Process(repository)
    said = process.end()
    assert process.process.returncode == 0, said[-6000:]
    return said


def strike(repository: Any, victim: str, rng: random.Random, seconds: dict[str, float]) -> Blow:
    """Run the study until one blow has landed."""
    phase = {"snakemake": "gan", "preempted": "gan"}.get(victim, victim)
    rules, folder = PHASES[phase]
    while True:
        rule = rng.choice(rules)
        if (repository.folder / folder).exists() and rule not in repository.planned():
            shutil.rmtree(repository.folder / folder)
        repository.run("snakemake", "--unlock")
        snakemake = Process(repository)
        while snakemake.running():
            if (job := snakemake.job(rule)) and (landed := hit(repository, snakemake, job, victim, rng, seconds[rule])):
                return Blow(victim, rule, *landed, snakemake.end())
            time.sleep(0.01)


def marks(checkpoints: Path) -> dict[Path, int]:
    """See which checkpoints of training there are, and of when."""
    found = {}
    for path in checkpoints.glob("*/**/seed-*.safetensors"):
        with suppress(FileNotFoundError):
            found[path] = path.stat().st_mtime_ns
    return found


def hit(
    repository: Any, snakemake: Process, job: psutil.Process, victim: str, rng: random.Random, seconds: float
) -> tuple[float, float] | None:
    """Wait for a random moment, and send the signal; None if the job was faster."""
    seen, wait, kept = time.monotonic(), rng.uniform(0, seconds), repository.folder / ".checkpoints"
    if victim == "preempted" or (victim in {"autoencoder", "gan"} and rng.random() < 0.8):  # not amid imports
        before = marks(kept)
        while job.is_running() and marks(kept) == before:
            time.sleep(0.005)
        wait *= 0 if victim == "preempted" else 0.25
    time.sleep(wait)
    target = snakemake.process if victim == "snakemake" else job
    try:
        struck = time.monotonic()
        target.send_signal(signal.SIGTERM if victim == "preempted" else signal.SIGKILL)
    except psutil.NoSuchProcess:
        return None
    target.wait()
    return struck - seen, time.monotonic() - struck


@pytest.fixture(scope="module")
def prepared(make_repository: Callable[[], Any]) -> Callable[[], Any]:
    """Give a function that makes a copy whose study can be interrupted: checkpoints 20 times a second."""

    def make() -> Any:
        repository = make_repository()
        study = yaml.safe_load((repository.folder / "config" / "config.yaml").read_text("utf-8"))
        study["study"]["methods"] = ["latent"]
        study["gan"]["rounds"] = 300
        study["autoencoders"]["dense"]["epochs"] = 50
        study["report"] = {"resamples": 100}
        repository.configure(study)
        repository.edit("src/aegan/training/checkpoint.py", "seconds: float = 30.0", "seconds: float = 0.05")
        return repository

    return make


@pytest.fixture(scope="module")
def whole(prepared):
    """Give the study, never interrupted."""
    repository = prepared()
    repository.run("snakemake", "--cores", "2")
    return repository


def durations(repository: Any) -> dict[str, float]:
    """Read how long the job of each rule took."""
    found = {}
    for path in (repository.folder / "logs" / "benchmarks").glob("**/*.tsv"):
        rule = path.relative_to(repository.folder / "logs" / "benchmarks").parts[0].removesuffix(".tsv")
        found[rule] = float(path.read_text("utf-8").splitlines()[1].split()[0])
    return found


def content(folder: Path) -> dict[str, bytes]:
    """Read every file under results and reports, without the times in the records of runs."""
    files = [path for top in ("results", "reports") for path in (folder / top).glob("**/*") if path.is_file()]
    return {
        str(path.relative_to(folder)): timeless(path) if path.name == "run.json" else path.read_bytes()
        for path in files
        if path.name not in TIMED
    }


def timeless(path: Path) -> bytes:
    record = json.loads(path.read_text("utf-8"))
    for member in record["members"]:
        del member["seconds"]
    return json.dumps(record).encode()


def test_killed_again_and_again_it_ends_with_the_same_bytes(whole, prepared):
    rng, seconds, killed = random.Random(SEED), durations(whole), prepared()
    blows = []
    for number in range(KILLS):
        blow = strike(killed, VICTIMS[number % len(VICTIMS)], rng, seconds)
        blows.append(blow)
        resumed = ", ".join(re.findall(r"resumes at round \d+", blow.said)) or "-"
        print(
            f"{blow.victim:12} {blow.rule:20} after {blow.after:5.1f} s, gone in {blow.ended:4.1f} s; before: {resumed}"
        )
    said = finish(killed)
    expected, found = content(whole.folder), content(killed.folder)
    assert found.keys() == expected.keys()  # nothing is missing, and nothing is left over
    assert {name for name in expected if found[name] != expected[name]} == set()
    assert len(expected) > 60
    assert not [path for path in (killed.folder / ".checkpoints").glob("**/*") if path.is_file()]
    assert not killed.planned()

    preempted = [blow for blow in blows if blow.victim == "preempted"]
    assert all("told to end (SIGTERM)" in blow.said for blow in preempted)
    rounds = re.findall(r"resumes at round (\d+)", " ".join([*(blow.said for blow in blows), said]))
    assert any(map(int, rounds)) or not preempted
