"""Find and remove results that no study needs any more, such as those of removed seeds and methods.

Only files below `results/` that a job record names, and files that `aegan run` set aside, are listed or removed. Raw
data, reports and files that no job wrote are kept.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from aegan.errors import AeganError
from aegan.pipeline.job_records import list_records, read_record
from aegan.pipeline.repair import ASIDE, metadata_path
from aegan.pipeline.run import CONFIG
from aegan.pipeline.verify import CRATE, read_crate
from aegan.pipeline.workflow_lock import hold_run_lock


class StudyFiles(NamedTuple):
    """The parts of a study that the search for its results needs."""

    name: str
    overlays: Sequence[Path]  #: config files that are merged into the default config, in order
    names_in_paths: frozenset[str]  #: its own name and those of its datasets and reproductions


def find_unused_files(studies: Sequence[StudyFiles]) -> list[Path]:
    """List the results that no study and no report needs.

    The files that a report was made from are kept, too, if its study is not among `studies`.

    Args:
        studies: all studies of this folder.

    Raises:
        AeganError: Snakemake cannot plan a study, or a report's crate cannot be read.
    """
    present = {part for path in list_records() for part in (*path.parts, path.stem)}
    needed = {path for study in studies if present & study.names_in_paths for path in _plan_files(study.overlays)}
    names = {study.name for study in studies}
    for crate in Path("reports").glob(f"*/{CRATE}"):
        if crate.parent.name not in names:
            files, jobs = read_crate(crate.parent)
            needed |= {*files, *(job["record"] for job in jobs)}
    aside = [path for path in ASIDE.glob("**/*") if path.is_file()]
    return [path for path in _list_written_files() if str(path) not in needed] + aside


def remove_files(paths: Sequence[Path]) -> None:
    """Remove results, Snakemake's metadata about them, and the folders that are empty afterwards.

    Raises:
        InputError: a run is active in this folder.
    """
    with hold_run_lock():
        for path in paths:
            path.unlink(missing_ok=True)
            metadata_path(path).unlink(missing_ok=True)
            for folder in path.parents[:-1]:
                if any(folder.iterdir()):
                    break
                folder.rmdir()


def _list_written_files() -> Iterator[Path]:
    """Yield the files below results/ that jobs wrote: the records, and the outputs that they name."""
    for record in list_records():
        files = map(Path, read_record(record)["outputs"])
        yield from (path for path in files if path.is_relative_to("results") and ".." not in path.parts)
        yield record


def _plan_files(overlays: Sequence[Path]) -> set[str]:
    """Return the path of every file of a study, as Snakemake plans it.

    Raises:
        AeganError: Snakemake cannot plan it.
    """
    configs = ["--configfile", *map(str, overlays)] if overlays else []
    command = [sys.executable, "-m", "snakemake", "--summary", *configs]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        study = " ".join(map(str, overlays)) or str(CONFIG)
        *_, reason = (line for line in done.stderr.strip().splitlines() if not line.startswith("  File "))
        raise AeganError(f"{study}: Snakemake cannot plan this study, so what it needs is unknown ({reason})")
    return {line.split("\t")[0] for line in done.stdout.splitlines()}
