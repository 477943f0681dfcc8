"""Verdicts and report of a watched training, from its history, by the code that judges and draws studies."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from aegan.config.verdicts import Verdicts
from aegan.figures.numbers import format_duration
from aegan.probes.findings import Limits
from aegan.probes.verdicts import assess_runs
from aegan.storage import write_text
from aegan.watching.history_file import read_history

REPORT_FILE = "report.html"


def judge_history(folder: Path) -> pd.DataFrame:
    """Give the verdict on every network with the default thresholds: the columns of `assess_runs`."""
    return assess_runs(read_history(folder)[0], Limits(**Verdicts().model_dump()))


def describe_verdicts(verdicts: pd.DataFrame) -> dict[str, str]:
    """Describe the verdict on each network: network -> sentence."""
    return {row["network"]: _describe_verdict(row) for _, row in verdicts.iterrows()}


def _describe_verdict(row: pd.Series) -> str:
    onset = "" if pd.isna(row["step"]) else f" since round {row['step']}"
    return f"{row['network']} is {row['verdict']}{onset}: {row['evidence']}."


def write_report(folder: Path) -> Path:
    """Write the report of a training beside its history, and return its path."""
    # here, because a training that writes no report need not wait for figures
    from aegan.figures.panels import Message
    from aegan.figures.style import to_svg
    from aegan.report.watched_page import SHOWN, render_watched_page

    history, step, seconds = read_history(folder)
    limits = Verdicts()
    verdicts = assess_runs(history, Limits(**limits.model_dump()))
    name = folder.resolve().name
    run = SimpleNamespace(gradients=history, verdicts=verdicts, methods=(name,), datasets=tuple(history["dataset"][:1]))
    drawn = {figure: spec.draw_study(run) for figure, spec in SHOWN.items()}
    left_out = {figure: image.reason for figure, image in drawn.items() if isinstance(image, Message)}
    page = render_watched_page(
        run,
        {figure: to_svg(image) for figure, image in drawn.items() if figure not in left_out},
        left_out,
        verdicts,
        list(describe_verdicts(verdicts).values()),
        limits.model_dump(),
        {"name": name, "state": f"{step + 1} rounds in {format_duration(seconds)}", "folder": str(folder)},
    )
    write_text(folder / REPORT_FILE, page)
    return folder / REPORT_FILE
