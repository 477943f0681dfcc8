"""Who may run in a folder; tests/workflow/test_run.py kills real runs."""

import json
import os
import platform
import subprocess
import sys
import time

import pytest
from filelock import FileLock

from aegan.errors import AeganError, InputError
from aegan.pipeline.workflow_lock import HOST_FILE, SNAKEMAKE_FOLDER, hold_run_lock, record_host, remove_stale_lock


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def locked(folder):
    """Give a folder that a Snakemake has locked."""
    lock = SNAKEMAKE_FOLDER / "locks" / "0.output.lock"
    lock.parent.mkdir(parents=True)
    lock.write_text("results/a.npy\n", "utf-8")
    return lock


def remove(status=0):
    """Remove the lock; return the lines that were reported, and how often Snakemake was called."""
    lines, calls = [], []

    def unlock():
        calls.append(1)
        return status

    remove_stale_lock(unlock, lines.append)
    return lines, len(calls)


def test_the_lock_is_held_for_the_block_and_free_afterwards(folder):
    with hold_run_lock(), pytest.raises(InputError, match="another `aegan run` is at work here"), hold_run_lock():
        pass
    with hold_run_lock():
        pass
    assert not FileLock(SNAKEMAKE_FOLDER / "aegan.lock").is_locked


@pytest.mark.parametrize(("elsewhere", "name"), [(False, "snakemake"), (True, "snakemake"), (False, "other")])
def test_a_snakemake_in_this_folder_alone_is_noticed(folder, tmp_path_factory, elsewhere, name):
    code = "import sys; print(flush=True); sys.stdin.read()"
    place = tmp_path_factory.mktemp("elsewhere") if elsewhere else folder
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code, name], cwd=place, **pipes) as process:
        process.stdout.readline()
        try:
            with hold_run_lock():
                found = None
        except InputError as error:
            found = str(error)
        process.stdin.close()
    if elsewhere or name == "other":
        assert found is None
    else:
        assert f"Snakemake, or a job of it (process {process.pid}) is at work here" in found


def test_a_folder_without_a_lock_is_left_alone(folder):
    assert remove() == ([], 0)


def test_a_stale_lock_of_this_machine_is_removed(locked):
    record_host()
    assert json.loads(HOST_FILE.read_text("utf-8")) == {"host": platform.node()}
    assert remove() == (["unlocked: the Snakemake that held this folder is gone"], 1)
    with pytest.raises(AeganError, match="--unlock"):
        remove(status=1)


def test_a_lock_of_another_machine_is_respected(locked):
    HOST_FILE.write_text('{"host": "login2"}', "utf-8")
    with pytest.raises(InputError, match="is locked by a Snakemake on login2"):
        remove()


def test_a_lock_whose_machine_is_not_recorded_is_respected_for_a_minute(locked):
    with pytest.raises(InputError, match="was locked a moment ago"):
        remove()
    old = time.time() - 100
    os.utime(locked, (old, old))
    assert remove()[1] == 1
