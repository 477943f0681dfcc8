"""`aegan clean`: results that no study rests on any more, such as those of removed seeds and methods.

Only what a job's record names below `results/`, and what `aegan run` set aside, is ever listed or removed: raw data,
reports and files that no job wrote are not.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from aegan.config.model import Config
from aegan.config.validation import ConfigError, load, merged
from aegan.errors import AeganError
from aegan.pipeline.job_records import read_record, record_paths
from aegan.pipeline.repair import ASIDE, metadata_of
from aegan.pipeline.run import CONFIG, alone
from aegan.pipeline.verify import CRATE, read_crate

STUDIES = Path("config/studies")


def unused(overlays: Sequence[Path]) -> list[Path]:
    """List the results that no study needs, neither to be made nor for a report that is there.

    Studies are the default one, every file of config/studies, and one of the overlays given, in order. A report whose
    study is none of these keeps what it was made from.

    Args:
        overlays: those that make one more study together.

    Raises:
        AeganError: a study cannot be read.
    """
    studies = [([], load(merged([CONFIG]))), *_filed()]
    studies += [(list(overlays), load(merged([CONFIG, *overlays])))] if overlays else []
    present = {part for path in record_paths() for part in (*path.parts, path.stem)}
    needed = {name for files, study in studies if present & _places(study) for name in _planned(files)}
    names = {study.study.name for _, study in studies}
    for crate in Path("reports").glob(f"*/{CRATE}"):
        if crate.parent.name not in names:
            kept, jobs = read_crate(crate.parent)
            needed |= {*kept, *(job["record"] for job in jobs)}
    return [path for path in _written() if str(path) not in needed] + [p for p in ASIDE.glob("**/*") if p.is_file()]


def _filed() -> list[tuple[list[Path], Config]]:
    """Read the studies of config/studies; one that is none by itself is read on top of every other.

    Raises:
        ConfigError: one can be read on top of none.
    """
    paths = sorted(STUDIES.glob("*.yaml"))
    studies = {path: _read([path]) for path in paths}
    for path in [path for path, read in studies.items() if not read]:
        studies[path] = [study for below in paths if below != path for study in _read([below, path])]
        if not studies[path]:
            load(merged([CONFIG, path]))
    return [study for read in studies.values() for study in read]


def _read(files: list[Path]) -> list[tuple[list[Path], Config]]:
    try:
        return [(files, load(merged([CONFIG, *files])))]
    except ConfigError:
        return []


def _places(study: Config) -> set[str]:
    """Give the names that lead the places of a study's results."""
    return {study.study.name, *study.study.datasets, *study.study.reproductions}


def remove(paths: Sequence[Path]) -> None:
    """Remove results, what Snakemake knows of them, and folders that are empty then.

    Raises:
        InputError: a run is at work here.
    """
    with alone():
        for path in paths:
            path.unlink(missing_ok=True)
            metadata_of(path).unlink(missing_ok=True)
            for folder in path.parents[:-1]:
                if any(folder.iterdir()):
                    break
                folder.rmdir()


def _written() -> Iterator[Path]:
    """List what jobs wrote to results/ and is there: their records, and the files that these name."""
    for record in record_paths():
        files = map(Path, read_record(record)["outputs"])
        yield from (path for path in files if path.is_relative_to("results") and ".." not in path.parts)
        yield record


def _planned(overlays: Sequence[Path]) -> set[str]:
    """Ask Snakemake for every file of a study."""
    configs = ["--configfile", *map(str, overlays)] if overlays else []
    command = [sys.executable, "-m", "snakemake", "--summary", *configs]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        study = " ".join(map(str, overlays)) or str(CONFIG)
        reason = done.stderr.strip().splitlines()[-1]
        raise AeganError(f"{study}: Snakemake cannot read this study, so what it needs is unknown ({reason})")
    return {line.split("\t")[0] for line in done.stdout.splitlines()}
