"""Reading one report from its folder; tests/report/test_compare.py reads those of Git and DVC, and compares them."""

import pandas as pd
import pytest

from aegan.cli.report_archive import TABLES, read_report, write_comparison
from aegan.errors import InputError
from aegan.storage import write_bytes, write_text
from aegan.tables import write_table

PAGE = """<section id="other"><pre>title: wrong</pre></section>
<section id="provenance"><table><tr><th>key</th><td>value</td></tr><tr><td>code</td><td>c0de</td></tr></table>
<pre>study: {name: tiny}</pre><pre>later: true</pre></section>"""


@pytest.fixture
def report(tmp_path):
    folder = tmp_path / "report"
    write_text(folder / "index.html", PAGE)
    for table, (keys, texts, numbers) in TABLES.items():
        row = dict.fromkeys([*keys, *texts], "1") | dict.fromkeys(numbers, 2.5)
        write_table(folder / f"{table}.csv", pd.DataFrame([row]))
    return folder


def test_provenance_and_configuration_are_read_from_their_section_of_the_page(report):
    found = read_report(report, "mine")
    assert found.name == "mine"
    assert found.origin == {"key": "value", "code": "c0de"}
    assert found.config == {"study": {"name": "tiny"}}


def test_keys_of_tables_are_text_and_values_are_numbers(report):
    found = read_report(report, "mine")
    assert found.quality["seed"].tolist() == ["1"]
    assert found.quality["value"].tolist() == [2.5]


def test_of_a_figure_the_smaller_file_is_read(report):
    write_text(report / "figures" / "curves.svg", "<svg/>")
    write_bytes(report / "figures" / "curves.png", b"x" * 100)
    write_text(report / "figures" / "samples.svg", "<svg>" + "x" * 100)
    write_bytes(report / "figures" / "samples.png", b"png")
    assert read_report(report, "mine").figures == {"curves": "<svg/>", "samples": b"png"}


def test_errors_name_the_report_as_the_user_did(report, tmp_path):
    with pytest.raises(InputError, match="1 report to compare"):
        write_comparison([str(report)], tmp_path / "page.html")
    write_text(report / "quality.csv", "dataset\nd\n")
    with pytest.raises(InputError, match=r"^mine/quality\.csv: has no column"):
        read_report(report, "mine")
    assert not (tmp_path / "page.html").exists()
