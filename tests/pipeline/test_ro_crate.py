"""The crate of a study, and records that disagree."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from rocrate.rocrate import ROCrate

from aegan.errors import InputError
from aegan.pipeline.ro_crate import merge_digests
from aegan.provenance import file_digest

jobs = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("job_chain.py"))))


def test_the_crate_is_one_that_its_library_reads(chain):
    crate = ROCrate(str(jobs.REPORT))
    assert crate.get("index.html")["sha256"] == file_digest(jobs.PAGE)
    assert crate.get("#" + jobs.RAW)["sha256"] == file_digest(jobs.RAW)
    actions = {action["name"]: action for action in crate.get_by_type("CreateAction")}
    made = {rule: [entity["name"] for entity in action["result"]] for rule, action in actions.items()}
    assert [entity["name"] for entity in actions["write_report"]["object"]] == [jobs.TRAIN, jobs.WEIGHTS]
    assert made["write_report"] == [jobs.PAGE]


def test_records_that_disagree_make_no_crate(chain):
    jobs.run_job("prepare", "again")
    with pytest.raises(InputError, match="read or wrote other bytes of it"):
        jobs.write_crate()


def test_digests_of_records_that_agree_are_merged():
    first = {"rule": "a", "inputs": {"x": "1"}, "outputs": {"y": "2"}}
    second = {"rule": "b", "inputs": {"y": "2"}, "outputs": {"z": "3"}}
    assert merge_digests([first, second]) == {"x": "1", "y": "2", "z": "3"}
