"""`aegan status`: the progress of a run of a study in words, and the verdicts on what it has trained."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import product
from pathlib import Path

from aegan.errors import AeganError
from aegan.figures.numbers import format_duration, join_words
from aegan.pipeline.job_times import read_job_times
from aegan.pipeline.study_progress import Progress, RunningJob, estimate_time_left, is_running, read_progress
from aegan.pipeline.workflow_lock import find_processes

#: what a line of a job's log begins with: time and [rule wildcards]
LOG_PREFIX = re.compile(r"^\d\d:\d\d:\d\d \[[^\]]*\] ")


def describe_status() -> list[str]:
    """Describe the run in this folder, or the last one, from the files that it wrote.

    Raises:
        InputError: the file with its progress is damaged.
    """
    progress = read_progress()
    if progress is None or not is_running(progress):
        others = [f"Snakemake is at work here without `--logger aegan`: process {found}" for found in find_processes()]
    else:
        others = []
    if progress is None:
        reports = [f"report: {page}" for page in sorted(Path("reports").glob("*/index.html"))]
        return [*others, "nothing has run here yet by `aegan run` or `snakemake --logger aegan`", *reports]
    return [*others, *describe_progress(progress, read_job_times())]


def describe_progress(progress: Progress, times: Mapping[str, float], now: float | None = None) -> list[str]:
    """Describe the progress of a run: what is done, running and left, until when; the verdicts; each running job.

    Args:
        progress: the progress.
        times: job -> seconds that it took before.
        now: seconds since 1970; None for this moment.
    """
    now = time.time() if now is None else now
    counts = f"{progress.done} of {progress.total} jobs done"
    failed = [f"  failed: {name}" for name in progress.failed.values()]
    verdicts = describe_verdicts(progress)
    if is_running(progress):
        left = f"{len(progress.running)} running, {progress.left} left; {_describe_time_left(progress, times, now)}"
        jobs = [_describe_job(job, now) for job in progress.running.values()]
        return [f"{progress.study}: {counts}, {left}", *verdicts, *failed, *jobs]
    if progress.done == progress.total:
        return [
            f"{progress.study}: all {progress.total} jobs done, at {_format_time(progress.ended or now, now)}",
            *verdicts,
        ]
    how = f"stopped at {_format_time(progress.ended, now)}" if progress.ended else "was killed"
    unfinished = progress.total - progress.done
    return [f"{progress.study}: {how}; {counts}, {unfinished} left: `aegan run` goes on", *verdicts, *failed]


def describe_verdicts(progress: Progress) -> list[str]:
    """Describe the verdicts on what is trained, in a line; none if nothing is."""
    totals: dict[str, Counter[str]] = {}
    for networks in progress.verdicts.values():
        for network, own in networks.items():
            totals.setdefault(network, Counter()).update(own)
    told = [
        f"{network} {join_words([f'{count} {verdict}' for verdict, count in own.most_common()])}"
        for network, own in totals.items()
    ]
    seeds = max((sum(own.values()) for own in totals.values()), default=0)
    return [f"  verdicts on {seeds} trained seeds: {'; '.join(told)}"] if told else []


def list_trained(configs: Sequence[Path]) -> set[str]:
    """List results/gan/DATASET/METHOD/SEEDS of every run of a study; none if the config is not one of aegan.

    Args:
        configs: config files, in order.
    """
    from aegan.config.resolved import resolve_config
    from aegan.config.yaml_files import merge_config_files

    try:
        config = resolve_config(merge_config_files(configs))
    except AeganError:
        return set()
    return {
        f"results/gan/{dataset}/{method}/{seeds}"
        for dataset in config.study.datasets
        for method, seeds in product(config.runs[dataset], config.seed_blocks)
    }


def count_verdicts(trained: Path, configs: Sequence[Path]) -> dict[str, dict[str, int]]:
    """Count the verdicts on a finished run: network -> verdict -> number of seeds.

    Args:
        trained: results/gan/DATASET/METHOD/SEEDS.
        configs: config files, in order, whose section `verdicts` has the thresholds.

    Raises:
        InputError: a file cannot be read.
    """
    from aegan.cli.doctor import assess_history, resolve_limits
    from aegan.cli.history_readers import read_run
    from aegan.config.yaml_files import merge_config_files

    limits = resolve_limits(None, merge_config_files(configs).get("verdicts") or {})
    verdicts = assess_history(read_run(trained), limits)
    return {str(network): dict(Counter(own["verdict"])) for network, own in verdicts.groupby("network", sort=False)}


def _describe_time_left(progress: Progress, times: Mapping[str, float], now: float) -> str:
    seconds, unknown = estimate_time_left(progress, times, now)
    if not unknown:
        return f"about {format_duration(round(seconds))}, until {_format_time(now + seconds, now)}"
    known = f"more than {format_duration(round(seconds))}" if seconds else "time unknown"
    named = unknown if len(unknown) <= 3 else [*unknown[:2], f"{len(unknown) - 2} other rules"]
    return f"{known}, because no job of {join_words(named)} has finished here yet"


def _describe_job(job: RunningJob, now: float) -> str:
    """Describe a running job in a line: how long it is at work, and the last line of its log."""
    said = read_last_line(Path(job.log)) if job.log else ""
    return f"  {job.name}, {format_duration(round(now - job.started))}{f': {said}' if said else ''}"


def read_last_line(log: Path) -> str:
    """Return the last line of a job's log without time and name; empty if there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 1000))
            lines = file.read().decode("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return LOG_PREFIX.sub("", lines[-1]) if lines else ""


def _format_time(moment: float, now: float) -> str:
    """Write a time of day, with the date if it is not today."""
    at, today = datetime.fromtimestamp(moment), datetime.fromtimestamp(now)
    return f"{at:%H:%M}" if at.date() == today.date() else f"{at:%Y-%m-%d %H:%M}"
