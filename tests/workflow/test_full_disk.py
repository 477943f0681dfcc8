"""The same study once more, on a disk that fills up in the middle: it ends with the same bytes."""

import filecmp
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

pytestmark = pytest.mark.slow

#: what holds a time: the records of runs, the costs, and what is drawn or written from them, or tells their hashes
TIMED = {"run.json", "cost.csv", "cost.svg", "cost.png", "index.html", "ro-crate-metadata.json"}
HASHES = {"train_autoencoder", "train_gan", "exhibit_gan", "tabulate", "draw", "write_report", "write_crate"}

PAGE = 4096


@pytest.fixture(scope="module")
def twin(reproduced: Any, make_repository: Callable[[], Any]) -> Iterator[SimpleNamespace]:
    """Give a study like the finished one, and what was said and left there when its disk was full.

    The disk has half the room that the results need, and is enlarged then. Who may not mount it gets the study alone.
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
    """Name the files of a study run again whose bytes are not those of the whole one, but for what holds times."""
    names = {path.relative_to(again) for path in files(again)}
    timed = {name for name in names if {name.name} & TIMED or HASHES & set(name.parts)}
    return {name for name in names - timed if not filecmp.cmp(whole / name, again / name, shallow=False)}


def test_a_disk_that_fills_up_within_a_study_is_named_with_its_mend_and_leaves_no_torn_file(twin):
    if not twin.stopped:
        pytest.skip(f"only root mounts a small disk ({twin.refused})")
    done = twin.stopped.done
    assert done.returncode == 1
    assert re.search(
        r"results/\S+: cannot be written, for its disk is too full \(\d\.\d MB free\)\. Make space", done.stderr
    )
    assert "Traceback" not in done.stderr
    assert twin.stopped.left > 10
    assert not twin.stopped.torn


def test_the_same_config_gives_the_same_bytes_also_after_the_disk_was_full(reproduced, twin):
    for top in ("results", "reports"):
        whole, again = reproduced.folder / top, twin.repository.folder / top
        assert {path.relative_to(whole) for path in files(whole)} == {path.relative_to(again) for path in files(again)}
        assert not altered(whole, again)


def test_a_seed_does_not_know_its_block(twin, study):
    repository = twin.repository
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
