"""`aegan compare`: read reports from folders or from revisions of the working folder's Git repository.

Reports that a revision tracks with DVC are read with `dvc get`, from DVC's cache or remote.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from aegan.cli.history_readers import read_columns
from aegan.cli.report_page import ReportPage
from aegan.errors import InputError
from aegan.metrics.registry import METRIC_LABELS
from aegan.report.compare import render_comparison
from aegan.report.differences import CELL_KEYS, DECISION_KEYS, VERDICT_KEYS, SavedReport
from aegan.storage import write_text
from aegan.tables import find_table

REPORT = "reports/quickstart"  #: the report that is read if a revision is given without a path, and nothing names one
#: compared table -> (columns that identify a row, other columns of text, columns of numbers)
TABLES: dict[str, tuple[list[str], list[str], list[str]]] = {
    "quality": ([*CELL_KEYS, "seed"], [], ["value"]),
    "verdicts": (VERDICT_KEYS, ["verdict"], []),
    "decisions": (DECISION_KEYS, ["decision", "family", "differs"], ["effect", "low", "high"]),
}

#: column -> what rows of older reports, which lack it, have in it: all their comparisons were tested as one family
ABSENT = {"family": "primary", "differs": ""}

HOW_TO_MAKE = "`snakemake report` writes it"


def write_comparison(names: Sequence[str], to: Path) -> list[str]:
    """Write a page that compares reports with the first of them.

    Args:
        names: two or more reports, see `load_report`.
        to: the page to write.

    Returns:
        The lines to print.

    Raises:
        InputError: a report cannot be read.
    """
    folder = _find_folder(names)
    write_text(to, render_comparison([load_report(name, folder) for name in names], METRIC_LABELS))
    return [f"wrote {to}"]


def _find_folder(names: Sequence[str]) -> str:
    """Find the first report that is given as a folder of the repository, as a path from its top; else `REPORT`."""
    with suppress(OSError, subprocess.CalledProcessError):
        top = Path(_run("git", "rev-parse", "--show-toplevel").decode().strip()).resolve()
        folders = [Path(name).resolve() for name in names if Path(name).is_dir()]
        return next((own.relative_to(top).as_posix() for own in folders if own.is_relative_to(top)), REPORT)
    return REPORT


def load_report(name: str, folder: str = REPORT) -> SavedReport:
    """Load the report that is given as a folder, as REV or as REV:FOLDER.

    A folder of that name takes precedence. Config and provenance are read from the page, which old reports have as
    well.

    Args:
        name: the report.
        folder: that of a revision without one.

    Raises:
        InputError: there is no such report, or it lacks a file.
    """
    if Path(name).exists():
        return read_report(Path(name), name)
    with TemporaryDirectory() as parent:
        revision, _, path = name.partition(":")
        report = Path(parent) / "report"
        _check_out(revision, path or folder, report)
        return read_report(report, f"{revision}:{path or folder}")


def read_report(folder: Path, name: str) -> SavedReport:
    """Read a report from its folder.

    Args:
        folder: the folder of its files.
        name: name of the report on the page and in errors.

    Raises:
        InputError: a file is missing or is not as aegan writes it.
    """
    for file in (folder / "index.html", *(find_table(folder, table) for table in TABLES)):
        if not file.is_file():
            fix = f"Give the folder of a complete report; {HOW_TO_MAKE}"
            raise InputError(f"{name}/{file.name}", "is not there", fix)
    page = ReportPage(_read_text(folder, name, "index.html"))
    config = page.parse_config()
    if not isinstance(config, dict):
        raise InputError(f"{name}/index.html", "contains no configuration", f"Give the page of a report; {HOW_TO_MAKE}")
    tables = {table: _read_table(folder, name, table) for table in TABLES}
    return SavedReport(name=name, origin=page.origin, config=config, figures=_read_figures(folder, name), **tables)


def _read_text(folder: Path, name: str, file: str) -> str:
    try:
        return (folder / file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{name}/{file}", f"cannot be read ({error})", f"Make it again; {HOW_TO_MAKE}") from None


def _read_table(folder: Path, name: str, table: str) -> pd.DataFrame:
    (keys, texts, numbers), path = TABLES[table], find_table(folder, table)
    try:
        columns = [name for name in [*keys, *texts, *numbers] if name not in ABSENT]
        rows = read_columns(path, columns, HOW_TO_MAKE)
        rows = rows.assign(**{name: value for name, value in ABSENT.items() if name in texts and name not in rows})
        rows = (
            rows.astype(dict.fromkeys(texts, object))
            .fillna(dict.fromkeys(texts, ""))
            .astype(dict.fromkeys([*keys, *texts], str) | dict.fromkeys(numbers, float))
        )
    except (InputError, ValueError) as error:
        raise InputError(f"{name}/{path.name}", getattr(error, "wrong", str(error)), HOW_TO_MAKE) from None
    if (repeated := rows.duplicated(keys)).any():
        row = ", ".join(rows.loc[repeated, keys].iloc[0])
        raise InputError(f"{name}/{path.name}", f"holds {row} twice", f"Make it again; {HOW_TO_MAKE}")
    return rows


def _read_figures(folder: Path, name: str) -> dict[str, str | bytes]:
    """Read every figure, as SVG or PNG, whichever file is smaller: name -> content."""
    files = [path for path in (folder / "figures").glob("*") if path.suffix in (".svg", ".png")]
    smallest = {path.stem: path for path in sorted(files, key=lambda path: -path.stat().st_size)}
    return {
        stem: _read_text(folder, name, f"figures/{path.name}") if path.suffix == ".svg" else path.read_bytes()
        for stem, path in sorted(smallest.items())
    }


def _check_out(revision: str, path: str, folder: Path) -> None:
    """Check out REV:PATH of the repository of the working folder into a new folder.

    Raises:
        InputError: there is no such revision or path.
    """
    try:
        # the revision is resolved to a hash first, so that its name never reaches a command as an option
        commit = _run("git", "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        top = _run("git", "rev-parse", "--show-toplevel").decode().strip()
        if _run("git", "-C", top, "ls-tree", commit, "--", f"{path}.dvc"):
            _run("dvc", "get", top, path, "--rev", commit, "--out", str(folder))
            return
        tree = _run("git", "rev-parse", "--verify", "--end-of-options", f"{commit}:{path}").decode().strip()
        packed = _run("git", "-C", top, "archive", "--format=tar", tree)
    except (OSError, subprocess.CalledProcessError) as error:
        output = getattr(error, "stderr", b"") or str(error).encode()
        reason = output.decode(errors="replace").strip().removeprefix("fatal: ") or "the command failed"
        fix = "Give a folder, REV or REV:reports/NAME; `git ls-tree REV reports/` lists what a revision has"
        name = revision if "/" in revision else f"{revision}:{path}"  # a folder that is not there
        raise InputError(name, f"is neither a folder nor a report in Git ({reason})", fix) from None
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def _run(*command: str) -> bytes:
    return subprocess.run(command, capture_output=True, check=True).stdout
