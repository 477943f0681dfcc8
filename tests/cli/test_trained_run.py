"""Reading a finished run, and what is said about one that cannot be used."""

import json

import pytest

from aegan.cli.encode import write_codes
from aegan.cli.sample import write_samples
from aegan.cli.trained_run import DescribedDataset, read_trained_run
from aegan.storage import read_json, write_json


def test_a_run_is_read_with_its_config_seeds_and_neighbours(study):
    run = read_trained_run(study.runs["latent"], "gan")
    assert (run.dataset, run.name, run.seed_block, run.root) == ("blobs", "latent", "0-1", study.results.resolve())
    assert run.config["autoencoder"] == "small"
    assert (run.select_seeds(None), run.select_seeds(1)) == ([0, 1], [1])
    assert run.find_output("latents", "small", "train.npy").samefile(study.latents / "train.npy")


def test_a_described_dataset_stands_for_the_rows_that_its_manifest_counts(study):
    manifest = read_json(study.results / "data" / "blobs" / "manifest.json")
    described = DescribedDataset(manifest)
    assert len(described) == 0
    assert described.sample_shape == study.rows.sample_shape
    assert described.compute_class_shares() == pytest.approx(study.rows.compute_class_shares(), abs=0)


def test_mistakes_about_the_run_are_named_and_nothing_is_written(study, tmp_path, refuse):
    run, target = study.runs["latent"], tmp_path / "made.npy"
    refuse(r"not a run of the phase gan.*results/gan", write_samples, study.autoencoder, 2, None, 0, target)
    refuse(r"not a run of the phase autoencoder", write_codes, run, [], None, target)
    refuse(r"run\.json: is not there.*snakemake", write_samples, run.parent / "5-9", 2, None, 0, target)
    refuse(r"--seed: 7 is not among.*\[0, 1\]", write_samples, run, 2, 7, 0, target)
    refuse(r"\.gif is not supported", write_samples, run, 2, None, 0, tmp_path / "made.gif")
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(study, tmp_path, refuse):
    target = tmp_path / "mine.png"
    target.write_text("precious")
    refuse("exists already", write_samples, study.runs["none"], 2, None, 0, target)
    refuse("exists already", write_codes, study.autoencoder, [], None, target)
    assert target.read_text() == "precious"


@pytest.mark.parametrize(
    ("file", "change", "match"),
    [
        ("run.json", {"data": "0ther"}, "was trained on other data than the data set's folder holds now"),
        ("run.json", {"config.latent": 5}, "do not fit the networks of its run.json"),
        ("run.json", {"config.loss": {"name": "gone"}}, "do not fit the networks of its run.json"),
        ("run.json", None, "cannot be read"),
        ("weights.safetensors", None, "cannot be read"),
    ],
)
def test_a_run_that_does_not_fit_is_refused(study, tmp_path, file, change, match, refuse):
    copied = study.results / "gan" / "blobs" / tmp_path.name / "0-1"
    copied.mkdir(parents=True)
    for path in study.runs["none"].glob("*.*"):
        (copied / path.name).write_bytes(path.read_bytes())
    if change is None:
        (copied / file).write_text("garbage")
    else:
        record = json.loads((copied / file).read_text())
        for keys, value in change.items():
            *outer, last = keys.split(".")
            (record[outer[0]] if outer else record)[last] = value
        write_json(copied / file, record)
    refuse(match, write_samples, copied, 2, None, 0, tmp_path / "made.npy")
    assert not (tmp_path / "made.npy").exists()
