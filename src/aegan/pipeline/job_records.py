"""Job records: what every job read and wrote, so that any file can be traced back to the raw data.

Records are in `results/provenance/`, in paths of rule and wildcards like the rule's log. They contain no times, so that
the same job gives the same record.
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
from aegan.progress import track
from aegan.provenance import describe_machine, digest, file_digest, list_versions
from aegan.storage import write_text

RECORDS = Path("results/provenance")  #: below the folder of the workflow

Record = Mapping[str, Any]  #: rule, wildcards, params, machine, versions; inputs and outputs: path -> SHA-256


@contextmanager
def record_job(job: Any) -> Iterator[None]:
    """Run a job, and write its record if its rule has an output `provenance`.

    Args:
        job: the `snakemake` object of the script.
    """
    target = dict(job.output.items()).get("provenance")
    inputs = file_digests(job.input) if target else {}
    yield
    if target:
        facts = {"rule": job.rule, "wildcards": dict(job.wildcards.items()), "params": dict(job.params.items())}
        outputs = file_digests(path for path in job.output if path != target)
        write_record(
            target, facts | {"inputs": inputs, "outputs": outputs, "machine": describe_machine(_used_device())}
        )


def write_record(target: Path | str, record: Record) -> None:
    """Write a record, with the package versions it was made with and its own digest."""
    write_text(target, _serialise({**record, "versions": list_versions()}))


def read_record(path: Path | str) -> Record:
    """Read a record.

    Raises:
        InputError: the file is not as `write_record` wrote it.
    """
    text = Path(path).read_bytes()
    try:
        record: dict[str, Any] = json.loads(text)
        intact = _serialise({key: value for key, value in record.items() if key != "digest"}).encode() == text
    except (ValueError, AttributeError):
        intact = False
    if not intact:
        raise InputError(path, "is not the record that its job wrote", "Remove it, and its job runs again")
    return record


def list_records() -> list[Path]:
    """List the records of all studies of this folder."""
    return sorted(RECORDS.glob("**/*.json"))


def file_digests(paths: Iterable[Path | str]) -> dict[str, str]:
    """Digest the files that exist: path -> SHA-256, in the order of the paths."""
    files = [str(path) for path in paths if Path(path).is_file()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        digests = track(pool.map(file_digest, files), "hashes of files", len(files))
        return dict(zip(files, digests, strict=True))


def _serialise(record: Record) -> str:
    """Return a record as JSON with its digest; values that JSON lacks become text before the digest."""
    text = json.dumps(record, default=str)
    return json.dumps({**json.loads(text), "digest": digest(json.loads(text))}, indent=2, sort_keys=True) + "\n"


def _used_device() -> str:
    """Return the device that computed the numbers of this process: cuda only if CUDA was initialised."""
    torch = sys.modules.get("torch")
    return "cuda" if torch and torch.cuda.is_initialized() else "cpu"
