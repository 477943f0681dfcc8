"""A whole study under Git and DVC: its clone, where its files lie, verifying them, and cleaning up after it."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from aegan.pipeline.job_records import file_digests
from aegan.pipeline.verify import verify_report

pytestmark = pytest.mark.slow

CRATE = "reports/tiny/ro-crate-metadata.json"


def test_a_clone_has_nothing_to_do_and_runs_what_a_change_concerns(reproduced, clone, tmp_path):
    reproduced.run("git", "add", "--all")
    reproduced.run("git", "commit", "--quiet", "--message", "done")
    copy = clone(reproduced, tmp_path / "clone", str(tmp_path / "remote"))
    copy.edit("src/aegan/figures/style.py", "\n\n\ndef ", "\n\n\nNEW = 1\n\n\ndef ")
    assert set(copy.planned()) >= {"draw", "write_report", "write_crate"}
    assert not {"train_gan", "tabulate"} & set(copy.planned())


def test_every_output_lies_under_a_dvc_out_or_in_reports_and_in_the_crate(reproduced):
    table = reproduced.run("snakemake", "--summary").stdout.splitlines()
    outputs = {line.split("\t")[0] for line in table[1:]}
    assert len(outputs) > 100
    (stage,) = yaml.safe_load((reproduced.folder / "dvc.yaml").read_text("utf-8"))["stages"].values()
    outs = [name for out in stage["outs"] for name in out]
    assert all(
        Path(output).is_relative_to("reports") or any(map(Path(output).is_relative_to, outs)) for output in outputs
    )
    graph = json.loads((reproduced.folder / CRATE).read_text("utf-8"))["@graph"]
    told = {entity["name"] for entity in graph if "sha256" in entity}
    told |= {entity["@id"][1:] for entity in graph if entity["@type"] == "CreateAction"}
    assert outputs - told == {CRATE, "results/provenance/write_crate/tiny.json"}
    assert told < outputs


def test_one_changed_byte_in_any_kind_of_file_is_named(reproduced, monkeypatch):
    monkeypatch.chdir(reproduced.folder)
    report = Path("reports/tiny")
    assert verify_report(report).findings == []
    graph = json.loads(Path(CRATE).read_text("utf-8"))["@graph"]
    kinds = {Path(entity["name"]).suffix: entity["name"] for entity in graph if "sha256" in entity}
    assert set(kinds) == {
        ".npy",
        ".json",
        ".safetensors",
        ".parquet",
        ".csv",
        ".gz",
        ".html",
        ".svg",
        ".sha256",
    }
    # the listing of raw files is empty, because digits have none
    whole = {name: content for name in kinds.values() if (content := Path(name).read_bytes())}
    assert len(whole) == len(kinds) - 1
    for name, content in whole.items():
        Path(name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert {finding.what: finding.state for finding in verify_report(report).findings} == dict.fromkeys(
        whole, "corrupt"
    )
    done = reproduced.run("aegan", "verify", "--every", "reports/tiny", check=False)
    assert done.returncode == 1
    assert all(f"corrupt: {name}: its bytes are not what its job wrote" in done.stdout for name in whole)
    for name, content in whole.items():
        Path(name).write_bytes(content)
    assert verify_report(report).findings == []


def test_what_no_study_needs_is_listed_and_removed_and_nothing_else(reproduced, copy_repository, study, tmp_path):
    copy = copy_repository(reproduced, tmp_path / "copy")
    folder = copy.folder
    shutil.rmtree(folder / "config" / "studies")
    (folder / "config" / "studies").mkdir()
    raw, own = folder / "data" / "raw" / "mine.npy", folder / "results" / "gan" / "notes.txt"
    for path in (raw, own):
        path.write_text("mine", "utf-8")
    before = file_digests(path for path in folder.glob("**/*") if not {".snakemake", ".dvc", ".git"} & set(path.parts))

    study["study"] |= {"methods": ["gan"]}
    study["report"] = {"resamples": 100}
    copy.configure(study)
    (folder / "config" / "studies" / "other.yaml").write_text("study: {name: other, methods: [latent]}", "utf-8")
    assert "removes 0 files" in copy.run("aegan", "clean").stdout  # another study needs them

    (folder / "config" / "studies" / "other.yaml").unlink()
    said = copy.run("aegan", "clean", "--remove").stdout
    listed = [line for line in said.splitlines() if line.startswith("results/")]
    assert "results/gan/digits/latent/0-1/weights.safetensors" in listed
    assert "results/autoencoder/digits/dense/0-1/run.json" in listed
    assert all("/latent/" in path or "/dense/" in path for path in listed)
    after = file_digests(path for path in folder.glob("**/*") if str(path) in before)
    gone = {str(Path(path).relative_to(folder)) for path in before.keys() - after.keys()}
    assert gone - {"config/config.yaml"} == set(listed)
    assert raw.exists()
    assert own.exists()
    assert not (folder / "results" / "gan" / "digits" / "latent").exists()
