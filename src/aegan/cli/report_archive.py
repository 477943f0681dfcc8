"""Reports as they were filed: in a folder, or in a revision of the repository around the working folder.

What a revision tracks with DVC comes through DVC's command, from its cache or its remote.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import yaml

from aegan.cli.history_readers import written_table
from aegan.errors import InputError
from aegan.report.differences import CELL, DECISION, VERDICT, Filed

REPORT = "reports/quickstart"  #: the report that a revision stands for if it names none
#: each table that is compared: what tells its rows apart, what else is text in it, and what numbers
TABLES: dict[str, tuple[list[str], list[str], list[str]]] = {
    "quality": ([*CELL, "seed"], [], ["value"]),
    "verdicts": (VERDICT, ["verdict"], []),
    "decisions": (DECISION, ["decision"], ["effect", "low", "high"]),
}

AGAIN = "`snakemake report` writes it"


def filed(name: str) -> Filed:
    """Read the report that a user calls by a folder, by REV or by REV:FOLDER.

    A folder of that name comes first. The page holds configuration and provenance, so old reports can be read, too.

    Raises:
        InputError: there is no such report, or it lacks a file.
    """
    if Path(name).exists():
        return read_report(Path(name), name)
    with TemporaryDirectory() as folder:
        revision, _, path = name.partition(":")
        report = Path(folder) / "report"
        _check_out(revision, path or REPORT, report)
        return read_report(report, f"{revision}:{path or REPORT}")


def read_report(folder: Path, name: str) -> Filed:
    """Read a report from its folder.

    Args:
        folder: where its files lie.
        name: what it is called, in errors, too.

    Raises:
        InputError: a file is missing or is not what aegan writes.
    """
    for file in ("index.html", *(f"{table}.csv" for table in TABLES)):
        if not (folder / file).is_file():
            raise InputError(f"{name}/{file}", "is not there", f"Name the folder of a whole report; {AGAIN}")
    page = _Page(_text(folder, name, "index.html"))
    if not isinstance(page.config, dict):
        raise InputError(f"{name}/index.html", "tells no configuration", f"Give the page of a report; {AGAIN}")
    tables = {table: _table(folder, name, table) for table in TABLES}
    return Filed(name=name, origin=page.origin, config=page.config, figures=_figures(folder, name), **tables)


def _text(folder: Path, name: str, file: str) -> str:
    try:
        return (folder / file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{name}/{file}", f"cannot be read ({error})", f"Make it again; {AGAIN}") from None


def _table(folder: Path, name: str, table: str) -> pd.DataFrame:
    keys, texts, numbers = TABLES[table]
    try:
        read = written_table(folder / f"{table}.csv", [*keys, *texts, *numbers], AGAIN)
        read = read.astype(dict.fromkeys([*keys, *texts], str) | dict.fromkeys(numbers, float))
    except (InputError, ValueError) as error:
        raise InputError(f"{name}/{table}.csv", getattr(error, "wrong", str(error)), AGAIN) from None
    if (twice := read.duplicated(keys)).any():
        row = ", ".join(read.loc[twice, keys].iloc[0])
        raise InputError(f"{name}/{table}.csv", f"holds {row} twice", f"Make it again; {AGAIN}")
    return read


def _figures(folder: Path, name: str) -> dict[str, str | bytes]:
    """Read every figure, from the smaller of its files."""
    files = [path for path in (folder / "figures").glob("*") if path.suffix in (".svg", ".png")]
    smallest = {path.stem: path for path in sorted(files, key=lambda path: -path.stat().st_size)}
    return {
        stem: _text(folder, name, f"figures/{path.name}") if path.suffix == ".svg" else path.read_bytes()
        for stem, path in sorted(smallest.items())
    }


def _check_out(revision: str, path: str, folder: Path) -> None:
    """Write REV:PATH of the repository around the working folder into a new folder."""
    try:
        # what a user calls a revision never reaches a command as an option: it is turned into a hash first
        commit = _said("git", "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        top = _said("git", "rev-parse", "--show-toplevel").decode().strip()
        if _said("git", "-C", top, "ls-tree", commit, "--", f"{path}.dvc"):
            _said("dvc", "get", top, path, "--rev", commit, "--out", str(folder))
            return
        tree = _said("git", "rev-parse", "--verify", "--end-of-options", f"{commit}:{path}").decode().strip()
        packed = _said("git", "-C", top, "archive", "--format=tar", tree)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"") or str(error).encode()
        reason = said.decode(errors="replace").strip().removeprefix("fatal: ") or "it fails"
        mend = "Name a folder, REV or REV:reports/NAME; `git ls-tree REV reports/` lists what a revision has"
        raise InputError(f"{revision}:{path}", f"is no folder, and no report in Git ({reason})", mend) from None
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def _said(*command: str) -> bytes:
    return subprocess.run(command, capture_output=True, check=True).stdout


class _Page(HTMLParser):
    """Reads the provenance section of a report's page: its table of two columns, and its configuration."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = [[]]  # cells may stand in no row
        self.texts: list[str] = []
        self._inside, self._into = False, [""]
        self.feed(text)

    @property
    def origin(self) -> dict[str, str]:
        """Provenance, by its dotted key."""
        return {row[0]: row[1] for row in self.rows if len(row) == 2}

    @property
    def config(self) -> Any:
        """The configuration; None where there is none."""
        try:
            return yaml.safe_load("".join(self.texts[:1]))
        # on text that only looks like a date, a number or its own tag yaml raises many kinds of exception
        except Exception:
            return None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self._inside = ("id", "provenance") in attrs
        elif self._inside and tag == "tr":
            self.rows.append([])
        elif self._inside and tag in ("td", "th", "pre"):
            self._into = self.texts if tag == "pre" else self.rows[-1]
            self._into.append("")

    def handle_data(self, data: str) -> None:
        self._into[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "pre"):
            self._into = [""]
