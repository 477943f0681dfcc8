"""Histories of members as runs of a tracker."""

import pandas as pd
import pytest

from aegan.errors import InputError
from aegan.probes.trackers.export import export_members
from aegan.tables import HISTORY_COLUMNS


def make_history(subject, name, seeds):
    rows = [
        ("digits", name, seed, step, "generator", layer, "gradient_norm", seed + step / 10)
        for seed in seeds
        for step in (0, 5)
        for layer in ("(all)", "0")
    ]
    return pd.DataFrame(rows, columns=["dataset", subject, *HISTORY_COLUMNS])


def test_every_member_is_a_run(beside, read_tracker, tmp_path):
    beside("tensorboard")
    gans, autoencoders = make_history("method", "small", [0, 1]), make_history("autoencoder", "small", [0])
    export_members("tensorboard", tmp_path, [("gan", gans), ("autoencoder", autoencoders)])
    runs = sorted(str(path.parent.relative_to(tmp_path)) for path in tmp_path.rglob("events*"))
    assert runs == ["autoencoder/digits/small/0", "gan/digits/small/0", "gan/digits/small/1"]
    found = read_tracker("tensorboard", tmp_path, "gan/digits/small/1")
    assert set(found) == {"generator/gradient_norm", "generator/layers/0/gradient_norm"}
    assert found["generator/gradient_norm"] == [(0, 1.0), (5, 1.5)]


def test_the_folder_is_there_without_members(beside, tmp_path):
    beside("tensorboard")
    export_members("tensorboard", tmp_path / "none", [])
    assert (tmp_path / "none").is_dir()


def test_a_tracker_that_is_none_is_refused(tmp_path):
    with pytest.raises(InputError, match="'excel' is no tracker"):
        export_members("excel", tmp_path, [])
