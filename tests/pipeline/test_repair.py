"""Finding and repairing damaged results, without DVC; tests/workflow/test_run.py has it."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.persistence.file import FilePersistence

from aegan.errors import InputError
from aegan.pipeline.job_records import list_records, read_record
from aegan.pipeline.repair import ASIDE, METADATA, find_damaged_files, has_metadata, metadata_path, repair_files
from aegan.storage import write_json, write_text

jobs = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("job_chain.py"))))


def test_what_is_mended_is_what_was_examined_and_a_record_cannot_name_files_elsewhere(chain):
    jobs.flip(jobs.WEIGHTS, 0)
    metadata_path(Path(jobs.TRAIN)).unlink()
    outside = chain.parent / "outside.txt"
    write_text(outside, "mine")
    path = list_records()[0]
    record = dict(read_record(path))
    record["outputs"] |= {str(outside): "0", "results/../../outside.txt": "0", "data/raw/a b.npy": "0"}
    write_json(path, record)  # without its seal it is torn
    assert {found.path for found in find_damaged_files("s")} == {path, Path(jobs.WEIGHTS)}

    jobs.CHAIN["prepare"][1].append("../outside.txt")
    try:
        jobs.run_job("prepare")
    finally:
        jobs.CHAIN["prepare"][1].pop()
    jobs.flip(outside, 0)
    metadata_path(Path(jobs.TRAIN)).unlink()
    found = {found.path for found in find_damaged_files("s")}
    assert found == {Path(jobs.WEIGHTS), Path(jobs.TRAIN)}
    assert {found.path for found in repair_files("s", use_dvc=False)} == found
    assert outside.read_text("utf-8") != "mine"
    assert not Path(jobs.WEIGHTS).exists()
    assert find_damaged_files("s") == []


def test_a_report_that_is_not_the_studys_is_left_alone(chain):
    jobs.flip(jobs.PAGE, 0)
    assert [found.path for found in find_damaged_files("s")] == [Path(jobs.PAGE)]
    assert find_damaged_files("another") == []


@pytest.mark.parametrize("name", ["results/a.npy", "results/Ä b.npy", f"results/{'x' * 200}/{'y' * 200}.npy"])
def test_metadata_lie_where_snakemake_keeps_them(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    METADATA.mkdir(parents=True)
    assert metadata_path(Path(name)) == Path(FilePersistence(path=tmp_path)._record_path(str(METADATA), name))


def test_a_damaged_file_is_set_aside_with_its_record_so_that_its_job_runs_again(chain):
    jobs.flip(jobs.WEIGHTS, 0)
    damaged = Path(jobs.WEIGHTS).read_bytes()
    (found,) = repair_files("s", use_dvc=False)
    assert str(found) == f"{jobs.WEIGHTS}: differs from what its job wrote; set aside in {ASIDE}, its job runs again"
    assert (ASIDE / jobs.WEIGHTS).read_bytes() == damaged
    assert not Path("results/provenance/train_gan/s.json").exists()
    assert Path(jobs.TRAIN).exists()


def test_a_file_that_does_not_exist_needs_no_metadata(chain):
    assert has_metadata(Path(jobs.TRAIN))
    metadata_path(Path(jobs.TRAIN)).write_text("{", "utf-8")
    assert not has_metadata(Path(jobs.TRAIN))
    Path(jobs.TRAIN).unlink()
    assert has_metadata(Path(jobs.TRAIN))


def test_without_any_metadata_nothing_is_touched(chain):
    for path in METADATA.glob("**/*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(InputError, match="is lost"):
        list(repair_files("s", use_dvc=False))
    assert Path(jobs.WEIGHTS).exists()
