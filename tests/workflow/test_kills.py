"""Runs that are killed at any moment of any phase: one command finishes them, with the bytes of an uninterrupted run.

`AEGAN_KILLS=30 pytest -n 0 -s tests/workflow/test_kills.py` kills more often than CI does, and prints when.
"""

import json
import os
import random
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("AEGAN_KILLS", "8"))
SEED = int(os.environ.get("AEGAN_KILLS_SEED", "0"))

#: whose jobs are killed, in turn: all phases have theirs
VICTIMS = [
    *("train_autoencoder", "train_gan", "evaluate_gan", "tabulate", "train_features", "diagnose_gan", "write_report"),
    *("encode", "measure_real_data", "evaluate_autoencoder", "prepare", "draw", "sample_gan"),
]

is_timed = runpy.run_path(str(Path(__file__).with_name("timed_files.py")))["is_timed"]

#: a line in job.py before which jobs are written down
BEFORE = "        outputs = _as_paths(job.output)\n"
NOTE = """
        import json
        kinds = ("input", "output", "params", "wildcards", "resources")
        record = {kind: dict(getattr(job, kind).items()) for kind in kinds} | {"log": list(job.log), "rule": job.rule}
        Path("jobs").mkdir(exist_ok=True)
        Path("jobs", job.rule + ".json").write_text(json.dumps(record))
"""


@pytest.fixture(scope="module")
def whole(make_repository: Callable[[], Any]) -> Any:
    """Give a study with a checkpoint at every chance, never interrupted, whose jobs are written down."""
    repository = make_repository()
    study = yaml.safe_load((repository.folder / "config" / "config.yaml").read_text("utf-8"))
    study["study"]["methods"] = ["latent"]
    study["gan"]["rounds"] = 200
    study["autoencoders"]["dense"]["epochs"] = 40
    repository.configure(study | {"report": {"resamples": 100}})
    repository.edit("src/aegan/training/checkpoint.py", "seconds: float = 30.0", "seconds: float = 0.02")
    repository.edit("src/aegan/pipeline/job.py", BEFORE, NOTE + BEFORE)
    repository.run("snakemake", "--cores", "2")
    return repository


