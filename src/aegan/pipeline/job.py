"""Run a workflow script: pass arguments by name, set up its log, lease its device, report its errors."""

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
from aegan.pipeline import distributed_job
from aegan.pipeline.gpu_lease import lease_gpus
from aegan.pipeline.job_records import record_job
from aegan.storage import explain_write_error, remove_partial_files

log = logging.getLogger("aegan")


def run(main: Callable[..., None], job: Any) -> None:
    """Call a script's `main` with the values that its rule declares.

    Named inputs and outputs are passed as paths, params and resources unchanged, the block of seeds as a list `seeds`,
    the other wildcards as `names`, and the device that the job's resources allow as `device`; each only if `main` has a
    parameter of that name. A job does not run again if a resource changes. A parameter that the rule does not declare
    keeps its default. If the param `processes` is above 1, that many processes call `main`, and the first one writes
    the outputs. Progress is logged to the terminal and to the rule's log; an error in the input ends the job with its
    message, without a traceback.

    Args:
        main: the script's function, with keyword-only arguments.
        job: the `snakemake` object of the script.
    """
    try:
        _log_to(Path(job.log[0]) if job.log else None, job.rule, dict(job.wildcards.items()))
        outputs = _as_paths(job.output)
        if distributed_job.local_rank() is not None:
            with distributed_job.join_distributed_job(outputs) as (device, own_outputs):
                _call(main, job, device, own_outputs)
        else:
            for path in job.output:
                remove_partial_files(Path(path))
            with record_job(job), lease_device(job.resources) as device:
                if (processes := job.params.get("processes", 1)) > 1:
                    distributed_job.launch_processes(processes, device)
                else:
                    _call(main, job, device, outputs)
    except AeganError as error:
        log.error("%s", error)
        sys.exit(1)
    except Exception:
        log.exception("failed")
        sys.exit(1)


def _call(main: Callable[..., None], job: Any, device: str, outputs: Mapping[str, Any]) -> None:
    """Call `main` with the values of a job that it has parameters for."""
    names = dict(job.wildcards.items())
    values: dict[str, Any] = dict(job.resources.items()) | {"device": device}
    if seeds := names.pop("seeds", None):
        values["seeds"] = seeding.parse_seed_block(seeds)
    values |= _as_paths(job.input) | dict(outputs) | {"names": names} | dict(job.params.items())
    main(**{name: values[name] for name in inspect.signature(main).parameters if name in values})


@contextmanager
def lease_device(resources: Mapping[str, Any]) -> Iterator[str]:
    """Lease the device of a job for the length of the block.

    Yields:
        cuda, with the leased GPUs alone visible, or cpu if the job has none.
    """
    with lease_gpus(resources.get("gpu", 0), resources.get("gpu_share", 100)) as gpus:
        if gpus:
            os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(gpus)
            # hardware queues of a device, by default 8: one for each member that trains at the same time
            os.environ.setdefault("CUDA_DEVICE_MAX_CONNECTIONS", "32")
        yield "cuda" if gpus else "cpu"


def _as_paths(named: Any) -> dict[str, Path | list[Path]]:
    """Return named inputs or outputs as paths: one for a string, a list for several."""
    return {name: Path(value) if isinstance(value, str) else [*map(Path, value)] for name, value in named.items()}


def _log_to(file: Path | None, rule: str, wildcards: dict[str, str]) -> None:
    """Log to the terminal and the rule's log file; every line begins with the rule and its wildcards.

    With several processes, the first logs and appends to the file of the job that launched it; the others log only
    warnings and errors, to the terminal.

    Raises:
        InputError: the file cannot be written.
    """
    rank = distributed_job.local_rank()
    terminal = logging.StreamHandler(sys.stderr)
    name = " ".join([rule, "/".join(wildcards.values())]).strip()
    logging.basicConfig(
        level=logging.WARNING if rank else logging.INFO,
        handlers=[terminal],
        force=True,
        format=f"%(asctime)s [{name}] %(message)s",
        datefmt="%H:%M:%S",
    )
    if file and not rank:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handler = logging.FileHandler(file, mode="a", encoding="utf-8")
        except OSError as error:
            raise explain_write_error(file, error) or error from None
        assert handler.stream is not None, "it was opened without delay"
        if rank is None:
            _lock_log(handler.stream, file)
        handler.setFormatter(terminal.formatter)
        logging.getLogger().addHandler(handler)


def _lock_log(stream: TextIO, file: Path) -> None:
    """Lock the log while this process lives, because a job that outlived a killed Snakemake may still write it."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        log.info("a process of an earlier run still does this job: waiting for its end (`fuser %s` names it)", file)
        fcntl.flock(stream, fcntl.LOCK_EX)
    except OSError as error:  # network file systems may not support locks
        log.info("%s cannot be locked (%s): make sure that no earlier run of this job goes on", file, error)
    stream.truncate(0)
