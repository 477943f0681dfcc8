"""The page of DVC's plots, with a stand-in for DVC; tests/workflow/test_run.py calls the real one."""

import subprocess
from pathlib import Path

import pytest

from aegan.errors import AeganError
from aegan.pipeline import dvc_plots
from aegan.pipeline.dvc_plots import SCRIPTS, write_plots_page


@pytest.fixture
def dvc(monkeypatch):
    """Give what DVC was called with: command and template; it ends with the status that a test sets."""
    seen = {"status": 0}

    def run(command, **_options):
        seen.update(command=command, page=Path(command[command.index("--html-template") + 1]).read_text("utf-8"))
        return subprocess.CompletedProcess(command, seen["status"])

    monkeypatch.setattr(dvc_plots.subprocess, "run", run)
    return seen


def test_the_template_holds_its_scripts_and_loads_nothing(dvc, tmp_path):
    write_plots_page(["HEAD~1", "--output=x"], tmp_path)
    assert dvc["command"][1:5] == ["-m", "dvc", "plots", "diff"]
    assert dvc["command"][-5:] == ["--out", str(tmp_path), "--", "HEAD~1", "--output=x"]
    assert dvc["page"].count("<script>") == len(SCRIPTS)
    assert 'src="http' not in dvc["page"]
    assert "{plot_divs}" in dvc["page"]


def test_a_failure_of_dvc_is_told(dvc, tmp_path):
    dvc["status"] = 1
    with pytest.raises(AeganError, match="`dvc plots diff` failed"):
        write_plots_page([], tmp_path)


def test_without_snakemake_it_is_said_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(dvc_plots, "find_spec", lambda _name: None)
    with pytest.raises(AeganError, match="is not installed"):
        write_plots_page([], tmp_path)
