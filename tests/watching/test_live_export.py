"""The export of a watched training, read by each tracker's own library while it goes on, and after it resumed."""

import random
import sys
from itertools import groupby

import numpy as np
import pytest
import torch

import aegan
from aegan.errors import InputError
from aegan.probes.trackers.registry import TRACKERS
from aegan.probes.trackers.tracked_run import name_series
from aegan.watching.history_file import read_rows
from aegan.watching.live_export import LiveExport


def tell_history(folder):
    """Return what trackers must give back of a history: series -> [(step, value), …]."""
    points = sorted((name_series(*row[1:4]), row[0], row[4]) for row in read_rows(folder))
    return {
        name: ([step for _, step, _ in own], pytest.approx([value for *_, value in own], rel=1e-6))
        for name, own in ((name, list(rows)) for name, rows in groupby(points, key=lambda point: point[0]))
    }


def read_random_states():
    """Return the states of the generators that a training may draw from, besides torch's."""
    return random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002 - it is what others use


def split(found):
    return {name: ([step for step, _ in points], [value for _, value in points]) for name, points in found.items()}


@pytest.mark.parametrize("tracker", TRACKERS)
def test_each_look_is_exported_and_a_training_that_resumes_goes_on(tiny_gan, tmp_path, beside, read_tracker, tracker):
    beside(tracker)
    gan, plain = tiny_gan(), tiny_gan()
    folder = tmp_path / "mine"
    torch.manual_seed(1)
    watch = aegan.watch(folder, every=1, trackers=[tracker], **gan.networks)
    states = read_random_states()
    gan.play(3, watch)
    if tracker != "wandb":  # it writes its file in blocks
        assert split(read_tracker(tracker, folder / "trackers" / tracker, "mine")) == tell_history(folder)
    watch.close()
    assert read_random_states() == states
    with aegan.watch(folder, every=1, resume=2, trackers=[tracker], **gan.networks) as watch:
        gan.play(2, watch)
    expected = tell_history(folder)
    assert expected["generator/loss"][0] == [0, 1, 2, 3]
    assert split(read_tracker(tracker, folder / "trackers" / tracker, "mine")) == expected
    torch.manual_seed(1)
    plain.play(5)
    assert all(torch.equal(one, other) for one, other in zip(gan.state(), plain.state(), strict=True))


def test_a_tracker_that_fails_ends_its_export_and_not_the_training(tmp_path, monkeypatch):
    (tmp_path / "history.csv").write_text("step,network,layer,quantity,value\n", "utf-8")
    logged, ended = [], []

    class Run:
        def __init__(self, name):
            self.name = name

        def log(self, step, values):
            if self.name == "wandb":
                raise RuntimeError("no space left")
            logged.append((step, values))

        def close(self):
            ended.append(self.name)

    for name in ("wandb", "mlflow"):
        monkeypatch.setitem(TRACKERS, name, TRACKERS[name]._replace(open_run=lambda folder, run, name=name: Run(name)))
    export = LiveExport(["wandb", "mlflow"], tmp_path)
    rows = [(4, "net", "(all)", "diverged", 1.0), (3, "net", "(all)", "loss", 0.5)]
    with pytest.warns(UserWarning, match="wandb failed .*no space left"):
        export.log(rows)
    assert logged == [(3, {"net/loss": 0.5}), (4, {"net/diverged": 1.0})]
    export.close()
    export.close()
    assert ended == ["mlflow"]


def test_a_missing_library_is_named_before_anything_is_written(tiny_gan, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(InputError, match=r"pip install 'aegan\[mlflow\]'"):
        aegan.watch(tmp_path / "run", trackers=["mlflow"], **tiny_gan().networks)
    assert not (tmp_path / "run").exists()
