"""`aegan run` with a stand-in for Snakemake; tests/workflow/test_run.py runs the real one, with Git and DVC."""

import os
import runpy
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from aegan.errors import InputError
from aegan.pipeline import run
from aegan.pipeline.run import read_stage_command, run_workflow
from aegan.storage import write_text

jobs = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("job_chain.py"))))


@pytest.fixture
def calls(chain, monkeypatch):
    """Give the list of Snakemake's calls; each succeeds and does nothing."""
    write_text("Snakefile", "")
    write_text("config/config.yaml", "study: {name: s}\n")
    made = []
    monkeypatch.setattr(run, "_run_snakemake", lambda arguments: made.append(list(arguments)) or 0)
    return made


def test_a_dry_run_lists_damaged_files_and_touches_nothing(calls):
    jobs.flip(jobs.WEIGHTS, 0)
    lines = []
    assert run_workflow(["-n", "--cores", "1"], lines.append) == 0
    assert lines == [f"{jobs.WEIGHTS}: differs from what its job wrote; the next run repairs it"]
    assert calls == [["-n", "--cores", "1"]]
    assert Path(jobs.WEIGHTS).exists()


def test_a_run_repairs_first_and_passes_arguments_and_status_on(calls, monkeypatch):
    jobs.flip(jobs.PAGE, 0)
    lines = []
    monkeypatch.setattr(run, "_run_snakemake", lambda arguments: calls.append(list(arguments)) or 3)
    assert run_workflow(["--cores", "2"], lines.append) == 3
    assert [line.split(":")[0] for line in lines] == [jobs.PAGE]
    assert calls == [["--logger", "aegan", "--rerun-incomplete", "--cores", "2"]]
    assert not Path(jobs.PAGE).exists()


@pytest.mark.parametrize("own", [["--logger", "other"], ["--logger=other"]])
def test_the_users_own_logger_takes_the_place_of_the_progress(calls, own):
    assert run_workflow(own, pytest.fail) == 0
    assert calls == [["--rerun-incomplete", *own]]


def test_the_report_of_another_study_is_not_repaired(calls):
    jobs.flip(jobs.PAGE, 0)
    write_text("overlay.yaml", "study: {name: other}\n")
    assert run_workflow(["--configfile", "overlay.yaml"], pytest.fail) == 0
    assert Path(jobs.PAGE).exists()


def test_dates_in_the_future_are_corrected(calls):
    ahead = time.time() + 1e6
    os.utime(jobs.TRAIN, (ahead, ahead))
    lines = []
    run_workflow([], lines.append)
    assert lines == [f"1 files were dated in the future, {jobs.TRAIN} among them: their dates were set to now"]
    assert Path(jobs.TRAIN).stat().st_mtime <= time.time()


def test_mistakes_are_named_before_anything_is_done(calls, monkeypatch):
    write_text("config/config.yaml", "study: [\n")
    with pytest.raises(InputError, match=r"config/config\.yaml: is not readable as YAML"):
        run_workflow([], pytest.fail)
    write_text("config/config.yaml", "study: {name: s}\ngan: {}\nstudy: {name: t}\n")
    with pytest.raises(InputError, match="the key study is set twice, in lines 1 and 3"):
        run_workflow([], pytest.fail)
    Path("Snakefile").unlink()
    with pytest.raises(
        InputError, match=r"workflow/Snakefile: is not here\. Call `aegan run` in the folder of a study"
    ):
        run_workflow([], pytest.fail)
    assert calls == []


def test_the_command_of_the_stage_has_the_values_of_its_variables(tmp_path):
    file = tmp_path / "dvc.yaml"
    write_text(file, "stages: {workflow: {cmd: aegan run}}\n")
    assert read_stage_command(file) == "aegan run"
    write_text(file, "vars: [config/tracked.yaml]\nstages: {workflow: {cmd: 'aegan run ${tracked.arguments}'}}\n")
    write_text(tmp_path / "config" / "tracked.yaml", "tracked: {study: s, arguments: --configfile a.yaml}\n")
    assert read_stage_command(file) == "aegan run --configfile a.yaml"
    write_text(tmp_path / "config" / "tracked.yaml", "tracked: {study: s}\n")
    with pytest.raises(InputError, match="lack a value of `aegan run"):
        read_stage_command(file)
