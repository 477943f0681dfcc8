"""Jobs of several processes: torchrun runs the script of the job in each of them.

The first process writes the outputs of the job. The others compute the same values and write them to a temporary
folder, which is removed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aegan.errors import InputError


def launch_processes(count: int, device: str) -> None:
    """Run this script again in several processes, wait for them, and exit with their status if they fail.

    Args:
        count: number of processes.
        device: cuda to use the GPUs that the job holds, cpu to use none.

    Raises:
        InputError: the job holds fewer GPUs than processes.
    """
    gpus = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    if device == "cuda" and len(gpus) < count:
        wrong = f"{count} processes share {len(gpus)} GPUs"
        raise InputError("processes", wrong, f"Allow as many GPUs by --resources gpu={count}, or none by gpu=0")
    hidden = {} if device == "cuda" else {"CUDA_VISIBLE_DEVICES": ""}
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}"]
    with subprocess.Popen([*torchrun, sys.argv[0]], env=os.environ | hidden) as launcher:
        signal.signal(signal.SIGTERM, lambda *_: launcher.terminate())
        if status := launcher.wait():
            sys.exit(status)


def local_rank() -> int | None:
    """Return the number of this process among those of the job, from 0; None in a job of one process."""
    rank = os.environ.get("LOCAL_RANK")  # set by torchrun
    return None if rank is None else int(rank)


@contextmanager
def join_distributed_job(outputs: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Join the process group of the job for the length of the block.

    Args:
        outputs: name -> path or paths that the job writes.

    Yields:
        The device of this process, and the paths where it writes each output.
    """
    rank = local_rank()
    gpus = [name for name in os.environ["CUDA_VISIBLE_DEVICES"].split(",") if name]
    if gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[rank or 0]
    device = "cuda" if gpus else "cpu"
    with join_process_group(device), tempfile.TemporaryDirectory() as folder:
        yield device, {name: _move_to(Path(folder), path) if rank else path for name, path in outputs.items()}


@contextmanager
def join_process_group(device: str) -> Iterator[None]:
    """Initialise torch's process group for the length of the block: NCCL on cuda, Gloo on cpu."""
    from torch import distributed

    distributed.init_process_group("nccl" if device == "cuda" else "gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def _move_to(folder: Path, path: Any) -> Any:
    """Return a path, or each path of a list, with its folder replaced."""
    return [_move_to(folder, each) for each in path] if isinstance(path, list) else folder / Path(path).name
