"""The seconds that jobs took in this folder, from the files of the rules' `benchmark:`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

BENCHMARKS = Path("logs/benchmarks")  #: below the folder of the workflow


def read_job_times(folder: Path = BENCHMARKS) -> dict[str, float]:
    """Read what each job took when it last ran: path of its benchmark below the folder, without suffix -> seconds."""
    return {
        name_job(path, folder): seconds
        for path in folder.glob("**/*.tsv")
        if (seconds := _read_seconds(path)) is not None
    }


def name_job(benchmark: Path, folder: Path = BENCHMARKS) -> str:
    """Return the name of a job, RULE/WILDCARDS: the path of its benchmark below a folder, if it is there."""
    path = benchmark.relative_to(folder) if benchmark.is_relative_to(folder) else benchmark
    return path.with_suffix("").as_posix()


def _read_seconds(benchmark: Path) -> float | None:
    """Return the mean of the column `s` of a benchmark; None if the file is not whole."""
    try:
        header, *rows = [line.split("\t") for line in benchmark.read_text("utf-8").splitlines()]
        seconds = [float(row[header.index("s")]) for row in rows]
        return sum(seconds) / len(seconds)
    except (OSError, ValueError, LookupError, ZeroDivisionError):
        return None


def average_times(rule: str, times: Mapping[str, float]) -> float | None:
    """Return the mean of what the jobs of a rule took; None if none has run.

    Args:
        rule: its name; the benchmarks of the rules fetch_NAME and reproduce_NAME are in fetch/NAME and reproduce/NAME.
        times: job -> seconds, from `read_job_times`.
    """
    folders = {rule, rule.replace("_", "/", 1)}
    own = [
        seconds for job, seconds in times.items() if job in folders or any(job.startswith(f"{at}/") for at in folders)
    ]
    return sum(own) / len(own) if own else None
