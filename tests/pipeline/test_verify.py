"""What verifying a report says of each kind of damage."""

import runpy
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from aegan.cli.main import app
from aegan.errors import InputError
from aegan.pipeline.job_records import file_digests, list_records, read_record, write_record
from aegan.pipeline.raw_files import write_listing
from aegan.pipeline.verify import Finding, group_findings, verify_report
from aegan.storage import write_text

jobs = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("job_chain.py"))))


@pytest.fixture
def call():
    return lambda *arguments: CliRunner().invoke(app, list(map(str, arguments)))


def find():
    return {(finding.what, finding.state) for finding in verify_report(jobs.REPORT).findings}


def test_an_untouched_report_has_every_file_verified(chain):
    found = verify_report(jobs.REPORT)
    assert (found.files, found.jobs, found.findings) == (4, 3, [])


@pytest.mark.parametrize("path", [jobs.TRAIN, jobs.WEIGHTS, jobs.PAGE])
@pytest.mark.parametrize("place", [0, -1])
def test_one_changed_byte_is_named_and_so_is_a_missing_file(chain, path, place):
    jobs.flip(path, place)
    assert find() == {(path, "corrupt")}
    Path(path).unlink()
    assert find() == {(path, "missing")}


def test_raw_files_are_found_through_their_listing(chain):
    pictures = ["data/raw/p/x{1}.png", "data/raw/p/b.png"]
    for name in pictures:
        write_text(name, name)
    listing = "results/data/x/raw.sha256"
    jobs.CHAIN["prepare"][1].append(listing)
    try:
        jobs.run_job("prepare")
    finally:
        jobs.CHAIN["prepare"][1].pop()
    write_listing(listing, [*map(Path, pictures)])
    record = Path("results/provenance/prepare/s.json")
    content = {key: value for key, value in read_record(record).items() if key not in {"digest", "versions"}}
    write_record(record, content | {"outputs": content["outputs"] | file_digests([listing])})
    jobs.write_crate()
    assert verify_report(jobs.REPORT).files == 7
    assert find() == set()
    jobs.flip(pictures[0], 0)
    Path(pictures[1]).unlink()
    assert find() == {(pictures[0], "stale"), (pictures[1], "missing")}
    jobs.flip(listing, 0)
    assert find() == {(listing, "corrupt")}


def test_other_raw_data_newer_results_and_other_code_are_stale(chain):
    jobs.flip(jobs.RAW, 0)
    assert find() == {(jobs.RAW, "stale")}
    jobs.run_job("prepare", "again")
    assert find() == {(jobs.RAW, "stale"), (jobs.TRAIN, "stale")}
    write_text("workflow/scripts/train_gan.py", "print(2)")
    assert find() == {(jobs.RAW, "stale"), (jobs.TRAIN, "stale"), ("rule train_gan", "stale")}


def test_a_clone_without_results_gets_a_line_for_each_cause_with_the_command_that_mends_it(chain, call):
    write_text(jobs.PAGE, '<section id="reproduce">\n<pre>snakemake --configfile &#39;my study.yaml&#39;\n</pre>')
    shutil.rmtree("results")
    absent = "the report was made from it, and it is not here."
    assert call("verify", jobs.REPORT).output.splitlines() == [
        f"corrupt: {jobs.PAGE}: its bytes are not what its job wrote. Call `aegan run --configfile 'my study.yaml'`",
        f"missing: 2, such as {jobs.TRAIN}: {absent} Call `aegan run --configfile 'my study.yaml'`",
        "4 files of 3 jobs checked: 3 problems found",
    ]
    Path(jobs.PAGE).unlink()
    write_text(".dvc/config", "[core]\n    remote = store\n['remote \"store\"']\n    url = /store\n")
    Path(jobs.RAW).unlink()
    assert call("verify", jobs.REPORT).output.splitlines() == [
        f"missing: 3, such as {jobs.TRAIN}: {absent} Call `dvc pull`",
        f"missing: {jobs.RAW}: {absent} Copy back the raw data",
        "4 files of 3 jobs checked: 4 problems found",
    ]
    assert len(call("verify", jobs.REPORT, "--every").output.splitlines()) == 5


def test_findings_of_one_cause_are_counted_whatever_their_order():
    findings = [Finding(f"f{i}", ("stale", "missing")[i % 2], "why", "Mend it") for i in range(7)]
    assert group_findings(findings) == ["missing: 3, such as f1: why. Mend it", "stale: 4, such as f0: why. Mend it"]
    assert group_findings([]) == []


def test_a_changed_record_is_corrupt(chain):
    path = list_records()[1]
    jobs.flip(path, 40)
    assert (str(path), "corrupt") in find()


def test_a_crate_that_is_torn_or_missing_is_named_with_what_mends_it(chain):
    crate = jobs.REPORT / "ro-crate-metadata.json"
    jobs.flip(crate, 0)
    with pytest.raises(InputError, match=r"ro-crate-metadata\.json"):
        verify_report(jobs.REPORT)
    crate.write_text('{"@graph": [{"@id": "x", "sha256": 3}]}', "utf-8")
    with pytest.raises(InputError, match="aegan run"):
        verify_report(jobs.REPORT)
    crate.unlink()
    with pytest.raises(InputError, match="is not there"):
        verify_report(jobs.REPORT)


def test_a_report_is_verified_wherever_it_was_copied_to(chain, tmp_path):
    jobs.REPORT.rename(tmp_path / "s")
    assert verify_report(tmp_path / "s").findings == []
