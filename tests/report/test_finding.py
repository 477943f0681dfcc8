from pathlib import Path

import pytest

from aegan.config.sections import Report
from aegan.errors import InputError
from aegan.report.answers import answer_study
from aegan.report.finding import write_finding
from aegan.tables import read_table, write_table

ROOT = Path(__file__).parents[2]


def test_the_finding_of_the_readme_is_that_of_the_committed_report(tmp_path):
    text = (ROOT / "README.md").read_text("utf-8")
    copy = tmp_path / "README.md"
    copy.write_text(text, "utf-8")
    write_finding(copy, ROOT / "reports" / "quickstart", Report().alpha)
    assert copy.read_text("utf-8") == text, "run `aegan docs`"


def test_the_finding_is_what_the_page_opens_with(study, tmp_path):
    write_table(tmp_path / "decisions.csv", study.decisions)
    readme = tmp_path / "README.md"
    readme.write_text("# aegan\n<!-- finding -->\nold\n<!-- /finding -->\nmore\n", "utf-8")
    write_finding(readme, tmp_path, 0.05)
    before, _, rest = readme.read_text("utf-8").partition("<!-- finding -->\n")
    finding, _, after = rest.partition("\n<!-- /finding -->\n")
    assert (before, after) == ("# aegan\n", "more\n")
    answer, *details = answer_study(read_table(tmp_path / "decisions.csv"), 0.05)
    assert [part.replace("\n", " ") for part in finding.split("\n\n")] == [f"**{answer}**", " ".join(details)]
    assert max(map(len, finding.splitlines())) <= 120


def test_a_file_without_marks_is_refused(study, tmp_path):
    write_table(tmp_path / "decisions.csv", study.decisions)
    readme = tmp_path / "README.md"
    readme.write_text("# aegan\n", "utf-8")
    with pytest.raises(InputError, match="marks of the finding are missing"):
        write_finding(readme, tmp_path, 0.05)
