"""The finding of a study for the head of README.md: the sentences with which its report opens."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from aegan.errors import InputError
from aegan.report.answers import answer_study
from aegan.storage import explain_read_errors, write_text
from aegan.tables import read_table

#: the text between the two marks of README.md
MARKED_TEXT = re.compile(r"(?<=<!-- finding -->\n).*?(?=\n<!-- /finding -->)", re.DOTALL)
LINE_WIDTH = 120


def write_finding(readme: Path, report: Path, alpha: float) -> None:
    """Write the finding of a report between the two marks of a Markdown file: the answer in bold, then its details.

    Args:
        readme: the file to edit.
        report: the folder of the report, with decisions.csv.
        alpha: level of the tests.

    Raises:
        InputError: the file lacks the marks, or one of the files cannot be read.
    """
    answer, *details = answer_study(read_table(report / "decisions.csv"), alpha)
    with explain_read_errors(readme):
        text = readme.read_text(encoding="utf-8")
    if not MARKED_TEXT.search(text):
        marks = "Put the lines <!-- finding --> and <!-- /finding --> where the finding belongs."
        raise InputError(readme, "the marks of the finding are missing", marks)
    paragraphs = [f"**{answer}**", *([" ".join(details)] if details else [])]
    finding = "\n\n".join(textwrap.fill(part, LINE_WIDTH, break_on_hyphens=False) for part in paragraphs)
    write_text(readme, MARKED_TEXT.sub(lambda _: finding, text))
