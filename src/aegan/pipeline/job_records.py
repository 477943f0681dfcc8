"""What every job read and wrote: one record per job, by which any file can be followed back to the raw data.

A record lies under `results/provenance`, by rule and wildcards like the rule's log. It holds no times, so that the same
job gives the same record.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aegan.errors import InputError
from aegan.provenance import digest, file_digest, machine, versions
from aegan.storage import write_text

RECORDS = Path("results/provenance")  #: below the folder of the workflow

Record = Mapping[str, Any]  #: rule, wildcards, params, machine, versions; inputs and outputs: path -> SHA-256


@contextmanager
def recorded(job: Any) -> Iterator[None]:
    """Run a job, and write its record where its rule has an output `provenance`.

    Args:
        job: the `snakemake` object of the script.
    """
    target = dict(job.output.items()).get("provenance")
    read = digests(job.input) if target else {}
    yield
    if target:
        about = {"rule": job.rule, "wildcards": dict(job.wildcards.items()), "params": dict(job.params.items())}
        made = digests(path for path in job.output if path != target)
        write_record(target, about | {"inputs": read, "outputs": made, "machine": machine(_device())})


def write_record(target: Path | str, record: Record) -> None:
    """Write a record, with the versions it was made with and its own digest."""
    write_text(target, _sealed({**record, "versions": versions()}))


def read_record(path: Path | str) -> Record:
    """Read a record.

    Raises:
        InputError: it is not what `write_record` wrote.
    """
    text = Path(path).read_bytes()
    try:
        record: dict[str, Any] = json.loads(text)
        whole = _sealed({key: value for key, value in record.items() if key != "digest"}).encode() == text
    except (ValueError, AttributeError):
        whole = False
    if not whole:
        raise InputError(path, "is not the record that its job wrote", "Remove it, and its job runs again")
    return record


def record_paths() -> list[Path]:
    """List the records of all studies that share this folder."""
    return sorted(RECORDS.glob("**/*.json"))


def digests(paths: Iterable[Path | str]) -> dict[str, str]:
    """Digest files that are there: path -> SHA-256, in the order of the paths."""
    there = [str(path) for path in paths if Path(path).is_file()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(there, pool.map(file_digest, there), strict=True))


def _sealed(record: Record) -> str:
    text = json.dumps(record, default=str)  # what is not JSON becomes text before it is digested
    return json.dumps({**json.loads(text), "digest": digest(json.loads(text))}, indent=2, sort_keys=True) + "\n"


def _device() -> str:
    """Tell where the numbers of this process were made: cuda only if it was used."""
    torch = sys.modules.get("torch")
    return "cuda" if torch and torch.cuda.is_initialized() else "cpu"
