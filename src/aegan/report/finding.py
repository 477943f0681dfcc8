"""The finding of a study for the head of README.md: the sentences with which its report opens, and its decisions."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from aegan.errors import InputError
from aegan.report.findings import Results
from aegan.report.markdown_tables import tabulate_decisions
from aegan.report.summary import summarise_study
from aegan.storage import explain_read_errors, write_text

#: the text between the two marks of README.md
MARKED_TEXT = re.compile(r"(?<=<!-- finding -->\n).*?(?=\n<!-- /finding -->)", re.DOTALL)
LINE_WIDTH = 120
#: the figure of the comparisons on which a finding may rest
FIGURE = "decision_forest"


def write_finding(readme: Path, results: Results) -> None:
    """Write the finding of a report between the two marks of a Markdown file.

    The answer is in bold; then come the rest of the summary, the table of the primary decisions, and the figure of
    these and of their replications.

    Args:
        readme: the file to edit.
        results: the report, in the folder reports/ beside the file.

    Raises:
        InputError: the file lacks the marks, or cannot be read.
    """
    answer, *summary = summarise_study(results.decisions, results.pairs, results.config["report"])
    with explain_read_errors(readme):
        text = readme.read_text(encoding="utf-8")
    if not MARKED_TEXT.search(text):
        marks = "Put the lines <!-- finding --> and <!-- /finding --> where the finding belongs."
        raise InputError(readme, "the marks of the finding are missing", marks)
    sentences = [f"**{answer}**", " ".join(summary), f"From the report [{results.folder}]({results.folder})."]
    paragraphs = [textwrap.fill(part, LINE_WIDTH, break_on_hyphens=False, break_long_words=False) for part in sentences]
    figure = f"![Effect and interval of each primary comparison and replication]({results.folder}/figures/{FIGURE}.svg)"
    blocks = [*paragraphs[:2], tabulate_decisions(results.decisions), figure, *paragraphs[2:]]
    finding = "\n\n".join(block for block in blocks if block)
    write_text(readme, MARKED_TEXT.sub(lambda _: finding, text))
