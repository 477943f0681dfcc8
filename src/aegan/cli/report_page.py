"""What a report's page says of its origin: provenance, configuration and the command that makes it.

They are read from the page, because reports of older versions have them nowhere else.
"""

from __future__ import annotations

import re
import shlex
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from aegan.config.freeze import Freeze, check_freeze
from aegan.config.yaml_files import CONFIG
from aegan.errors import InputError
from aegan.provenance import NOT_IN_GIT
from aegan.storage import HOW_TO_RESTORE, explain_read_errors
from aegan.strict_yaml import parse_yaml

COMMIT = re.compile(rf"[0-9a-f]{{40}}|{NOT_IN_GIT}")


class ReportPage(HTMLParser):
    """Parses two sections of a page: provenance, with its table of two columns and the configuration, and the command.

    Args:
        text: the page.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = [[]]  # the first row takes cells outside any row
        self.texts: dict[str, list[str]] = {"provenance": [], "reproduce": []}  # preformatted texts by section
        self._section, self._target = "", [""]
        self.feed(text)

    @property
    def origin(self) -> dict[str, str]:
        """Provenance by its dotted key."""
        return {row[0]: row[1] for row in self.rows if len(row) == 2}

    def parse_config(self) -> Any:
        """Parse the configuration; None if the page has none."""
        try:
            return parse_yaml("".join(self.texts["provenance"][:1]), "the configuration of the report")
        except InputError:
            return None

    def list_commits(self) -> list[str]:
        """List the commits of the runs; none for a page of an older version."""
        return COMMIT.findall(self.origin.get("commits", ""))

    def list_overlays(self) -> list[Path]:
        """List the overlays of the command that makes the report.

        Raises:
            InputError: it is no command.
        """
        command = "".join(self.texts["reproduce"][:1]).partition("\n")[0]
        try:
            words = shlex.split(command)
        except ValueError:
            raise InputError("the command of the report", f"{command!r} is none", HOW_TO_RESTORE) from None
        return [*map(Path, words[words.index("--configfile") + 1 :])] if "--configfile" in words else []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter a section, a row or a cell."""
        if tag == "section":
            self._section = dict(attrs).get("id") or ""
        elif self._section == "provenance" and tag == "tr":
            self.rows.append([])
        elif self._section in self.texts and tag in ("td", "th", "pre"):
            self._target = self.texts[self._section] if tag == "pre" else self.rows[-1]
            self._target.append("")

    def handle_data(self, data: str) -> None:
        """Add text to the cell that was entered, if any."""
        self._target[-1] += data

    def handle_endtag(self, tag: str) -> None:
        """Leave a cell."""
        if tag in ("td", "th", "pre"):
            self._target = [""]


def read_page(report: Path) -> ReportPage:
    """Read the page of a report.

    Args:
        report: the folder of the report.

    Raises:
        InputError: it has no page.
    """
    page = report / "index.html"
    with explain_read_errors(page):
        return ReportPage(page.read_text(encoding="utf-8"))


def check_report_freeze(report: Path) -> Freeze | None:
    """Tell whether the config of a report has changed since its first run; None for a page that names no commits.

    Args:
        report: the folder of the report.
    """
    try:
        page = read_page(report)
        commits, files = page.list_commits(), [*([CONFIG] if CONFIG.is_file() else []), *page.list_overlays()]
    except InputError:  # verifying the report names its damaged page
        return None
    return check_freeze(files, commits) if commits and files else None
