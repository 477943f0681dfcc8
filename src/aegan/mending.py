"""Finding results whose bytes are not what their job wrote, and setting them aside.

Snakemake believes what it finds: a file whose bytes changed under it is trained on, or stands in the report. The records
of the jobs know better. What was made since the last `dvc commit` agrees with its record, so DVC's not knowing it is no
reason to touch it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from aegan.errors import InputError
from aegan.records import Record, digests, read_record, record_paths

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
    unknown = [path for path in _outputs(records, study) if path not in changed and not known(path)]
    return [
        *(Found(path, TORN) for path in torn),
        *(Found(path, CHANGED) for path in changed),
        *(Found(path, UNKNOWN) for path in unknown),
    ]


def mended(study: str, *, use_dvc: bool) -> Iterator[Found]:
    """Set aside every file that differs from what its job wrote, or bring it back from DVC's cache.

    A file comes back only with the very bytes that its record tells, so that it agrees with Snakemake's metadata, too; a
    record only if it agrees with the files that are there. For what stays away Snakemake runs its job again. Looked at
    are the results of all studies, and the report of one: other reports may be of another version, from Git.

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
    changed = _changed(records, study)
    trusted: dict[Path, Callable[[], bool]] = {path: lambda path=path: _agrees(path) for path in torn}
    trusted |= {path: lambda path=path, sha=sha: _digest(path) == sha for path, sha in changed.items()}
    yield from _replaced(trusted, use_dvc)
    records, _ = _read(record_paths())
    for path in [path for path in _outputs(records, study) if not known(path)]:
        _set_aside(path)
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


def dvc(*arguments: str) -> bool:
    """Call DVC; tell whether it succeeded."""
    return subprocess.run([sys.executable, "-m", "dvc", *arguments], check=False).returncode == 0


def _read(paths: Iterable[Path]) -> tuple[dict[Path, Record], list[Path]]:
    """Read records; return those that are whole, and the paths of those that are not."""
    whole, torn = {}, []
    for path in paths:
        try:
            whole[path] = read_record(path)
        except InputError:
            torn.append(path)
    return whole, torn


def _outputs(records: dict[Path, Record], study: str) -> list[Path]:
    """List the files that jobs wrote and that may be touched, their records among them."""
    written = [Path(path) for record in records.values() for path in record["outputs"]]
    ours = (Path("results"), Path("reports") / study)
    inside = [path for path in written if ".." not in path.parts and any(map(path.is_relative_to, ours))]
    return [*inside, *records]


def _changed(records: dict[Path, Record], study: str) -> dict[Path, str]:
    """Find files that are there and differ from what their job wrote: path -> the SHA-256 that it had."""
    ours = set(_outputs(records, study))
    expected = {path: sha for record in records.values() for path, sha in record["outputs"].items()}
    found = digests(path for path in expected if Path(path) in ours)
    return {Path(path): expected[path] for path, sha in found.items() if sha != expected[path]}


def _replaced(trusted: dict[Path, Callable[[], bool]], use_dvc: bool) -> Iterator[Found]:
    """Set files aside, and bring back those that DVC has and that can then be trusted."""
    for path in trusted:
        _set_aside(path)
    if trusted and use_dvc:
        dvc("checkout", "--force", "--quiet", *map(str, trusted))
    for path, agrees in trusted.items():
        if not path.exists():
            yield Found(path, CHANGED, f"set aside in {ASIDE}, its job runs again")
        elif agrees():
            yield Found(path, CHANGED, "brought back from DVC's cache")
        else:
            path.unlink()
            yield Found(path, CHANGED, "set aside; DVC's cache has other bytes, older or damaged: its job runs again")


def _agrees(record: Path) -> bool:
    """Tell whether a record is whole and agrees with the files that are there."""
    whole, _ = _read([record])
    return all(digests(found["outputs"]).items() <= found["outputs"].items() for found in whole.values()) and bool(whole)


def _digest(path: Path) -> str:
    return digests([path])[str(path)]


def _set_aside(path: Path) -> None:
    target = ASIDE / path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, target)
