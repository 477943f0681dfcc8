"""A copy of the repository that a test may run and change, with a study that takes seconds."""

import copy
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
PARTS = ["Snakefile", "config", "workflow", "profiles", "src", "data", "dvc.yaml", ".dvcignore", ".gitignore"]

STUDY = {
    "study": {"name": "tiny", "datasets": ["digits"], "methods": ["gan", "latent"], "seeds": "0-1", "block": 2},
    "datasets": {"digits": {"source": "digits"}},
    "autoencoders": {"dense": {"architecture": {"name": "dense", "code": 8, "width": 16}, "epochs": 2}},
    "gan": {"rounds": 8, "loss": "minimax"},
    "methods": {"gan": {"role": "none"}, "latent": {"role": "latent", "autoencoder": "dense"}},
    "probes": {"schedule": {"name": "evenly", "points": 4}, "batches": 2},
    "diagnosis": {"discriminator_steps": 6, "batches": 2, "eigenvalues": 2},
    "evaluation": {"samples": 60, "classifier_epochs": 1},
    "report": {"resamples": 100, "baselines": {"latent": "gan"}},
}


class Repository:
    """A copy of the repository whose default study is `STUDY`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.source = folder, folder / "src"
        for part in PARTS:
            source = ROOT / part
            if source.is_dir() and not source.is_symlink():
                shutil.copytree(
                    source, folder / part, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
                )
            else:
                shutil.copy(source, folder / part, follow_symlinks=False)
        self.configure(STUDY)

    def configure(self, study: dict[str, Any]) -> None:
        (self.folder / "config" / "config.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a command of the copy: its library, and the tools that the tests run with."""
        tools = str(Path(sys.executable).parent)
        return os.environ | {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.source),
            "OMP_NUM_THREADS": "1",
        }

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment in the copy, against the copy's library."""
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert not check or done.returncode == 0, done.stdout[-4000:] + done.stderr[-8000:]
        return done

    @contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a command as `run` does, beside the block; end it where the block fails."""
        with subprocess.Popen(command, cwd=self.folder, env=self.environment) as process:
            try:
                yield process
            except BaseException:
                process.terminate()
                raise

    def put_under_version_control(self) -> None:
        """Make the copy a repository of Git and DVC, with one commit."""
        self.run("git", "init", "--quiet")
        self.run("git", "config", "user.email", "test@example.org")
        self.run("git", "config", "user.name", "test")
        self.run("dvc", "init", "--quiet")
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", "start")

    def planned(self, *arguments: str) -> Counter[str]:
        """Count the jobs that Snakemake would run now, by rule, without the targets that run nothing."""
        text = self.run("snakemake", "--dry-run", *arguments)
        table = re.search(r"^job +count\n[- ]+\n((?:.+\n)+)", text.stdout + text.stderr, re.MULTILINE)
        rows = re.findall(r"^(\w+) +(\d+)$", table[1], re.MULTILINE) if table else []
        return Counter({rule: int(count) for rule, count in rows if rule not in {"total", "all", "default"}})

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} no longer has {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="session")
def make_repository(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Repository]:
    """Give the function that makes a fresh copy."""
    return lambda: Repository(tmp_path_factory.mktemp("repository"))


@pytest.fixture(scope="module")
def reproduced(
    tmp_path_factory: pytest.TempPathFactory, shared: Callable[[str], AbstractContextManager[Path]]
) -> Repository:
    """Give each file of tests a copy under Git and DVC, in which `dvc repro` has run: once for all of a test run."""
    with shared("reproduced") as original:
        if not original.exists():
            made = tmp_path_factory.mktemp("repository")
            from_scratch(made)
            made.rename(original)
    return copy_of(original, tmp_path_factory.mktemp("reproduced") / "repository")


def from_scratch(folder: Path) -> None:
    """Make a copy under Git and DVC, and run `dvc repro` in it."""
    repository = Repository(folder)
    repository.put_under_version_control()
    repository.run("dvc", "repro")


def copy_of(folder: Path, target: Path) -> Repository:
    """Copy a repository with all that was made in it."""
    return at(Path(shutil.copytree(folder, target, symlinks=True)))


def at(folder: Path) -> Repository:
    """Give the repository in a folder as it is."""
    repository = object.__new__(Repository)
    repository.folder, repository.source = folder, folder / "src"
    return repository


@pytest.fixture(scope="session")
def copy_repository() -> Callable[[Repository, Path], Repository]:
    """Give the function that copies a repository with all that was made in it."""
    return lambda repository, target: copy_of(repository.folder, target)


@pytest.fixture(scope="session")
def clone() -> Callable[..., Repository]:
    """Give the function that clones a repository and pulls its results, after which no tool has anything to do."""

    def cloned(repository: Repository, target: Path, remote: str, *options: str) -> Repository:
        repository.run("dvc", "remote", "add", "--default", "--local", "remote", remote)
        for option in options:
            repository.run("dvc", "remote", "modify", "--local", "remote", *option.split(maxsplit=1))
        repository.run("dvc", "push")
        repository.run("git", "clone", "--quiet", str(repository.folder), str(target))
        shutil.copy(repository.folder / ".dvc" / "config.local", target / ".dvc" / "config.local")
        clone = at(target)
        clone.run("dvc", "pull")
        assert "didn't change, skipping" in clone.run("dvc", "repro").stdout
        assert not clone.planned()
        return clone

    return cloned


@pytest.fixture
def study() -> dict[str, Any]:
    """Give the tiny study, to change."""
    return copy.deepcopy(STUDY)


@pytest.fixture
def finished(reproduced: Repository) -> Iterator[Repository]:
    """Give the finished copy; what a test changes in its files is put back."""
    yield reproduced
    reproduced.run("git", "checkout", "--quiet", "--", "src", "workflow", "config")
