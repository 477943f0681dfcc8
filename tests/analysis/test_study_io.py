"""Reading a study comes back to what was written."""

import numpy as np
import pandas as pd

from aegan.analysis.study_arrays import POINTS, select_arrays
from aegan.analysis.study_io import load_study, summarise_provenance
from aegan.storage import write_json, write_tensors
from aegan.tables import write_table


def test_of_points_there_are_more(tmp_path):
    points = np.random.default_rng(0).normal(size=(2, POINTS + 5, 2)).astype(np.float32)
    for kind in ("gan", "autoencoder"):
        (tmp_path / kind / "ring" / "name" / "0-1").mkdir(parents=True)
        np.save(tmp_path / kind / "ring" / "name" / "0-1" / "file.npy", points)
    np.save(tmp_path / "test.npy", points[0])
    files = ([tmp_path / kind / "ring" / "name" / "0-1" / "file.npy"] for kind in ("gan", "autoencoder"))
    chosen = select_arrays(*files, {"ring": tmp_path / "test.npy"})
    assert np.array_equal(chosen["samples/ring/name"], points[:, :POINTS])
    assert np.array_equal(chosen["reconstructions/ring/name"], points[0, :POINTS])
    assert np.array_equal(chosen["originals/ring"], points[0, :POINTS])
    write_tensors(tmp_path / "pictures.safetensors", chosen)
    tables = ["gradients", "verdicts", "quality", "cost", "decisions", "autoencoders", "autoencoder_quality", "latents"]
    paths = [tmp_path / f"{table}.{'csv.gz' if table == 'gradients' else 'parquet'}" for table in tables]
    for path in paths:
        write_table(path, pd.DataFrame({"a": [1]}))
    study = load_study("s", ["ring"], ["name"], paths, tmp_path / "pictures.safetensors")
    assert study.gradients.equals(study.verdicts)
    assert np.array_equal(study.originals["ring"], points[0, :POINTS])
    assert np.array_equal(study.samples["ring", "name"], points[:, :POINTS])


def test_what_members_show_comes_back_as_it_was_written(tmp_path):
    kept = {
        "rounds": np.array([0, 9]),
        "film": np.zeros((2, 3, 4, 2), np.float32),
        "paths": np.ones((1, 5, 2), np.float32),
    }
    shown = tmp_path / "gan" / "ring" / "gan" / "0-1" / "exhibit.safetensors"
    write_tensors(shown, kept)
    np.save(tmp_path / "test.npy", np.zeros((6, 2), np.float32))
    np.save(tmp_path / "labels.npy", np.array([1, 0, 1, 0, 1, 0]))
    raw = {"ring": (tmp_path / "test.npy", tmp_path / "labels.npy")}
    write_tensors(tmp_path / "picked", select_arrays([], [], {"ring": tmp_path / "test.npy"}, [shown], raw))
    write_json(tmp_path / "manifest.json", {"shape": [2]})
    names = ["gradients", "verdicts", "quality", "cost", "decisions", "autoencoders", "autoencoder_quality", "latents"]
    for name in names:
        write_table(tmp_path / f"{name}.parquet", pd.DataFrame({"a": [1], "value": [1.0]}))
    paths = [tmp_path / f"{name}.parquet" for name in names]
    study = load_study(
        "s", ["ring"], ["gan"], paths, tmp_path / "picked", manifests=[tmp_path / "manifest.json"],
        shown_channels={"ring": [2, 1, 0]},
    )  # fmt: skip
    assert study.raw_labels["ring"].tolist() == [0, 0, 0, 1, 1, 1]
    assert study.raw_data["ring"].shape == (6, 2)
    assert study.manifests == {"ring": {"shape": [2]}}
    assert study.shown_channels == {"ring": [2, 1, 0]}
    exhibit = study.qualitative_samples["ring", "gan"]
    for part, array in kept.items():
        np.testing.assert_array_equal(getattr(exhibit, part), array)
    assert exhibit.neighbours.size == 0


def test_labels_of_metrics_come_with_the_study(tmp_path):
    write_tensors(tmp_path / "picked", {"originals/ring": np.zeros((2, 2), np.float32)})
    names = ["gradients", "verdicts", "quality", "cost", "decisions", "autoencoders", "autoencoder_quality", "latents"]
    for name in names:
        write_table(tmp_path / f"{name}.parquet", pd.DataFrame({"a": [1], "value": [1.0]}))
    paths = [tmp_path / f"{name}.parquet" for name in names]
    study = load_study("s", ["ring"], [], paths, tmp_path / "picked", {"fd": ("FD", "lower")}, ["mse"])
    assert study.metric_labels == {"fd": ("FD", "lower")}
    assert study.reconstruction_metrics == ("mse",)


def test_provenance_names_each_data_set_and_each_machine_once():
    runs = [{"versions": {"torch": "2"}, "machine": {"cpu": cpu}, "code": "abc"} for cpu in ("a", "b", "a")]
    manifest = {"source": {"name": "digits"}, "shards": {"train": {"count": 3}}}
    record = summarise_provenance(["digits"], [manifest], [{"spaces": ["random"]}], runs)
    assert record == {
        "versions": {"torch": "2"},
        "data set digits": {"source": "digits", "train": {"count": 3}},
        "feature nets of digits": {"spaces": ["random"]},
        "machine": ["{'cpu': 'a'}", "{'cpu': 'b'}"],
        "code": ["abc"],
    }
    dated = [run | {"commit": f"c{i % 2}", "date": f"2026-01-0{3 - i}"} for i, run in enumerate(runs)]
    record = summarise_provenance(["digits"], [manifest], [{"spaces": ["random"]}], dated)
    assert (record["commits"], record["dates"]) == (["c0", "c1"], ["2026-01-01", "2026-01-02", "2026-01-03"])