@pytest.fixture(scope="module")
def killed(whole: Any, copy_repository: Callable[[Any, Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give a copy whose Snakemake, and it alone, was killed while its GAN trained anew; one command finished it."""
    repository = copy_repository(whole, tmp_path_factory.mktemp("killed") / "repository")
    command = [str(Path(sys.executable).parent / "snakemake"), "--cores", "2", "--forcerun", "train_gan"]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    snakemake = psutil.Popen(command, cwd=repository.folder, env=repository.environment, **silent)
    while not list(repository.folder.glob(".checkpoints/gan/**/*.safetensors")):
        assert snakemake.poll() is None, "it ended without training a GAN"
        time.sleep(0.01)
    snakemake.kill()
    snakemake.wait()
    assert "--unlock" in repository.run("snakemake", check=False).stderr  # the stale lock, and how to fix it
    finish(repository)
    return repository


def finish(repository: Any) -> None:
    """Do what a user does after a kill: one command, once the jobs that were left have ended."""
    while "is at work here" in (done := repository.run("aegan", "run", "--cores", "2", check=False)).stderr:
        time.sleep(0.2)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]


class Forks:
    """Recorded jobs of a copy, in forks of one process."""

    def __init__(self, repository: Any) -> None:
        self.folder = repository.folder
        command = [sys.executable, str(Path(__file__).with_name("forked.py"))]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=self.folder, env=repository.environment, **pipes)
        assert self.process.stdout.readline() == "ready\n"

    def record(self, rule: str) -> dict[str, Any]:
        return json.loads((self.folder / "jobs" / f"{rule}.json").read_text("utf-8"))

    def run(
        self, rule: str, after: float | str | None = None, number: int = signal.SIGKILL
    ) -> tuple[int, float, float]:
        """Do a job; return its exit status, its seconds, and those from the signal to its end."""
        self.process.stdin.write(json.dumps({"job": self.record(rule), "after": after, "signal": int(number)}) + "\n")
        self.process.stdin.flush()
        return tuple(json.loads(self.process.stdout.readline()))

    def without_outputs(self, rule: str) -> None:
        """Remove what a job has written, as Snakemake does before it starts one."""
        for value in self.record(rule)["output"].values():
            for path in [value] if isinstance(value, str) else value:
                (self.folder / path).unlink(missing_ok=True)

    def said(self, rule: str) -> str:
        return (self.folder / self.record(rule)["log"][0]).read_text("utf-8")


@pytest.fixture(scope="module")
def forks(killed: Any) -> Iterator[Forks]:
    """Give the jobs of the study that was killed once already."""
    started = Forks(killed)
    yield started
    started.process.stdin.close()
    started.process.wait()


def content(folder: Path) -> dict[str, bytes]:
    """Read every file under results and reports, without the times in the records of runs."""
    files = [path for top in ("results", "reports") for path in (folder / top).glob("**/*") if path.is_file()]
    return {
        str(path.relative_to(folder)): timeless(path) if path.name == "run.json" else path.read_bytes()
        for path in files
        if not is_timed(path)
    }


def timeless(path: Path) -> bytes:
    record = json.loads(path.read_text("utf-8"))
    del record["date"], record["engine"]  # a training that resumes near its end plays the rest eagerly
    for member in record["members"]:
        del member["seconds"]
    return json.dumps(record).encode()


def same(whole: Any, repository: Any) -> None:
    expected, found = content(whole.folder), content(repository.folder)
    assert found.keys() == expected.keys()  # nothing is missing, and nothing is left over
    assert {name for name in expected if found[name] != expected[name]} == set()
    assert len(expected) > 60
    assert not [path for path in (repository.folder / ".checkpoints").glob("**/*") if path.is_file()]


def test_a_killed_snakemake_is_finished_by_one_command_with_the_same_bytes(whole, killed):
    same(whole, killed)
    assert not killed.planned()


def test_what_is_gone_is_made_again_though_the_clock_jumped_back(whole, killed):
    page = killed.folder / "reports" / "tiny" / "index.html"
    page.unlink()
    ahead = time.time() + 1e8
    for path in killed.folder.glob("results/**/*.*"):
        os.utime(path, (ahead, ahead))
    done = killed.run("aegan", "run", "--cores", "2")
    assert "were dated in the future" in done.stdout
    assert page.is_file()
    same(whole, killed)
    assert not killed.planned()


def test_jobs_killed_at_any_moment_end_with_the_same_bytes(whole, killed, forks):
    rng = random.Random(SEED)
    for rule in VICTIMS[:KILLS]:
        forks.without_outputs(rule)
        status, seconds, _ = forks.run(rule)
        assert status == 0, forks.said(rule)
        for _ in range(-(-KILLS // len(VICTIMS))):
            status, after = 0, seconds
            while status == 0:  # it ended before the kill; an earlier one meets it at last, however fast it is now
                forks.without_outputs(rule)
                after = rng.uniform(0, after)
                status, _, _ = forks.run(rule, after)
            assert status == -signal.SIGKILL, forks.said(rule)
            print(f"{rule:22} of {seconds:5.2f} s, killed after {after:5.2f} s")  # noqa: T201
        assert forks.run(rule)[0] == 0, forks.said(rule)
    same(whole, killed)


@pytest.mark.parametrize(
    ("rule", "number"),
    [("train_autoencoder", signal.SIGTERM), ("train_gan", signal.SIGTERM), ("train_gan", signal.SIGKILL)],
)
def test_training_that_was_ended_goes_on_from_a_checkpoint(whole, killed, forks, rule, number):
    forks.without_outputs(rule)
    phase = rule.removeprefix("train_")
    status, _, until = forks.run(rule, f".checkpoints/{phase}/*/*/*/seed-*.safetensors", number)
    print(f"{rule}: {until:.3f} s from {number.name} to the end")  # noqa: T201
    assert status == (1 if number == signal.SIGTERM else -number)
    assert ("stopped by SIGTERM" in forks.said(rule)) == (number == signal.SIGTERM)
    assert forks.run(rule)[0] == 0
    assert "resumes at round" in forks.said(rule)
    same(whole, killed)


def test_a_second_snakemake_is_told_of_the_first(whole):
    command = [str(Path(sys.executable).parent / "snakemake"), "--cores", "1", "--forcerun", "write_crate"]
    with psutil.Popen(command, cwd=whole.folder, env=whole.environment, stderr=subprocess.DEVNULL) as first:
        while not list(whole.folder.glob(".snakemake/locks/*")):
            assert first.poll() is None
            time.sleep(0.01)
        first.suspend()  # until the second has looked
        second = whole.run("snakemake", "--cores", "1", check=False)
        ours = whole.run("aegan", "run", "--cores", "1", check=False)
        first.resume()
    assert first.returncode == 0
    assert second.returncode == ours.returncode == 1
    assert "cannot be locked" in second.stderr
    assert "--unlock" in second.stderr
    assert "is at work here. Wait for its end" in ours.stderr


def test_a_job_waits_for_one_that_a_killed_snakemake_left(whole, killed, forks):
    left = Forks(killed)
    forks.without_outputs("train_gan")
    record = {"job": left.record("train_gan"), "after": None, "signal": 0}
    left.process.stdin.write(json.dumps(record) + "\n")
    left.process.stdin.flush()
    while not list(killed.folder.glob(".checkpoints/gan/**/*.safetensors")):
        time.sleep(0.005)
    assert forks.run("train_gan")[0] == 0
    left.process.stdin.close()
    assert left.process.wait() == 0
    same(whole, killed)


@pytest.mark.parametrize("year", [1990, 2060])
def test_a_clock_that_jumps_reruns_nothing(whole, year):
    moment = time.mktime((year, 1, 1, 0, 0, 0, 0, 1, -1))
    for number, path in enumerate(sorted((whole.folder / "results").glob("**/*.*"))):
        if number % 2:
            os.utime(path, (moment, moment))
    assert not whole.planned()


def test_half_a_shard_is_named_with_what_to_do(killed, forks):
    shard = killed.folder / "results" / "data" / "digits" / "train.npy"
    content = shard.read_bytes()
    shard.write_bytes(content[: len(content) // 2])
    assert forks.run("encode")[0] == 1
    said = forks.said("encode")
    assert "train.npy: cannot be read, it may be truncated" in said
    assert "Remove it: `snakemake` makes it again" in said
    assert "Traceback" not in said
    shard.write_bytes(content)
    assert forks.run("encode")[0] == 0


def test_a_missing_file_of_the_users_is_named(killed):
    name = "data/raw/none.npy"
    sources = json.dumps({"none": {"source": {"name": "npy", "path": name}}})
    done = killed.run(
        "snakemake", "--config", f"datasets={sources}", "study={datasets: [none]}", "--", "data", check=False
    )
    assert done.returncode == 1
    assert f"datasets.none.source.path: {name} is not there" in done.stderr
