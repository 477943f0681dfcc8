"""Which results no study needs, by a plan that the test gives; tests/workflow/test_dvc.py asks Snakemake."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from aegan.errors import AeganError
from aegan.pipeline import clean
from aegan.pipeline.clean import StudyFiles, find_unused_files, remove_files
from aegan.pipeline.repair import ASIDE, metadata_path
from aegan.storage import write_text

jobs = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("job_chain.py"))))

RECORDS = {rule: f"results/provenance/{rule}/s.json" for rule in jobs.CHAIN}


@pytest.fixture
def plan(monkeypatch):
    """Give the set of files that every study plans, to fill."""
    planned = set()
    monkeypatch.setattr(clean, "_plan_files", lambda _overlays: planned)
    return planned


def study(name="s"):
    return StudyFiles(name, [], frozenset({name}))


def test_results_that_no_study_plans_are_unused_with_what_was_set_aside(chain, plan):
    plan |= {jobs.TRAIN, RECORDS["prepare"], jobs.PAGE, RECORDS["write_report"]}
    write_text(ASIDE / "old.npy", "old")
    write_text("results/gan/notes.txt", "mine")
    unused = set(map(str, find_unused_files([study()])))
    assert unused == {jobs.WEIGHTS, RECORDS["train_gan"], str(ASIDE / "old.npy")}


def test_a_report_whose_study_is_gone_keeps_what_it_was_made_from(chain, plan):
    assert find_unused_files([study("another")]) == []


def test_a_study_without_results_is_not_planned(chain, monkeypatch):
    monkeypatch.setattr(clean, "_plan_files", lambda overlays: pytest.fail(f"{overlays} was planned"))
    find_unused_files([study("another")])


def test_removing_takes_metadata_and_empty_folders_along(chain):
    remove_files([Path(jobs.WEIGHTS), Path("results/none.npy")])
    assert not Path(jobs.WEIGHTS).parent.exists()
    assert not metadata_path(Path(jobs.WEIGHTS)).exists()
    assert Path(jobs.TRAIN).exists()
    assert metadata_path(Path(jobs.TRAIN)).exists()


def test_a_study_that_snakemake_cannot_plan_is_named(chain):
    with pytest.raises(AeganError, match=r"config/config\.yaml: Snakemake cannot plan this study"):
        find_unused_files([study()])
