"""`aegan verify REPORT --against STUDY`: compare a repetition of some comparisons with the report of a study."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from aegan.analysis.repeated_decisions import decide_again
from aegan.cli.report_page import read_page
from aegan.errors import InputError
from aegan.report.repetition import TABLE_KEYS, conclude_repetition, match_tables
from aegan.report.sentences import shorten_outcome
from aegan.storage import explain_read_errors
from aegan.tables import find_table, read_table


class Repetition(NamedTuple):
    """What a repetition showed."""

    lines: list[str]
    decisions_hold: bool


def compare_repetition(repetition: Path, study: Path) -> Repetition:
    """Compare the tables of a repetition with those of a study, and decide on its comparisons again.

    Args:
        repetition: the folder of the report with some of the comparisons.
        study: the folder of the committed report.

    Raises:
        InputError: a file is missing, or they have no comparison in common.
    """
    settings = read_page(study).parse_config()
    decisions, repeated = (read_table(folder / "decisions.csv") for folder in (study, repetition))
    if not isinstance(settings, dict) or "report" not in settings:
        raise InputError(study / "index.html", "contains no configuration", "Give the folder of a report")
    again = decide_again(decisions, repeated, settings["report"])
    if again.empty:
        fix = f"Repeat methods of {study} on its data sets, with their baselines"
        raise InputError(repetition, f"has no comparison in common with {study}", fix)
    matches = match_tables(*(read_texts(folder) for folder in (study, repetition)))
    moved = again[again["decision"] != again["again"]]
    differences = [
        f"decided otherwise: {row.method} against {row.baseline} on {row.dataset} in "
        f"{shorten_outcome(str(row.outcome))}: {row.decision} in {study}, {row.again} with these numbers"
        for row in moved.itertuples()
    ]
    held = f"{len(again) - len(moved)} of {len(again)} repeated decisions hold."
    return Repetition([*map(str, matches), *differences, f"{conclude_repetition(matches)} {held}"], moved.empty)


def read_texts(report: Path) -> dict[str, pd.DataFrame]:
    """Read the tables of a report, each cell as the text that the file has; a number in Parquet in all its digits.

    Args:
        report: the folder of the report.
    """
    tables = {}
    for name, keys in TABLE_KEYS.items():
        if (path := find_table(report, name)).is_file():
            with explain_read_errors(path):
                parquet = path.suffix == ".parquet"
                tables[name] = (
                    read_table(path).astype(str) if parquet else pd.read_csv(path, dtype=str, keep_default_na=False)
                )
                tables[name].set_index(keys)  # raises if a column is missing
    return tables
