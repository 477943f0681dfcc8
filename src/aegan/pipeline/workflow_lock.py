"""The lock of a working folder: it allows one `aegan run` at a time and removes the lock of a killed Snakemake."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from aegan.errors import AeganError, InputError
from aegan.storage import read_json, write_json

SNAKEMAKE_FOLDER = Path(".snakemake")
HOST_FILE = SNAKEMAKE_FOLDER / "holder.json"  #: names the machine whose Snakemake locked the folder last
HOST_DELAY = 60  #: seconds after which a Snakemake that took the lock has written `HOST_FILE`


def record_host() -> None:
    """Record the machine that runs jobs in this folder. The Snakefile calls it when jobs are about to start."""
    write_json(HOST_FILE, {"host": platform.node()})


@contextmanager
def hold_run_lock() -> Iterator[None]:
    """Lock the folder against other runs for the length of the block. The system releases the lock of a killed run.

    Raises:
        InputError: another `aegan run`, a Snakemake or one of its jobs is active in this folder.
    """
    SNAKEMAKE_FOLDER.mkdir(exist_ok=True)
    lock = FileLock(SNAKEMAKE_FOLDER / "aegan.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise _busy("another `aegan run`") from None
    try:
        if processes := find_processes():
            raise _busy(f"Snakemake, or a job of it (process {', '.join(map(str, processes))})")
        yield
    finally:
        lock.release()


def _busy(who: str) -> InputError:
    return InputError(Path.cwd(), f"{who} is at work here", "Wait for its end, or stop it; nothing was touched")


def find_processes() -> list[int]:
    """List the processes of Snakemake in this folder, and of jobs that outlived a killed Snakemake."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    processes = psutil.process_iter(["pid", "cwd", "cmdline"])
    folder = str(Path.cwd())
    return [
        process.pid
        for process in processes
        if process.pid not in own and process.info["cwd"] == folder and _is_snakemake(process.info["cmdline"])
    ]


def _is_snakemake(command: Sequence[str] | None) -> bool:
    """Return whether a command line is that of Snakemake or of a script that it runs."""
    program, *words = command or [""]
    runs = Path(program).name.startswith(("python", "snakemake"))
    return runs and any(Path(word).name == "snakemake" or ".snakemake/scripts/" in word for word in [program, *words])


def remove_stale_lock(unlock: Callable[[], int], report: Callable[[str], None]) -> None:
    """Remove the lock of a Snakemake that was killed on this machine.

    Args:
        unlock: calls `snakemake --unlock` and returns its exit status.
        report: prints a line for the user.

    Raises:
        InputError: the lock was made on another machine, whose processes cannot be seen from here, or so recently that
            the machine is not recorded yet.
        AeganError: Snakemake cannot unlock the folder.
    """
    locked = [path.stat().st_mtime for path in (SNAKEMAKE_FOLDER / "locks").glob("*.lock")]
    if not locked:
        return
    recorded = HOST_FILE.is_file() and HOST_FILE.stat().st_mtime >= min(locked)
    host = read_json(HOST_FILE)["host"] if recorded else platform.node()
    if host != platform.node():
        fix = f"Make sure that none runs there, then call `snakemake --unlock`, or `aegan run` on {host}"
        raise InputError(Path.cwd(), f"is locked by a Snakemake on {host}", fix)
    if not recorded and 0 <= time.time() - max(locked) < HOST_DELAY:
        raise InputError(Path.cwd(), "was locked a moment ago by a machine not recorded yet", "Try again in a minute")
    report("unlocked: the Snakemake that held this folder is gone")
    if unlock():
        raise AeganError("`snakemake --unlock` failed; its message above says why")
