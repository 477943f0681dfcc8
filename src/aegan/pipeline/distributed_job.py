"""A job that several processes do together: torchrun runs the job's script once more in each of them.

The first of them writes what the job makes. The others compute the same and leave nothing: what they write goes to a
folder that is thrown away.
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


def launch(processes: int, device: str) -> None:
    """Run this very script again in several processes, on the GPUs that the job holds or on none; end as they do."""
    held = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    if device == "cuda" and len(held) < processes:
        wrong = f"{processes} have {len(held)} GPUs between them"
        raise InputError("processes", wrong, f"Allow as many by --resources gpu={processes}, or none by gpu=0.")
    hidden = {} if device == "cuda" else {"CUDA_VISIBLE_DEVICES": ""}
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    with subprocess.Popen([*torchrun, sys.argv[0]], env=os.environ | hidden) as crew:
        signal.signal(signal.SIGTERM, lambda *_: crew.terminate())
        if code := crew.wait():
            sys.exit(code)


def place() -> int | None:
    """Return which process of a crew on this machine this is, from 0; None outside of one."""
    number = os.environ.get("LOCAL_RANK")  # torchrun sets it
    return None if number is None else int(number)


@contextmanager
def aboard(outputs: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Work in a crew for the length of the block: yield the device of this process, and where it may write.

    Args:
        outputs: name -> path or paths that the job is to write.
    """
    number = place()
    gpus = [name for name in os.environ["CUDA_VISIBLE_DEVICES"].split(",") if name]
    if gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[number or 0]
    device = "cuda" if gpus else "cpu"
    with team(device), tempfile.TemporaryDirectory() as away:
        yield device, {name: _below(Path(away), path) if number else path for name, path in outputs.items()}


@contextmanager
def team(device: str) -> Iterator[None]:
    """Let the processes that torchrun started talk to each other, for the length of the block."""
    from torch import distributed

    distributed.init_process_group("nccl" if device == "cuda" else "gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def _below(folder: Path, path: Any) -> Any:
    """Move a path, or each of several, below a folder."""
    return [_below(folder, each) for each in path] if isinstance(path, list) else folder / Path(path).name
