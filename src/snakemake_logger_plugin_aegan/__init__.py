"""`snakemake --logger aegan`: the progress of the whole study in the place of Snakemake's own output.

Snakemake finds this package by its name and imports it at every call, and so nothing slow is imported here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from aegan.cli.study_status import count_verdicts, describe_progress, list_trained, read_last_line
from aegan.errors import AeganError
from aegan.pipeline.job_times import name_job, read_job_times
from aegan.pipeline.run import read_study_name
from aegan.pipeline.study_progress import Progress, RunningJob, read_progress, start_progress, write_progress

#: outputs that verdicts are read from: FOLDER/DATASET/METHOD/SEEDS/NAME
JUDGED = {
    "results/gan": "training.parquet",
    "results/diagnosis": "probe.parquet",
    "results/evaluation/gan": "quality.csv",
}


class LogHandler(LogHandlerBase):
    """Follows the events of Snakemake, shows the progress of the study, and records it for `aegan status`."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True  # `--quiet` hides events that the progress is counted from
    has_formatter = False
    needs_rulegraph = False

    def __post_init__(self) -> None:
        """Prepare what is shown from the start of the workflow on."""
        from aegan.cli.progress_display import ProgressDisplay

        self.display = ProgressDisplay(self.describe, quiet=bool(self.common_settings.quiet))
        self.progress: Progress | None = None
        self.times: dict[str, float] = {}
        self.configs: list[Path] = []
        self.remarks: list[str] = []  #: what Snakemake said besides events

    def describe(self) -> list[str]:
        """Describe the progress, once the jobs are known."""
        return describe_progress(self.progress, self.times) if self.progress else ["planning the study …"]

    def emit(self, record: logging.LogRecord) -> None:
        """Follow a record: log it, count the job that it is about, and show what the user must see."""
        try:
            self.follow(record)
        except Exception:
            self.handleError(record)

    def follow(self, record: logging.LogRecord) -> None:
        """Follow a record as `emit` does; errors are not caught."""
        event = getattr(record, "event", None)
        if event is LogEvent.SHELLCMD:  # rules run scripts
            return
        text = self.format(record)
        if self.common_settings.dryrun:  # the plan is what the user wants to see
            self.display.print(text)
            return
        if event is LogEvent.WORKFLOW_STARTED:
            # Snakemake lists those of the command line, which come last, first, with absolute paths
            self.configs = sorted(map(Path, getattr(record, "configfiles", ())), key=Path.is_absolute)
            self.display.start()
        self.display.write_log(text)
        if event is LogEvent.RUN_INFO:
            self.plan(record.stats)  # type: ignore[attr-defined]
        elif self.progress and (change := CHANGES.get(event)):
            self.progress = change(self, self.progress, record)
            write_progress(self.progress)
        elif event is None and record.levelno < logging.WARNING:
            self.remarks.append(text)
        elif record.levelno >= logging.WARNING:
            self.display.print(text, style="red" if record.levelno >= logging.ERROR else "yellow")
        self.display.show()

    def plan(self, jobs: Mapping[str, int]) -> None:
        """Begin to count the jobs that Snakemake has planned."""
        self.times = read_job_times()
        planned = {rule: count for rule, count in jobs.items() if rule != "total"}
        self.progress = start_progress(read_study_name(self.configs)).plan(planned)
        with suppress(AeganError):  # a damaged file is written anew
            if earlier := read_progress():
                self.progress = self.progress.keep_verdicts(earlier, list_trained(self.configs))
        write_progress(self.progress)

    def begin(self, progress: Progress, record: Any) -> Progress:
        """Count a job that begins."""
        log = record.log[0] if record.log else ""
        name = name_job(Path(record.benchmark)) if record.benchmark else record.rule_name
        trained = find_trained(record.output)
        job = RunningJob(record.rule_name, name, log=log, trained=trained, started=record.created)
        return progress.begin(str(record.jobid), job)

    def finish(self, progress: Progress, record: Any) -> Progress:
        """Count a job that is done; judge what it trained."""
        job = progress.running.get(str(record.job_id))
        progress = progress.finish(str(record.job_id))
        if job is None:
            return progress
        self.times = {**self.times, job.name: record.created - job.started}  # another thread reads them
        if job.trained:
            try:
                return progress.judge(job.trained, count_verdicts(Path(job.trained), self.configs))
            except AeganError as error:
                self.display.print(str(error), style="yellow")
        return progress

    def fail(self, progress: Progress, record: Any) -> Progress:
        """Count a job that failed, and say why."""
        job = progress.running.get(str(record.jobid))
        reasons = [f"{read_last_line(Path(log))} ({log})" for log in record.log]
        self.display.print(f"failed: {job.name if job else record.rule_name}", *reasons, style="red")
        return progress.fail(str(record.jobid))

    def close(self) -> None:
        """Show how the run ended, and give standard error back."""
        self.display.stop()
        if self.progress:
            self.progress = self.progress.end(time.time())
            write_progress(self.progress)
            self.remarks = [*self.describe(), f"  the whole output: {self.display.log}"]
        if not self.common_settings.quiet:
            self.display.print(*self.remarks)
        self.progress, self.remarks = None, []  # the interpreter closes all handlers once more
        super().close()


CHANGES: dict[LogEvent | None, Callable[[LogHandler, Progress, Any], Progress]] = {
    LogEvent.JOB_INFO: LogHandler.begin,
    LogEvent.JOB_FINISHED: LogHandler.finish,
    LogEvent.JOB_ERROR: LogHandler.fail,
}


def find_trained(outputs: list[str]) -> str:
    """Return results/gan/DATASET/METHOD/SEEDS if one of its verdicts is read from an output of a job; else ""."""
    for output in outputs:
        *run, name = Path(output).parts
        if JUDGED.get("/".join(run[:-3])) == name:
            return "/".join(("results/gan", *run[-3:]))
    return ""
