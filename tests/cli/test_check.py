"""`aegan check`: the study in words."""

from pathlib import Path

import pytest

from aegan.cli.check import describe_study
from aegan.config.validation import ConfigError

CONFIG = Path(__file__).parents[2] / "config" / "config.yaml"
SMOKE = CONFIG.parent / "studies" / "smoke.yaml"


def test_every_part_of_a_study_has_a_line(monkeypatch, tmp_path):
    monkeypatch.setattr("aegan.pipeline.gpu_lease.list_visible_gpus", list)
    overlay = tmp_path / "study.yaml"
    overlay.write_text("study: {datasets: [digits], methods: [gan], seeds: 0-7, block: 4}\n", "utf-8")
    lines = ["data sets: digits", "methods: gan", "autoencoders: none", "seeds: 0-3, 4-7"]
    assert describe_study([CONFIG, overlay]) == lines


def test_a_precision_that_this_machine_lacks_is_named_and_one_that_it_has_is_not(monkeypatch, tmp_path):
    overlay = tmp_path / "study.yaml"
    overlay.write_text("study: {methods: [gan]}\nmethods:\n  gan: {precision: tf32}\n", "utf-8")
    monkeypatch.setattr("aegan.pipeline.gpu_lease.list_visible_gpus", list)
    assert describe_study([CONFIG, overlay])[4].startswith("methods.gan.precision: tf32")


def test_mistakes_are_raised_together(tmp_path):
    overlay = tmp_path / "study.yaml"
    overlay.write_text("gan: {loss: minmax}\nmethods: {latent: {autoencoder: dens}}\n", "utf-8")
    with pytest.raises(ConfigError, match="2 mistakes in the config"):
        describe_study([CONFIG, overlay])


def test_data_that_are_not_there_are_named_with_their_keys(tmp_path):
    overlay = tmp_path / "study.yaml"
    overlay.write_text(
        "study: {datasets: [a, b]}\ndatasets:\n"
        "  a: {source: {name: npy, path: x{1}.npy}}\n  b: {source: {name: folder, path: none}}\n",
        "utf-8",
    )
    with pytest.raises(ConfigError, match="2 mistakes in the config") as caught:
        describe_study([CONFIG, overlay])
    assert [problem.partition(" (")[0] for problem in caught.value.problems] == [
        "datasets.a.source.path: x{1}.npy is not there",
        "datasets.b.source.path: none is not there",
    ]
