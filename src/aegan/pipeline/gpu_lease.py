"""A GPU of one's own: jobs that run beside each other on a machine agree on who uses which device.

Snakemake counts GPUs and assigns none, so every job would take the first. Here a device has `SLOTS` lock files in a
folder that all processes of a user share; a job holds as many as its share of a device is worth. The operating system
frees what a killed job held.
"""

from __future__ import annotations

import logging
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from aegan.errors import InputError

log = logging.getLogger("aegan")

#: parts a device is divided into; halves, thirds, quarters, sixths and twelfths come out even
SLOTS = 12
#: seconds between two looks at devices that are held by others
PATIENCE = 0.1


def visible_devices() -> list[str]:
    """Name the GPUs this process may use, as CUDA_VISIBLE_DEVICES names them; none on a machine without.

    They are counted by NVML, so that CUDA does not start and the choice of a device is still open.
    """
    import torch

    count = torch.cuda.device_count()
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    return named.split(",")[:count] if named else [str(number) for number in range(count)]


def shared_folder() -> Path:
    """Return where this user's processes on this machine meet, made if need be.

    Slurm keeps its jobs apart, and may give two of them devices that both call 0: each job has a folder of its own.
    """
    folder = Path(tempfile.gettempdir()) / f"aegan-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise InputError(folder, "belongs to another user", "Set TMPDIR to a folder of your own.")
    below = folder / os.environ.get("SLURM_JOB_ID", "machine")
    below.mkdir(exist_ok=True)
    return below


@contextmanager
def leased(
    count: int,
    share: int = 100,
    *,
    visible: Callable[[], Sequence[str]] = visible_devices,
    folder: Callable[[], Path] = shared_folder,
) -> Iterator[list[str]]:
    """Hold GPUs for the length of the block, waiting for them if need be; yield their names.

    Jobs are served one after the other, so that one that wants a whole device is not kept waiting for ever by small
    ones. None is waited for where none is visible: the block gets an empty list.

    Args:
        count: how many.
        share: what part of each, in per cent.
        visible: names the devices there are.
        folder: where the lock files lie.

    Raises:
        InputError: more GPUs than there are, or a share that is none.
    """
    names = visible() if count else []
    if not names:
        yield []
        return
    if count > len(names):
        raise InputError("resource gpu", f"a job wants {count} GPUs, {len(names)} are visible", "Give it fewer.")
    if not 0 < share <= 100:
        raise InputError("resource gpu_share", f"is {share}", "Give per cent of a device, 1 to 100.")
    place = folder()
    log.info("asks for %d of the GPUs %s", count, ", ".join(names))
    with FileLock(place / "turn"):
        while not (held := take(place, names, count, math.ceil(SLOTS * share / 100))):
            time.sleep(PATIENCE)
    try:
        log.info("uses GPU %s", ", ".join(held))
        yield list(held)
    finally:
        _release(lock for locks in held.values() for lock in locks)


def take(place: Path, names: Sequence[str], count: int, slots: int) -> dict[str, list[FileLock]]:
    """Take slots of those devices that have the most free: name -> locks held; {} where too few have so many."""
    free = {name: _free(place, name) for name in names}
    best = sorted(names, key=lambda name: -len(free[name]))[:count]
    chosen = {name: free[name][:slots] for name in best if len(free[name]) >= slots}
    taken = chosen if len(chosen) == count else {}
    _release(lock for name, locks in free.items() for lock in locks if lock not in taken.get(name, []))
    return taken


def _free(place: Path, name: str) -> list[FileLock]:
    """Lock every slot of a device that nobody holds."""
    locks = [FileLock(place / f"{name}.{slot}") for slot in range(SLOTS)]
    for lock in locks:
        with suppress(Timeout):
            lock.acquire(blocking=False)
    return [lock for lock in locks if lock.is_locked]


def _release(locks: Iterable[FileLock]) -> None:
    for lock in locks:
        lock.release()
