"""How a workflow script is run: its arguments by name, its log, its device, its errors."""

from __future__ import annotations

import fcntl
import inspect
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from aegan import seeding
from aegan.errors import AeganError
from aegan.storage import sweep, unwritable

log = logging.getLogger("aegan")


def run(main: Callable[..., None], job: Any) -> None:
    """Call a script's `main` with what its rule declares.

    Named inputs and outputs arrive as paths, params as they are, the block of seeds as a list `seeds`, the other
    wildcards as `names`, and the device that the job's resources allow as `device`; each only if `main` asks for it.
    What a rule does not declare is left to the argument's default. Progress goes to the terminal and to the rule's
    log; a mistake in the input ends the job with its message alone.

    Args:
        main: the script's entry, with keyword-only arguments.
        job: the `snakemake` object of the script.
    """
    try:
        _log_to(Path(job.log[0]) if job.log else None, job.rule, dict(job.wildcards.items()))
        given = _given(job)
        for value in dict(job.output.items()).values():
            for path in [value] if isinstance(value, str) else value:
                sweep(Path(path))
        main(**{name: given[name] for name in inspect.signature(main).parameters if name in given})
    except AeganError as error:
        log.error("%s", error)
        sys.exit(1)
    except Exception:
        log.exception("failed")
        sys.exit(1)


def _given(job: Any) -> dict[str, Any]:
    names = dict(job.wildcards.items())
    given: dict[str, Any] = {"device": device(job.resources.get("gpu", 0))}
    if seeds := names.pop("seeds", None):
        given["seeds"] = seeding.block(seeds)
    for paths in (job.input, job.output):
        given |= {name: _as_paths(value) for name, value in paths.items()}
    return given | {"names": names} | dict(job.params.items())


def device(gpus: int) -> str:
    """Name the device of a job that was given so many GPUs: cuda only where there is one."""
    if not gpus:
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _as_paths(value: Any) -> Path | list[Path]:
    return Path(value) if isinstance(value, str) else [Path(item) for item in value]


def _log_to(file: Path | None, rule: str, wildcards: dict[str, str]) -> None:
    """Log to the terminal and the rule's log file, each line led by the rule and its wildcards.

    Raises:
        InputError: the file cannot be written.
    """
    terminal = logging.StreamHandler(sys.stderr)
    name = " ".join([rule, "/".join(wildcards.values())]).strip()
    logging.basicConfig(
        level=logging.INFO,
        handlers=[terminal],
        force=True,
        format=f"%(asctime)s [{name}] %(message)s",
        datefmt="%H:%M:%S",
    )
    if file:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handler = logging.FileHandler(file, mode="a", encoding="utf-8")
        except OSError as error:
            raise unwritable(file, error) or error from None
        assert handler.stream is not None, "it was opened without delay"
        _hold(handler.stream, file)
        handler.setFormatter(terminal.formatter)
        logging.getLogger().addHandler(handler)


def _hold(stream: TextIO, file: Path) -> None:
    """Hold a job's log as long as the process lives; one left of a Snakemake that was killed may do the same job."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        log.info("a process of an earlier run still does this job: waiting for its end (`fuser %s` names it)", file)
        fcntl.flock(stream, fcntl.LOCK_EX)
    except OSError as error:  # a network's file system may know no locks
        log.info("%s cannot be locked (%s): see that no earlier run of this job goes on", file, error)
    stream.truncate(0)
