"""Find results that differ from what their job wrote, and restore them or set them aside.

Snakemake does not detect outputs that were changed from outside; their hashes are compared with the job records. What
was made since the last `dvc commit` agrees with its record, so that DVC does not know it is no reason to touch it.
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
from aegan.pipeline.job_records import Record, file_digests, list_records, read_record

METADATA = Path(".snakemake/metadata")
ASIDE = Path(".snakemake/aside")  #: damaged files, by their path; nothing reads them

DAMAGED_RECORD, CHANGED, UNKNOWN = (
    "is not the record that its job wrote",
    "differs from what its job wrote",
    "Snakemake does not know what it was made with, since it was killed before it recorded that",
)


class DamagedFile(NamedTuple):
    """A file that cannot be trusted, the reason, and what was done about it."""

    path: Path
    reason: str
    action: str = "the next run repairs it"

    def __str__(self) -> str:
        """Describe the file in a line."""
        return f"{self.path}: {self.reason}; {self.action}"


def find_damaged_files(study: str) -> list[DamagedFile]:
    """List the files that `repair_files` would repair, without touching them."""
    records, damaged = _read_records(list_records())
    changed = _find_changed(records, study)
    unknown = [path for path in _find_unknown(records, study) if path not in changed]
    return [
        *(DamagedFile(path, DAMAGED_RECORD) for path in damaged),
        *(DamagedFile(path, CHANGED) for path in changed),
        *(DamagedFile(path, UNKNOWN) for path in unknown),
    ]


def repair_files(study: str, *, use_dvc: bool) -> Iterator[DamagedFile]:
    """Restore every file that differs from what its job wrote from DVC's cache, or set it aside.

    A file is restored only with the bytes that its record names, so that it agrees with Snakemake's metadata, too; a
    record only if it agrees with the files that are there. Snakemake runs the jobs of the other files again. The
    results of all studies are checked, and the report of one: other reports may come from Git in another version.

    Args:
        study: name of the study whose report is checked.
        use_dvc: whether DVC may be called.

    Raises:
        InputError: all of Snakemake's metadata are lost.
    """
    if (paths := list_records()) and not any(path.is_file() for path in METADATA.glob("**/*")):
        fix = "Restore it (`dvc pull`, or copy it), or remove results/ to make them again"
        raise InputError(METADATA, "is lost, and without it nobody can tell what results/ was made with", fix)
    records, damaged = _read_records(paths)
    yield from _restore_or_set_aside({path: path for path in damaged}, DAMAGED_RECORD, use_dvc)
    yield from _restore_or_set_aside(_find_changed(records, study), CHANGED, use_dvc)
    records, _ = _read_records(list_records())
    for path, record in _find_unknown(records, study).items():
        _set_aside(path)
        _set_aside(record)
        yield DamagedFile(path, UNKNOWN, "set aside, its job runs again")


def has_metadata(path: Path) -> bool:
    """Say whether Snakemake knows what a file was made with; true of a file that does not exist."""
    try:
        return not path.exists() or bool(json.loads(metadata_path(path).read_bytes()))
    except (OSError, ValueError):
        return False


def metadata_path(path: Path) -> Path:
    """Return the file in which Snakemake keeps what an output was made with: its name in base64, in pieces."""
    name = urlsafe_b64encode(str(path).encode()).decode()
    longest = os.pathconf(".", "PC_NAME_MAX") - 1
    *folders, last = [name[start : start + longest] for start in range(0, len(name), longest)]
    return METADATA.joinpath(*(f"@{folder}" for folder in folders), last)


def _read_records(paths: Iterable[Path]) -> tuple[dict[Path, Record], list[Path]]:
    """Read records; return the intact ones by path, and the paths of the damaged ones."""
    intact, damaged = {}, []
    for path in paths:
        try:
            intact[path] = read_record(path)
        except InputError:
            damaged.append(path)
    return intact, damaged


def _list_outputs(records: Mapping[Path, Record], study: str) -> dict[Path, Path]:
    """List the files that jobs wrote and that may be repaired, the records among them: path -> record."""
    folders = (Path("results"), Path("reports") / study)
    written = {Path(path): name for name, record in records.items() for path in record["outputs"]}
    written |= {path: path for path in records}
    return {
        path: name
        for path, name in written.items()
        if ".." not in path.parts and any(map(path.is_relative_to, folders))
    }


def _find_unknown(records: Mapping[Path, Record], study: str) -> dict[Path, Path]:
    """Find files without metadata of Snakemake: path -> record."""
    return {path: name for path, name in _list_outputs(records, study).items() if not has_metadata(path)}


def _find_changed(records: Mapping[Path, Record], study: str) -> dict[Path, Path]:
    """Find files that exist and differ from what their job wrote: path -> record."""
    outputs = {path: name for path, name in _list_outputs(records, study).items() if path != name}
    digests = file_digests(outputs)
    return {
        path: name
        for path, name in outputs.items()
        if digests.get(str(path)) not in (None, records[name]["outputs"][str(path)])
    }


def _restore_or_set_aside(damaged: dict[Path, Path], reason: str, use_dvc: bool) -> Iterator[DamagedFile]:
    """Set files aside; restore those that DVC has as the record of their job names them.

    Args:
        damaged: each file and the record of its job.
        reason: what is wrong with them.
        use_dvc: whether DVC may be called.
    """
    for path in damaged:
        _set_aside(path)
    if use_dvc:
        _check_out([path for path in damaged if path.is_relative_to("results")])
    for path, record in damaged.items():
        action = f"set aside in {ASIDE}, its job runs again"
        if path.exists() and _agrees_with_record(path, record):
            action = "brought back from DVC's cache"
        elif path.exists():
            path.unlink()
            action = "set aside, and DVC's cache has other bytes (older or damaged): its job runs again"
        if not path.exists():
            _set_aside(record)  # every record is a target of the workflow, while the file may be an intermediate
        yield DamagedFile(path, reason, action)


def _check_out(paths: Sequence[Path]) -> None:
    """Have DVC restore the files that it has: all at once, or one by one if it does not track some of them."""
    command = [sys.executable, "-m", "dvc", "checkout", "--force", "--quiet"]
    if paths and subprocess.run([*command, *map(str, paths)], capture_output=True, check=False).returncode:
        for path in paths:
            subprocess.run([*command, str(path)], capture_output=True, check=False)


def _agrees_with_record(path: Path, record: Path) -> bool:
    """Say whether a record is intact and names the bytes of a file; given the record itself, of all its files."""
    records, _ = _read_records([record])
    written = {name: sha256 for intact in records.values() for name, sha256 in intact["outputs"].items()}
    digests = file_digests(written if path == record else [path])
    return bool(records) and digests.items() <= written.items()


def _set_aside(path: Path) -> None:
    """Move a file to `ASIDE` if it exists."""
    if path.exists():
        target = ASIDE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
