"""Job records: what they hold, and that no byte of one changes unnoticed."""

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from aegan.errors import InputError
from aegan.pipeline.job_records import file_digests, list_records, read_record, record_job
from aegan.provenance import file_digest

jobs = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("job_chain.py"))))


def test_any_changed_byte_of_a_record_is_noticed(chain):
    path = list_records()[1]
    whole = path.read_bytes()
    for place in range(len(whole)):
        jobs.flip(path, place)
        with pytest.raises(InputError, match="is not the record"):
            read_record(path)
        path.write_bytes(whole)


def test_a_record_tells_params_that_are_no_json_as_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = SimpleNamespace(
        rule="r", wildcards={}, params={"path": Path("x")}, input=jobs.Files(), output=jobs.Files(provenance="r.json")
    )  # fmt: skip
    with record_job(job):
        pass
    assert json.loads(Path("r.json").read_text("utf-8"))["params"] == {"path": "x"}
    assert read_record("r.json")["machine"]["device"] == "cpu"


def test_a_record_holds_the_digests_of_inputs_and_outputs(chain):
    record = read_record("results/provenance/train_gan/s.json")
    assert record["rule"] == "train_gan"
    assert record["inputs"] == {jobs.TRAIN: file_digest(jobs.TRAIN)}
    assert record["outputs"] == {jobs.WEIGHTS: file_digest(jobs.WEIGHTS)}
    assert {"python", "torch", "aegan"} <= set(record["versions"])


def test_the_same_job_gives_the_same_record(chain):
    before = {path: path.read_bytes() for path in list_records()}
    for rule in jobs.CHAIN:
        jobs.run_job(rule)
    assert {path: path.read_bytes() for path in list_records()} == before


def test_a_job_that_fails_or_declares_no_record_leaves_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = SimpleNamespace(rule="r", wildcards={}, params={}, input=jobs.Files(), output=jobs.Files(provenance="r.json"))
    with pytest.raises(ZeroDivisionError), record_job(job):
        raise ZeroDivisionError
    job.output = jobs.Files(other="other.txt")
    with record_job(job):
        pass
    assert list(tmp_path.iterdir()) == []


def test_files_that_do_not_exist_have_no_digest(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    digests = file_digests([tmp_path / "none", tmp_path / "abc"])
    assert digests == {str(tmp_path / "abc"): "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
