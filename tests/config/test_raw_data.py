"""The user's files that a study reads and that are not there: all are named, each with its key."""

import numpy as np
import pytest

from aegan.config.raw_data import find_missing_files, list_raw_files, list_used_datasets
from aegan.config.validation import load_config


@pytest.fixture
def find(raw, tmp_path, monkeypatch):
    """Give a function that lists what is missing of data sets, name -> source, in the working folder."""
    monkeypatch.chdir(tmp_path)

    def find(sources, inception=None):
        raw["datasets"] |= {name: {"source": entry} for name, entry in sources.items()}
        raw["study"] |= {"datasets": [*sources], "reproductions": []}
        raw["evaluation"] = raw.get("evaluation", {}) | ({"inception": inception} if inception else {})
        config = load_config(raw)
        assert list_used_datasets(config) == [*sources]
        files = {name: list_raw_files(config, name) for name in sources}
        return [(error.where, error.wrong.partition(" (the working")[0]) for error in find_missing_files(config, files)]

    return find


def test_everything_that_is_missing_is_named_at_once_with_its_key(find, tmp_path):
    found = find(
        {
            "mine": {"name": "npy", "path": "data/x{1}.npy", "labels": "data/y.npy"},
            "pictures": {"name": "folder", "path": "data/pictures"},
            "digits": "digits",
        },
        inception="inception.safetensors",
    )
    assert found == [
        ("datasets.mine.source.path", "data/x{1}.npy is not there"),
        ("datasets.mine.source.labels", "data/y.npy is not there"),
        ("datasets.pictures.source.path", "data/pictures is not there"),
        ("evaluation.inception", "inception.safetensors is not there"),
    ]


def test_a_folder_in_place_of_a_file_and_the_reverse_and_an_empty_folder_are_named(find, tmp_path):
    (tmp_path / "empty" / ".hidden").mkdir(parents=True)
    np.save(tmp_path / "a.npy", np.zeros(3))
    found = find(
        {
            "one": {"name": "npy", "path": "empty"},
            "two": {"name": "folder", "path": "a.npy"},
            "three": {"name": "folder", "path": "empty"},
        }
    )
    assert found == [
        ("datasets.one.source.path", "empty is a folder, not a file"),
        ("datasets.two.source.path", "a.npy is not a folder"),
        ("datasets.three.source.path", "the folder empty holds no files"),
    ]


def test_data_that_are_there_and_data_without_files_are_fine(find, tmp_path):
    np.save(tmp_path / "a {2}.npy", np.zeros(3))
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "x.png").touch()
    sources = {
        "one": {"name": "npy", "path": "a {2}.npy"},
        "two": {"name": "folder", "path": "p"},
        "three": "fashion_mnist",
    }
    assert find(sources, inception="a {2}.npy"[:2] + ".npy") == [("evaluation.inception", "a .npy is not there")]
    assert find(sources, inception="p/x.png") == []


def test_braces_that_snakemake_would_fill_in_are_refused_in_the_path_of_inception(find):
    ((key, wrong),) = find({"x": "digits"}, inception="weights/{dataset}.safetensors")
    assert (key, wrong) == (
        "evaluation.inception",
        "in the path weights/{dataset}.safetensors Snakemake takes {dataset} for a wildcard",
    )
