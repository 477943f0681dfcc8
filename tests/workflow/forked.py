"""Runs recorded jobs in forks of a process that has imported everything, so that a kill meets work and not imports.

Reads orders from its input: the record of a job, the number of a signal, and after what it is sent (seconds, a glob of
files that appear, or null). Answers each with the job's exit status, negative for a signal, and the seconds from the
fork and from the signal to the end.
"""

import json
import os
import runpy
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib.pyplot  # noqa: F401 - imported late by what draws
import sklearn.mixture  # noqa: F401

from aegan.pipeline import job

SCRIPTS = {path.stem: runpy.run_path(str(path))["main"] for path in Path("workflow/scripts").glob("*.py")}


class Named(list[Any]):
    """Inputs, outputs or params as Snakemake gives them: a list of all, and each by its name."""

    def __init__(self, named: dict[str, Any]) -> None:
        super().__init__(one for value in named.values() for one in (value if isinstance(value, list) else [value]))
        self.items, self.get = named.items, named.get


def work(record: dict[str, Any]) -> None:
    """Run a job as Snakemake does, and exit."""
    terminal = os.open(os.devnull, os.O_WRONLY)
    os.dup2(terminal, 1)
    os.dup2(terminal, 2)
    try:
        given = {kind: Named(value) if isinstance(value, dict) else value for kind, value in record.items()}
        job.run(SCRIPTS[record["rule"]], SimpleNamespace(**given))
    except SystemExit as ended:
        os._exit(int(ended.code or 0))
    os._exit(0)


def schedule_signal(pid: int, order: dict[str, Any]) -> Callable[[], float]:
    """Send the signal when it is due; return a function that stops waiting and returns the time of the signal."""
    moment, ended, after = [float("nan")], threading.Event(), order["after"]

    def strike() -> None:
        if isinstance(after, str):
            while not list(Path().glob(after)) and not ended.wait(0.002):
                pass
        if not ended.wait(after if isinstance(after, float) else 0):
            moment[0] = time.monotonic()
            os.kill(pid, order["signal"])

    watch = threading.Thread(target=strike)
    if after is not None:
        watch.start()

    def stop() -> float:
        ended.set()
        if after is not None:
            watch.join()
        return moment[0]

    return stop


def main() -> None:
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        order, begun = json.loads(line), time.monotonic()
        if (pid := os.fork()) == 0:
            work(order["job"])
        stop = schedule_signal(pid, order)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # until the signal is sent, the pid stays reserved
        ended, moment = time.monotonic(), stop()
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps([status, ended - begun, ended - moment]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
