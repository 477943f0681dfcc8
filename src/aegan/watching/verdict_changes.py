"""Print the verdict on a network when it changes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

#: share of the time of a training that verdicts may take
SHARE = 0.02
#: looks before the first verdict; a network that moves in few rounds may not have moved before
FIRST_LOOKS = 10
#: what a network is taken for before its first verdict
HEALTHY = "stable"


class VerdictPrinter:
    """Judges a training after some of its looks, and prints the verdicts that have changed, on the standard error.

    A verdict is printed if it is found twice in a row, because one on few looks may change with the next.

    Args:
        folder: of the history.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.looks = 0
        self.due = 0.0
        self.printed: dict[str, str] = {}
        self.found: dict[str, str] = {}

    def print_changes(self, step: int) -> None:
        """Judge the looks so far and print changes, if the training has lasted long enough since the last time."""
        self.looks += 1
        started = time.perf_counter()
        if self.looks < FIRST_LOOKS or started < self.due:
            return
        from aegan.watching.watch_report import describe_verdicts, judge_history

        verdicts = judge_history(self.folder)
        before, self.found = self.found, dict(zip(verdicts["network"], verdicts["verdict"], strict=True))
        for network, sentence in describe_verdicts(verdicts).items():
            word = self.found[network]
            if before.get(network) == word != self.printed.get(network, HEALTHY):
                print(f"aegan, round {step}: {sentence}", file=sys.stderr)  # noqa: T201 - what `warn=True` is for
                self.printed[network] = word
        ended = time.perf_counter()
        self.due = ended + (ended - started) / SHARE
