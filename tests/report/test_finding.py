from pathlib import Path

import pytest

from aegan.cli.documents import find_report, read_results
from aegan.errors import InputError
from aegan.report.finding import write_finding
from aegan.report.markdown_tables import tabulate_decisions
from aegan.report.summary import summarise_study

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def results():
    return read_results(find_report(ROOT))


def test_the_finding_of_the_readme_is_that_of_the_committed_report(results, tmp_path):
    text = (ROOT / "README.md").read_text("utf-8")
    copy = tmp_path / "README.md"
    copy.write_text(text, "utf-8")
    write_finding(copy, results)
    assert copy.read_text("utf-8") == text, "run `aegan docs`"


def test_the_finding_is_what_the_page_opens_with_and_the_table_of_its_decisions(study, results, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# aegan\n<!-- finding -->\nold\n<!-- /finding -->\nmore\n", "utf-8")
    own = results._replace(name="mine", decisions=study.decisions, pairs=study.pairs)
    write_finding(readme, own)
    before, _, rest = readme.read_text("utf-8").partition("<!-- finding -->\n")
    finding, _, after = rest.partition("\n<!-- /finding -->\n")
    assert (before, after) == ("# aegan\n", "more\n")
    answer, *summary = summarise_study(study.decisions, study.pairs, own.config["report"])
    assert answer.partition(":")[0] in {"Help shown", "Help shown in part", "Undecided in part", "No help shown"}
    first, second, table, figure, source = finding.split("\n\n")
    assert [part.replace("\n", " ") for part in (first, second)] == [f"**{answer}**", " ".join(summary)]
    assert max(map(len, [*first.splitlines(), *second.splitlines()])) <= 120
    assert table == tabulate_decisions(study.decisions)
    assert "](reports/mine/figures/decision_forest.svg)" in figure
    assert "(reports/mine)" in source


def test_a_file_without_marks_is_refused(results, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# aegan\n", "utf-8")
    with pytest.raises(InputError, match="marks of the finding are missing"):
        write_finding(readme, results)
