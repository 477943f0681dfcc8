"""Leases of GPUs: assign devices to the jobs that run at the same time on a machine.

Snakemake counts GPUs but does not assign them, so every job would use the first one. Here a device has `SLOTS` lock
files in a folder that all processes of a user share; a job locks a number of them in proportion to its share of the
device. The operating system releases the locks of a killed job.
"""

from __future__ import annotations

import ctypes
import logging
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib import metadata
from pathlib import Path

from filelock import FileLock, Timeout

from aegan.errors import InputError

log = logging.getLogger("aegan")

#: parts that a device is divided into; 12 is divisible by 2, 3, 4 and 6
SLOTS = 12
#: seconds between two attempts to lock devices that other jobs hold
POLL_SECONDS = 0.1
#: values of CUDA_VISIBLE_DEVICES that hide all GPUs; the last is Slurm's
HIDES_ALL_GPUS = {"", "-1", "NoDevFiles"}


def list_visible_gpus() -> list[str]:
    """List the GPUs this process may use, as CUDA_VISIBLE_DEVICES names them; none on a machine without GPUs.

    NVML counts them, so that CUDA is not initialised and the visible devices can still be changed.
    """
    import torch

    count = torch.cuda.device_count()
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    return named.split(",")[:count] if named else [str(number) for number in range(count)]


@cache
def is_gpu_visible() -> bool:
    """Return whether jobs on this machine can use a GPU, without importing torch, which takes more than a second."""
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES", "0") in HIDES_ALL_GPUS
    if hidden or metadata.version("torch").endswith("+cpu"):
        return False
    count = ctypes.c_uint(0)
    try:
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:  # no driver
        return False
    return nvml.nvmlInit_v2() == 0 and nvml.nvmlDeviceGetCount_v2(ctypes.byref(count)) == 0 and count.value > 0


def make_lock_folder() -> Path:
    """Return the folder of the lock files that this user's processes on this machine share, made if it is missing.

    Slurm isolates its jobs and may give two jobs different devices that are both named 0, so each Slurm job has its own
    folder.

    Raises:
        InputError: the folder belongs to another user.
    """
    user_folder = Path(tempfile.gettempdir()) / f"aegan-{os.getuid()}"
    user_folder.mkdir(mode=0o700, exist_ok=True)
    if user_folder.stat().st_uid != os.getuid():
        raise InputError(user_folder, "belongs to another user", "Set TMPDIR to a folder of your own")
    folder = user_folder / os.environ.get("SLURM_JOB_ID", "machine")
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def lease_gpus(
    count: int,
    share: int = 100,
    *,
    list_gpus: Callable[[], Sequence[str]] = list_visible_gpus,
    lock_folder: Callable[[], Path] = make_lock_folder,
) -> Iterator[list[str]]:
    """Lease GPUs for the length of the block, after waiting for them if other jobs hold them; yield their names.

    One job at a time waits for slots, so that small jobs cannot delay a job that needs a whole device for ever. If no
    GPU is visible, the block gets an empty list at once.

    Args:
        count: number of GPUs.
        share: part of each GPU, in per cent.
        list_gpus: names the GPUs of this machine.
        lock_folder: returns the folder of the lock files.

    Raises:
        InputError: more GPUs are wanted than there are, or the share is not in (0, 100].
    """
    names = list_gpus() if count else []
    if not names:
        yield []
        return
    if count > len(names):
        wrong = f"a job wants {count} GPUs, {len(names)} are visible"
        raise InputError("resource gpu", wrong, f"Give the rule at most {len(names)}, or make more GPUs visible")
    if not 0 < share <= 100:
        raise InputError("resource gpu_share", f"is {share}", "Give per cent of a device, 1 to 100")
    folder = lock_folder()
    log.info("waiting for %d of the GPUs %s", count, ", ".join(names))
    with FileLock(folder / "turn"):
        while not (leased := lock_slots(folder, names, count, math.ceil(SLOTS * share / 100))):
            time.sleep(POLL_SECONDS)
    try:
        log.info("uses GPU %s", ", ".join(leased))
        yield list(leased)
    finally:
        _release(lock for locks in leased.values() for lock in locks)


def lock_slots(folder: Path, names: Sequence[str], count: int, slots: int) -> dict[str, list[FileLock]]:
    """Lock slots of the devices with the most free slots, without waiting.

    Args:
        folder: folder of the lock files.
        names: the devices.
        count: number of devices.
        slots: number of slots of each device.

    Returns:
        Device's name -> its locks; {} if too few devices have enough free slots.
    """
    free = {name: _lock_free_slots(folder, name) for name in names}
    freest = sorted(names, key=lambda name: -len(free[name]))[:count]
    enough = {name: free[name][:slots] for name in freest if len(free[name]) >= slots}
    leased = enough if len(enough) == count else {}
    _release(lock for name, locks in free.items() for lock in locks if lock not in leased.get(name, []))
    return leased


def _lock_free_slots(folder: Path, name: str) -> list[FileLock]:
    """Lock every slot of a device that no process holds."""
    locks = [FileLock(folder / f"{name}.{slot}") for slot in range(SLOTS)]
    for lock in locks:
        with suppress(Timeout):
            lock.acquire(blocking=False)
    return [lock for lock in locks if lock.is_locked]


def _release(locks: Iterable[FileLock]) -> None:
    for lock in locks:
        lock.release()
