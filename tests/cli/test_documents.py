"""`aegan docs`: every generated file agrees with the committed one."""

import shutil
from pathlib import Path

import pytest

from aegan.cli.documents import FINDINGS, find_report, read_results, write_documents
from aegan.errors import InputError
from aegan.report.findings import render_findings

ROOT = Path(__file__).parents[2]
TEMPLATE = FINDINGS.with_suffix(".md.j2")


def copy(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)


def test_the_committed_documents_are_those_that_are_generated(tmp_path):
    report = find_report(ROOT)
    copy(tmp_path, "config", f"reports/{report.name}", "README.md", str(TEMPLATE))
    write_documents(tmp_path / "config")
    written = [path.relative_to(tmp_path) for path in tmp_path.glob("workflow/report/**/*.rst")]
    assert len(written) > 20
    fixed = ["config/schema.json", "config/README.md", "README.md", "src/aegan/cli/catalogue.json"]
    assert (tmp_path / FINDINGS).exists() == (report.name == "answer")
    findings = [FINDINGS] if report.name == "answer" else []
    for path in [*written, *map(Path, fixed), *findings]:
        assert (tmp_path / path).read_text("utf-8") == (ROOT / path).read_text("utf-8"), path


def test_the_decisive_study_goes_before_the_quickstart(tmp_path):
    copy(tmp_path, "README.md", str(TEMPLATE))
    quickstart, answer = tmp_path / "reports/quickstart", tmp_path / "reports/answer"
    assert find_report(tmp_path) == quickstart
    shutil.copytree(ROOT / "reports/quickstart", answer)
    assert find_report(tmp_path) == answer
    (tmp_path / "config").mkdir()
    write_documents(tmp_path / "config")
    assert (tmp_path / FINDINGS).read_text("utf-8") == render_findings(ROOT / TEMPLATE, read_results(answer))
    assert "(reports/answer)" in (tmp_path / "README.md").read_text("utf-8")


def test_a_folder_without_a_readme_gets_the_config_documents_and_the_captions(tmp_path):
    (tmp_path / "config").mkdir()
    write_documents(tmp_path / "config")
    assert {path.name for path in (tmp_path / "config").iterdir()} == {"schema.json", "README.md"}
    assert (tmp_path / "workflow" / "report").is_dir()
    assert not (tmp_path / "README.md").exists()


def test_a_report_that_lacks_a_table_is_named(tmp_path):
    copy(tmp_path, "reports/quickstart")
    (tmp_path / "reports/quickstart/cost.csv").unlink()
    with pytest.raises(InputError, match=r"cost\.csv: is not there"):
        read_results(tmp_path / "reports/quickstart")
