"""The same study once more, on a disk that fills up in the middle: it ends with the same bytes."""

import filecmp
import re
import runpy
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

pytestmark = pytest.mark.slow

is_timed = runpy.run_path(str(Path(__file__).with_name("timed_files.py")))["is_timed"]

PAGE = 4096


@pytest.fixture(scope="module")
def repeated(reproduced: Any, make_repository: Callable[[], Any]) -> Iterator[SimpleNamespace]:
    """Give the finished study run again, and the messages and files of the moment when its disk was full.

    The disk has half the space that the results need, and is enlarged then. Without the right to mount it, the study is
    run again on the usual disk.
    """
    repository = make_repository()
    results = repository.folder / "results"
    results.mkdir()
    needed = sum(-(-path.stat().st_size // PAGE) * PAGE for path in files(reproduced.folder / "results"))
    small, stopped = mount(f"size={needed // 2}", results), None
    try:
        if small.returncode == 0:
            done = repository.run("snakemake", "--cores", "2", check=False)
            torn = altered(reproduced.folder / "results", results)
            stopped = SimpleNamespace(done=done, left=len(files(results)), torn=torn)
            mount(f"remount,size={2 * needed}", results, check=True)
        repository.run("aegan", "run", "--cores", "2")
        yield SimpleNamespace(repository=repository, stopped=stopped, refused=small.stderr.strip())
    finally:
        if small.returncode == 0:
            subprocess.run(["umount", "--lazy", results], check=True)


def mount(options: str, folder: Path, *, check: bool = False) -> subprocess.CompletedProcess[str]:
    """Mount a disk in memory, or change one."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=check)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("**/*") if path.is_file()]


def altered(whole: Path, again: Path) -> set[Path]:
    """Return the files of a study run again whose bytes differ from those of the first run, except timed ones."""
    names = {path.relative_to(again) for path in files(again)}
    timed = {name for name in names if is_timed(name) or name.name == "run.json"}
    return {name for name in names - timed if not filecmp.cmp(whole / name, again / name, shallow=False)}


def test_a_disk_that_fills_up_within_a_study_is_named_with_its_mend_and_leaves_no_torn_file(repeated):
    if not repeated.stopped:
        pytest.skip(f"only root mounts a small disk ({repeated.refused})")
    done = repeated.stopped.done
    assert done.returncode == 1
    assert re.search(
        r"results/\S+: cannot be written, because its disk is too full \(\d\.\d MB free\)\. Make space", done.stderr
    )
    assert "Traceback" not in done.stderr
    assert repeated.stopped.left > 10
    assert not repeated.stopped.torn


def test_the_same_config_gives_the_same_bytes_also_after_the_disk_was_full(reproduced, repeated):
    for top in ("results", "reports"):
        whole, again = reproduced.folder / top, repeated.repository.folder / top
        assert {path.relative_to(whole) for path in files(whole)} == {path.relative_to(again) for path in files(again)}
        assert not altered(whole, again)


def test_the_result_of_a_seed_does_not_depend_on_its_block(repeated, study):
    repository = repeated.repository
    study["study"] |= {"seeds": "1-1", "name": "alone"}
    repository.configure(study)
    repository.run("snakemake", "--cores", "2", "gan")
    for method in ("gan", "latent"):
        together, alone = (repository.folder / "results/gan/digits" / method / block for block in ("0-1", "1-1"))
        weights = load_file(alone / "weights.safetensors")
        block = load_file(together / "weights.safetensors")
        assert weights
        assert all(np.array_equal(value, block[key]) for key, value in weights.items())
        assert np.array_equal(np.load(alone / "samples.npy")[0], np.load(together / "samples.npy")[1])
