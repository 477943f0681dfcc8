"""Find results that differ from what their job wrote, and restore them or set them aside.

Snakemake does not detect outputs that were changed from outside; their hashes are compared with the job records. A file
that is newer than the last `dvc commit` agrees with its record and is kept.
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
ASIDE = Path(".snakemake/aside")  #: damaged files under their paths; nothing reads them

DAMAGED_RECORD, CHANGED, UNKNOWN = (
    "is not the record that its job wrote",
    "differs from what its job wrote",
    "Snakemake has no metadata of it, because it was killed before it wrote them",
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

    A file is restored only if the cache has the bytes that its record names, so that it agrees with Snakemake's
    metadata; a record only if it agrees with the existing files. Snakemake runs the jobs of the other files again. The
    results of all studies are checked, but the report of one study only: other reports may be of another version from
    Git.

    Args:
        study: name of the study whose report is checked.
        use_dvc: whether DVC may be called.

    Raises:
        InputError: all of Snakemake's metadata are lost.
    """
    if (paths := list_records()) and not any(path.is_file() for path in METADATA.glob("**/*")):
        fix = "Restore it (`dvc pull`, or copy it), or remove results/ to make them again"
        raise InputError(METADATA, "is lost, and without it Snakemake cannot tell what results/ was made with", fix)
    records, damaged = _read_records(paths)
    yield from _restore_or_set_aside({path: path for path in damaged}, DAMAGED_RECORD, use_dvc)
    yield from _restore_or_set_aside(_find_changed(records, study), CHANGED, use_dvc)
    records, _ = _read_records(list_records())
    for path, record in _find_unknown(records, study).items():
        _set_aside(path)
        _set_aside(record)
        yield DamagedFile(path, UNKNOWN, "set aside, its job runs again")


def has_metadata(path: Path) -> bool:
    """Return whether Snakemake has metadata of a file; True for a file that does not exist."""
    try:
        return not path.exists() or bool(json.loads(metadata_path(path).read_bytes()))
    except (OSError, ValueError):
        return False


def metadata_path(path: Path) -> Path:
    """Return the file of Snakemake's metadata of an output: the output's path in base64, split into path components."""
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
    """List the files that jobs wrote and that may be repaired, records included: path -> record."""
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
    """Set files aside; restore those whose bytes in DVC's cache agree with the record of their job.

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
            action = "restored from DVC's cache"
        elif path.exists():
            path.unlink()
            action = "set aside, and DVC's cache has other bytes (older or damaged): its job runs again"
        if not path.exists():
            _set_aside(
                record
            )  # records are targets of the workflow, so the job runs again even if the file is an intermediate one
        yield DamagedFile(path, reason, action)


def _check_out(paths: Sequence[Path]) -> None:
    """Let DVC restore the files that it tracks: all at once, or one by one if that fails."""
    command = [sys.executable, "-m", "dvc", "checkout", "--force", "--quiet"]
    if paths and subprocess.run([*command, *map(str, paths)], capture_output=True, check=False).returncode:
        for path in paths:
            subprocess.run([*command, str(path)], capture_output=True, check=False)


def _agrees_with_record(path: Path, record: Path) -> bool:
    """Return whether a record is intact and names the bytes of a file; if `path` is the record, of all its files."""
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
