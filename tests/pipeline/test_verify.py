"""Records of jobs, the crate made of them, and what verifying a report says of each kind of damage."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from rocrate.rocrate import ROCrate
from snakemake.persistence.file import FilePersistence

from aegan.errors import InputError
from aegan.pipeline.job_records import read_record, record_paths, recorded
from aegan.pipeline.repair import METADATA, examined, mended, metadata_of
from aegan.pipeline.ro_crate import crate_of
from aegan.pipeline.verify import verify
from aegan.provenance import code_digest, file_digest
from aegan.storage import write_json, write_text

RAW, TRAIN, WEIGHTS, PAGE = "data/raw/a b.npy", "results/data/x/train.npy", "results/gan/w.bin", "reports/s/index.html"
CHAIN = {"prepare": ([RAW], [TRAIN]), "train_gan": ([TRAIN], [WEIGHTS]), "write_report": ([TRAIN, WEIGHTS], [PAGE])}
REPORT = Path("reports/s")


class Files(dict):
    """Named files of a job, as Snakemake gives them: iterating goes over the paths."""

    def __iter__(self):
        return iter(self.values())


def play(rule, text="made"):
    """Run one job of the chain, with Snakemake's metadata."""
    read, made = CHAIN[rule]
    outputs = Files({f"file{i}": path for i, path in enumerate(made)}, provenance=f"results/provenance/{rule}/s.json")
    params = {"code": code_digest(f"workflow/scripts/{rule}.py")}
    job = SimpleNamespace(
        rule=rule, wildcards={}, params=params, input=Files(enumerate(read)), output=outputs
    )  # fmt: skip
    with recorded(job):
        for path in made:
            write_text(path, f"{rule} {text}")
    for path in outputs:
        write_json(metadata_of(Path(path)), {"rule": rule})


def write_crate():
    records = {path: read_record(path) for path in record_paths() if path.parent.name != "write_crate"}
    write_json(REPORT / "ro-crate-metadata.json", crate_of("s", records, REPORT))


@pytest.fixture
def chain(tmp_path, monkeypatch):
    """Give a folder in which the chain has run, from raw data to report."""
    monkeypatch.chdir(tmp_path)
    write_text(RAW, "raw")
    for rule in CHAIN:
        write_text(f"workflow/scripts/{rule}.py", f"print('{rule}')")
        play(rule)
    write_crate()
    return tmp_path


def flip(path, place):
    content = bytearray(Path(path).read_bytes())
    content[place] ^= 1
    Path(path).write_bytes(content)


def said():
    return {(finding.what, finding.state) for finding in verify(REPORT).findings}


def test_an_untouched_report_has_every_file_verified(chain):
    found = verify(REPORT)
    assert (found.files, found.jobs, found.findings) == (4, 3, [])


@pytest.mark.parametrize("path", [TRAIN, WEIGHTS, PAGE])
@pytest.mark.parametrize("place", [0, -1])
def test_one_changed_byte_is_named_and_so_is_a_missing_file(chain, path, place):
    flip(path, place)
    assert said() == {(path, "corrupt")}
    Path(path).unlink()
    assert said() == {(path, "missing")}


def test_other_raw_data_newer_results_and_other_code_are_stale(chain):
    flip(RAW, 0)
    assert said() == {(RAW, "stale")}
    play("prepare", "again")
    assert said() == {(RAW, "stale"), (TRAIN, "stale")}
    write_text("workflow/scripts/train_gan.py", "print(2)")
    assert said() == {(RAW, "stale"), (TRAIN, "stale"), ("rule train_gan", "stale")}


def test_any_changed_byte_of_a_record_is_noticed(chain):
    path = record_paths()[1]
    whole = path.read_bytes()
    for place in range(len(whole)):
        flip(path, place)
        with pytest.raises(InputError, match="is not the record"):
            read_record(path)
        path.write_bytes(whole)
    flip(path, 40)
    assert (str(path), "corrupt") in said()


def test_a_crate_that_is_torn_or_missing_is_named_with_what_mends_it(chain):
    crate = REPORT / "ro-crate-metadata.json"
    flip(crate, 0)
    with pytest.raises(InputError, match=r"ro-crate-metadata\.json"):
        verify(REPORT)
    crate.write_text('{"@graph": [{"@id": "x", "sha256": 3}]}', "utf-8")
    with pytest.raises(InputError, match="aegan run"):
        verify(REPORT)
    crate.unlink()
    with pytest.raises(InputError, match="is not there"):
        verify(REPORT)


def test_a_report_is_verified_wherever_it_was_copied_to(chain, tmp_path):
    REPORT.rename(tmp_path / "s")
    assert verify(tmp_path / "s").findings == []


def test_the_crate_is_one_that_its_library_reads(chain):
    crate = ROCrate(str(REPORT))
    assert crate.get("index.html")["sha256"] == file_digest(PAGE)
    assert crate.get("#" + RAW)["sha256"] == file_digest(RAW)
    actions = {action["name"]: action for action in crate.get_by_type("CreateAction")}
    made = {rule: [entity["name"] for entity in action["result"]] for rule, action in actions.items()}
    assert [entity["name"] for entity in actions["write_report"]["object"]] == [TRAIN, WEIGHTS]
    assert made["write_report"] == [PAGE]


def test_records_that_disagree_make_no_crate(chain):
    play("prepare", "again")
    with pytest.raises(InputError, match="knows other bytes of it"):
        write_crate()


def test_what_is_mended_is_what_was_examined_and_a_record_cannot_name_files_elsewhere(chain):
    flip(WEIGHTS, 0)
    metadata_of(Path(TRAIN)).unlink()
    outside = chain.parent / "outside.txt"
    write_text(outside, "mine")
    path = record_paths()[0]
    record = dict(read_record(path))
    record["outputs"] |= {str(outside): "0", "results/../../outside.txt": "0", "data/raw/a b.npy": "0"}
    write_json(path, record)  # without its seal it is torn
    assert {found.path for found in examined("s")} == {path, Path(WEIGHTS)}

    CHAIN["prepare"][1].append("../outside.txt")
    try:
        play("prepare")
    finally:
        CHAIN["prepare"][1].pop()
    flip(outside, 0)
    metadata_of(Path(TRAIN)).unlink()
    found = {found.path for found in examined("s")}
    assert found == {Path(WEIGHTS), Path(TRAIN)}
    assert {found.path for found in mended("s", use_dvc=False)} == found
    assert outside.read_text("utf-8") != "mine"
    assert not Path(WEIGHTS).exists()
    assert examined("s") == []


def test_a_report_that_is_not_the_studys_is_left_alone(chain):
    flip(PAGE, 0)
    assert [found.path for found in examined("s")] == [Path(PAGE)]
    assert examined("another") == []


@pytest.mark.parametrize("name", ["results/a.npy", "results/Ä b.npy", f"results/{'x' * 200}/{'y' * 200}.npy"])
def test_metadata_lie_where_snakemake_keeps_them(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    METADATA.mkdir(parents=True)
    assert metadata_of(Path(name)) == Path(FilePersistence(path=tmp_path)._record_path(str(METADATA), name))


def test_a_record_tells_params_that_are_no_json_as_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = SimpleNamespace(
        rule="r", wildcards={}, params={"path": Path("x")}, input=Files(), output=Files(provenance="r.json")
    )  # fmt: skip
    with recorded(job):
        pass
    assert json.loads(Path("r.json").read_text("utf-8"))["params"] == {"path": "x"}
    assert read_record("r.json")["machine"]["device"] == "cpu"
