"""Finding results whose bytes are not what their job wrote, and setting them aside.

Snakemake believes what it finds: a file whose bytes changed under it is trained on, or stands in the report. The
records of the jobs know better. What was made since the last `dvc commit` agrees with its record, so DVC's not knowing
it is no reason to touch it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from aegan.errors import InputError
from aegan.pipeline.job_records import Record, digests, read_record, record_paths

METADATA = Path(".snakemake/metadata")
ASIDE = Path(".snakemake/aside")  #: what was not trusted, by its path; nothing reads it

TORN, CHANGED, UNKNOWN = (
    "is not the record that its job wrote",
    "differs from what its job wrote",
    "Snakemake does not know what it was made with, for it was killed meanwhile",
)


class Found(NamedTuple):
    """A file that cannot be trusted, why, and what became of it."""

    path: Path
    why: str
    done: str = "a run mends it first"

    def __str__(self) -> str:
        """Put it in a line."""
        return f"{self.path}: {self.why}; {self.done}"


def examined(study: str) -> list[Found]:
    """List what `mended` would mend, without touching it."""
    records, torn = _read(record_paths())
    changed = _changed(records, study)
    unknown = [path for path in _unknown(records, study) if path not in changed]
    return [
        *(Found(path, TORN) for path in torn),
        *(Found(path, CHANGED) for path in changed),
        *(Found(path, UNKNOWN) for path in unknown),
    ]


def mended(study: str, *, use_dvc: bool) -> Iterator[Found]:
    """Set aside every file that differs from what its job wrote, or bring it back from DVC's cache.

    A file comes back only with the very bytes that its record tells, so that it agrees with Snakemake's metadata, too;
    a record only if it agrees with the files that are there. For what stays away Snakemake runs its job again. Looked
    at are the results of all studies, and the report of one: other reports may be of another version, from Git.

    Args:
        study: whose report is looked at.
        use_dvc: whether DVC may be asked.

    Raises:
        InputError: Snakemake's metadata are lost as a whole.
    """
    if (paths := record_paths()) and not any(path.is_file() for path in METADATA.glob("**/*")):
        mend = "Bring it along (`dvc pull`, or copy it), or remove results/ to make them again"
        raise InputError(METADATA, "is lost, and without it nobody can tell what results/ was made with", mend)
    records, torn = _read(paths)
    yield from _replaced({path: path for path in torn}, TORN, use_dvc)
    yield from _replaced(_changed(records, study), CHANGED, use_dvc)
    records, _ = _read(record_paths())
    for path, record in _unknown(records, study).items():
        _set_aside(path)
        _set_aside(record)
        yield Found(path, UNKNOWN, "set aside, its job runs again")


def known(path: Path) -> bool:
    """Tell whether Snakemake knows what a file, if it is there, was made with."""
    try:
        return not path.exists() or bool(json.loads(metadata_of(path).read_bytes()))
    except (OSError, ValueError):
        return False


def metadata_of(path: Path) -> Path:
    """Give the file in which Snakemake keeps what an output was made with: its name in base64, in pieces."""
    name = urlsafe_b64encode(str(path).encode()).decode()
    longest = os.pathconf(".", "PC_NAME_MAX") - 1
    *folders, last = [name[start : start + longest] for start in range(0, len(name), longest)]
    return METADATA.joinpath(*(f"@{folder}" for folder in folders), last)


def _read(paths: Iterable[Path]) -> tuple[dict[Path, Record], list[Path]]:
    """Read records; return those that are whole, and the paths of those that are not."""
    whole, torn = {}, []
    for path in paths:
        try:
            whole[path] = read_record(path)
        except InputError:
            torn.append(path)
    return whole, torn


def _outputs(records: Mapping[Path, Record], study: str) -> dict[Path, Path]:
    """List what jobs wrote and may be touched, their records among it: path -> record."""
    ours = (Path("results"), Path("reports") / study)
    written = {Path(path): name for name, record in records.items() for path in record["outputs"]} | {
        p: p for p in records
    }
    return {
        path: name for path, name in written.items() if ".." not in path.parts and any(map(path.is_relative_to, ours))
    }


def _unknown(records: Mapping[Path, Record], study: str) -> dict[Path, Path]:
    """Find files that Snakemake does not know: path -> record."""
    return {path: name for path, name in _outputs(records, study).items() if not known(path)}


def _changed(records: Mapping[Path, Record], study: str) -> dict[Path, Path]:
    """Find files that are there and differ from what their job wrote: path -> record."""
    ours = {path: name for path, name in _outputs(records, study).items() if path != name}
    found = digests(ours)
    return {
        path: name
        for path, name in ours.items()
        if found.get(str(path)) not in (None, records[name]["outputs"][str(path)])
    }


def _replaced(suspects: dict[Path, Path], why: str, use_dvc: bool) -> Iterator[Found]:
    """Set files aside; bring back those that DVC has as their job's record tells, else have the job run again.

    Args:
        suspects: each file and its job's record.
        why: what is wrong with them.
        use_dvc: whether DVC may be asked.
    """
    for path in suspects:
        _set_aside(path)
    if use_dvc:
        _bring_back([path for path in suspects if path.is_relative_to("results")])
    for path, record in suspects.items():
        done = f"set aside in {ASIDE}, its job runs again"
        if path.exists() and _agrees(path, record):
            done = "brought back from DVC's cache"
        elif path.exists():
            path.unlink()
            done = "set aside, and DVC's cache has other bytes (older or damaged): its job runs again"
        if not path.exists():
            _set_aside(record)  # every record is a target of the workflow, and not every file on the way to one
        yield Found(path, why, done)


def _bring_back(paths: Sequence[Path]) -> None:
    """Have DVC bring back the files that it has: all at once, or one by one where it knows nothing of some."""
    command = [sys.executable, "-m", "dvc", "checkout", "--force", "--quiet"]
    if paths and subprocess.run([*command, *map(str, paths)], capture_output=True, check=False).returncode:
        for path in paths:
            subprocess.run([*command, str(path)], capture_output=True, check=False)


def _agrees(path: Path, record: Path) -> bool:
    """Tell whether a job's record is whole and, of its files, tells the bytes of one, or of all if asked for itself."""
    records, _ = _read([record])
    written = {name: sha for whole in records.values() for name, sha in whole["outputs"].items()}
    found = digests(written if path == record else [path])
    return bool(records) and found.items() <= written.items()


def _set_aside(path: Path) -> None:
    """Move a file, if it is there, out of the way."""
    if path.exists():
        target = ASIDE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
