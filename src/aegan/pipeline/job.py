"""How a workflow script is run: its arguments by name, its log, its device, its errors."""

from __future__ import annotations

import fcntl
import inspect
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from aegan import seeding
from aegan.errors import AeganError
from aegan.pipeline import distributed_job as crew
from aegan.pipeline.gpu_lease import leased
from aegan.pipeline.job_records import recorded
from aegan.storage import sweep, unwritable

log = logging.getLogger("aegan")


def run(main: Callable[..., None], job: Any) -> None:
    """Call a script's `main` with what its rule declares.

    Named inputs and outputs arrive as paths, params as they are, the block of seeds as a list `seeds`, the other
    wildcards as `names`, and the device that the job's resources allow as `device`; each only if `main` asks for it.
    What a rule does not declare is left to the argument's default. Where the param `processes` asks for several, each
    of them calls `main`, and the first writes. Progress goes to the terminal and to the rule's log; a mistake in the
    input ends the job with its message alone.

    Args:
        main: the script's entry, with keyword-only arguments.
        job: the `snakemake` object of the script.
    """
    try:
        _log_to(Path(job.log[0]) if job.log else None, job.rule, dict(job.wildcards.items()))
        outputs = _paths(job.output)
        if crew.place() is not None:
            with crew.aboard(outputs) as (own, away):
                _call(main, job, own, away)
        else:
            for path in job.output:
                sweep(Path(path))
            with recorded(job), device(job.resources) as leased_device:
                if (processes := job.params.get("processes", 1)) > 1:
                    crew.launch(processes, leased_device)
                else:
                    _call(main, job, leased_device, outputs)
    except AeganError as error:
        log.error("%s", error)
        sys.exit(1)
    except Exception:
        log.exception("failed")
        sys.exit(1)


def _call(main: Callable[..., None], job: Any, device: str, outputs: Mapping[str, Any]) -> None:
    """Call `main` with those of a job's values that it asks for."""
    names = dict(job.wildcards.items())
    given: dict[str, Any] = {"device": device}
    if seeds := names.pop("seeds", None):
        given["seeds"] = seeding.block(seeds)
    given |= _paths(job.input) | dict(outputs) | {"names": names} | dict(job.params.items())
    main(**{name: given[name] for name in inspect.signature(main).parameters if name in given})


@contextmanager
def device(resources: Mapping[str, Any]) -> Iterator[str]:
    """Name the device of a job and hold it meanwhile: cuda, the GPUs it leased and no others, or cpu without any."""
    with leased(resources.get("gpu", 0), resources.get("gpu_share", 100)) as gpus:
        if gpus:
            os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(gpus)
            # hardware queues of a device, by default 8: members that train at once have one each
            os.environ.setdefault("CUDA_DEVICE_MAX_CONNECTIONS", "32")
        yield "cuda" if gpus else "cpu"


def _paths(named: Any) -> dict[str, Path | list[Path]]:
    """Return named inputs or outputs as paths: one for a string, a list for several."""
    return {name: Path(value) if isinstance(value, str) else [*map(Path, value)] for name, value in named.items()}


def _log_to(file: Path | None, rule: str, wildcards: dict[str, str]) -> None:
    """Log to the terminal and the rule's log file, each line led by the rule and its wildcards.

    Of a crew the first logs, after what the job logged that launched it; the others say what went wrong alone.

    Raises:
        InputError: the file cannot be written.
    """
    place = crew.place()
    terminal = logging.StreamHandler(sys.stderr)
    name = " ".join([rule, "/".join(wildcards.values())]).strip()
    logging.basicConfig(
        level=logging.WARNING if place else logging.INFO,
        handlers=[terminal],
        force=True,
        format=f"%(asctime)s [{name}] %(message)s",
        datefmt="%H:%M:%S",
    )
    if file and not place:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handler = logging.FileHandler(file, mode="a", encoding="utf-8")
        except OSError as error:
            raise unwritable(file, error) or error from None
        assert handler.stream is not None, "it was opened without delay"
        if place is None:
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
