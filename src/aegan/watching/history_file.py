"""The history of a watched training as a file that grows by a block per look, and can be read while it does.

A block ends with a row of the time since the start. What follows the last of these rows is half a block, and left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING

from aegan.errors import InputError
from aegan.storage import explain_read_errors, write_text

if TYPE_CHECKING:
    import pandas as pd

HISTORY_FILE = "history.csv"
COLUMNS = ["step", "network", "layer", "quantity", "value"]
#: the entries of network and quantity in the last row of a block
WATCH, SECONDS = "(watch)", "seconds"
#: what a watched training has in place of a data set and a seed
DATASET, SEED = "own data", 0

Row = tuple[int, str, str, str, float]


def begin_history(folder: Path, resume: int | None) -> Path:
    """Make the file of a new history, or cut an earlier one to the rounds before the one that a training resumes at.

    Args:
        folder: of the run.
        resume: the round that the training resumes at; None for a new training.

    Raises:
        InputError: the folder holds a history, and nothing is said of resuming; or `resume` is no round.
    """
    if resume is not None and (isinstance(resume, bool) or not isinstance(resume, Integral) or resume < 0):
        raise InputError("resume", f"is {resume!r}", "Give the round that the training resumes at, from 0 on")
    path = folder / HISTORY_FILE
    if path.exists():
        if resume is None:
            fix = "Give another folder, remove that file, or say resume=ROUND to continue the history from a round on"
            raise InputError(path, "is the history of an earlier training", fix)
        earlier = [row for row in csv.reader(io.StringIO(_read_blocks(path))) if row]
        write_text(path, _format_rows([COLUMNS, *(row for row in earlier[1:] if int(row[0]) < resume)]))
    else:
        write_text(path, _format_rows([COLUMNS]))
    return path


def append_look(path: Path, step: int, rows: Iterable[Row], seconds: float) -> None:
    """Append the block of one look.

    Args:
        path: the file.
        step: the round of the look.
        rows: step, network, layer, quantity, value.
        seconds: since the start.
    """
    numbers = [(*row[:4], f"{row[4]:.9g}") for row in [*rows, (step, WATCH, "(all)", SECONDS, seconds)]]
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(_format_rows(numbers))


def read_history(folder: Path) -> tuple[pd.DataFrame, int, float]:
    """Read the history of a training that is watched or was.

    Returns:
        dataset, method (the name of the folder), seed, step, network, layer, quantity, value; the last round that was
        looked at, and the seconds since the start.

    Raises:
        InputError: there is no history, or no look has ended.
    """
    import pandas as pd  # here, because watching needs it for reports alone

    path = folder / HISTORY_FILE
    with explain_read_errors(path):
        table = pd.read_csv(io.StringIO(_read_blocks(path)), dtype={"layer": str, "network": str, "quantity": str})
    if table.empty:
        raise InputError(path, "no look has ended", "Let the loop run on, or call report() or close() after its rounds")
    ends = table[table["network"] == WATCH]
    history = table[table["network"] != WATCH].reset_index(drop=True)
    history.insert(0, "dataset", DATASET)
    history.insert(1, "method", folder.resolve().name)
    history.insert(2, "seed", SEED)
    return history, int(ends["step"].iloc[-1]), float(ends["value"].iloc[-1])


def read_rows(folder: Path) -> list[Row]:
    """Read the rows of the looks that have ended; none of a training that begins."""
    _header, *rows = csv.reader(io.StringIO(_read_blocks(folder / HISTORY_FILE)))
    return [
        (int(step), network, layer, quantity, float(value))
        for step, network, layer, quantity, value in rows
        if network != WATCH
    ]


def _read_blocks(path: Path) -> str:
    """Read the header and the whole blocks."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    ends = [place for place, line in enumerate(lines) if f",{WATCH}," in line and line.endswith("\n")]
    return "".join(lines[: ends[-1] + 1 if ends else 1])


def _format_rows(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
