"""Published results in the report."""

from dataclasses import replace

import pandas as pd
import pytest

from aegan.report.page import render_report
from aegan.report.published_results import count_reproduced_criteria, list_published_results
from aegan.tables import GRADE_COLUMNS

ROWS = [
    ["dirac", "Mescheder 2018", "Eigenvalues <lie> on the axis.", "error", 1e-9, 1e-9, 2e-9, 5, "reproduced", ""],
    ["dirac", "Mescheder 2018", "Eigenvalues <lie> on the axis.", "orbit", 0.2, 0.1, 0.3, 5, "not reproduced", ""],
    ["probe", "Roe 2020", "An AE cures.", "latent", -1.0, -2.0, 0.5, 5, "undecided", "steps 9 instead of 99"],
]  # fmt: skip


@pytest.fixture
def graded():
    return pd.DataFrame(ROWS, columns=GRADE_COLUMNS)


def test_only_published_criteria_are_counted(graded):
    assert count_reproduced_criteria(graded) == "1 published result measured again: 1 of 2 criteria reproduced."
    assert count_reproduced_criteria(graded[graded["result"] == "probe"]) == ""
    assert count_reproduced_criteria(graded[:0]) == ""
    unmeasured = graded.assign(grade=graded["grade"].replace("not reproduced", "not measured"))
    assert count_reproduced_criteria(unmeasured).endswith("1 of 2 criteria reproduced, 1 not measured.")


def test_a_result_and_its_grades(graded):
    dirac, probe = list_published_results(graded, {"dirac": "data:image/svg+xml;base64,AA"})
    assert [row[-1] for row in dirac.grades.rows] == ["reproduced", "not reproduced"]
    assert dirac.figure
    assert "orbit: 0.2, not reproduced" in dirac.alt
    assert probe.figure is None
    assert probe.setting == "steps 9 instead of 99"
    (own,) = list_published_results(graded[graded["result"] == "probe"].assign(paper="this study"), {})
    assert own.setting == ""  # it differs from no paper


def test_a_setting_that_was_written_to_csv_and_read_again(graded, tmp_path):
    graded.to_csv(tmp_path / "reproductions.csv", index=False)
    assert list_published_results(pd.read_csv(tmp_path / "reproductions.csv"), {})[0].setting == ""


def test_the_page_shows_them(study, figures, config, graded):
    shown = replace(study, reproductions=graded)
    html = render_report(shown, figures, {}, config, [], {"dirac": "<svg xmlns='http://www.w3.org/2000/svg'/>"})
    assert 'id="result-dirac"' in html
    assert "Eigenvalues &lt;lie&gt; on the axis." in html
    assert 'class="word not-reproduced">not reproduced' in html
    assert "steps 9 instead of 99" in html
    assert 'href="#reproductions"' in html


def test_a_study_without_them_has_no_such_section(html):
    assert 'id="reproductions"' not in html
