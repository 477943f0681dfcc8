"""Shows the progress of a run: kept up to date on a terminal, a line now and then elsewhere; all output is in a log."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

#: the whole output of the last run: what Snakemake says, and what its jobs write
RUN_LOG = Path("logs/run.log")
#: seconds between two progress lines where there is no terminal
PLAIN_SECONDS = 30.0

STDERR = 2


class ProgressDisplay:
    """Shows progress on what standard error was when it started.

    Jobs write to standard error, too, in the middle of lines that are kept up to date. Between `start` and `stop`,
    standard error is therefore the log, for this process and for those that it starts.

    Args:
        describe: returns the lines of progress; the first two are shown where there is no terminal.
        quiet: whether progress is not shown.
        log: the file of the whole output, which a run begins anew.
    """

    def __init__(self, describe: Callable[[], list[str]], *, quiet: bool = False, log: Path = RUN_LOG) -> None:
        self.log, self._describe, self._quiet = log, describe, quiet
        self._terminal: TextIO | None = None
        self._console = Console(stderr=True)
        self._live: Live | None = None
        self._shown = time.monotonic()

    @property
    def started(self) -> bool:
        """Whether standard error is the log."""
        return self._terminal is not None

    def start(self) -> None:
        """Let standard error be the log, and show the progress from now on."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_bytes(b"")
        log = os.open(self.log, os.O_WRONLY | os.O_APPEND)
        self._terminal = os.fdopen(os.dup(STDERR), "w", encoding="utf-8", errors="replace", buffering=1)
        os.dup2(log, STDERR)
        os.close(log)
        self._console = Console(file=self._terminal)
        if self._console.is_terminal and not self._quiet:
            self._live = Live(
                get_renderable=self._render,
                console=self._console,
                refresh_per_second=1,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    def _render(self) -> Group:
        """Return the lines of progress: the first one whole, the others cut at the edge of the terminal."""
        first, *others = self._describe()
        return Group(Text(first), *(Text(line, no_wrap=True, overflow="ellipsis") for line in others))

    def write_log(self, text: str) -> None:
        """Append a text to the log."""
        if self.started:
            os.write(STDERR, f"{text}\n".encode())

    def show(self) -> None:
        """Show the progress where there is no terminal, if it was last shown long enough ago."""
        if self.started and not self._live and not self._quiet and time.monotonic() - self._shown >= PLAIN_SECONDS:
            self._shown = time.monotonic()
            self.print(*self._describe()[:2])

    def print(self, *lines: str, style: str = "") -> None:
        """Print lines that stay."""
        self._console.print(*(Text(line, style) for line in lines), sep="\n", soft_wrap=True)

    def stop(self) -> None:
        """Show no more progress, and give standard error back."""
        if self._live:
            self._live.stop()
            self._live = None
        if self._terminal:
            os.dup2(self._terminal.fileno(), STDERR)
            self._terminal.close()
            self._terminal, self._console = None, Console(stderr=True)
