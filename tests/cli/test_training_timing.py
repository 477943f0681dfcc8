"""Timings of trainings: positive, and no less than what is put into them."""

import time

import numpy as np
import pytest
from tests.config.config_changes import ROOT

from aegan.cli import training_timing
from aegan.cli.training_timing import make_untrained_autoencoder, measure, time_autoencoder, time_method
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.data.array_dataset import ArrayDataset


def test_the_first_call_warms_up_and_slow_calls_are_made_once(monkeypatch):
    seconds = iter([0.05, *[0.01] * 99])
    monkeypatch.setattr(training_timing, "time_once", lambda _: next(seconds))
    assert measure(lambda: None) == pytest.approx(0.01)
    seconds = iter([5.0])
    assert measure(lambda: None) == 5.0


def test_a_sleep_is_timed():
    assert 0.02 <= measure(lambda: time.sleep(0.02)) < 0.2


@pytest.mark.parametrize(("name", "fakes"), [("gan", 1), ("latent", 1), ("reconstruction", 2), ("ebgan", 1)])
def test_the_parts_of_a_method_and_its_autoencoder(monkeypatch, caplog, name, fakes):
    monkeypatch.setattr(training_timing, "ENOUGH", 0.001)
    config = load_config(merge_config_files([ROOT / "config" / "config.yaml"]))
    dataset = ArrayDataset(np.random.default_rng(0).integers(0, 256, (80, 8, 8, 1), np.uint8))
    entry = config.methods[name].autoencoder
    trained = make_untrained_autoencoder(config, entry, dataset) if entry else None
    times = time_method(config, name, dataset, trained)
    assert all(seconds >= 0 for seconds in times)
    assert times.round > 0
    assert times.probe > times.round  # eight batches of all quantities, of two players
    assert times.fakes == fakes
    assert (times.fresh_look > 0) == (name != "ebgan")  # an energy has no cross-entropy
    if trained:
        assert min(time_autoencoder(config, entry, dataset, trained.autoencoder)) >= 0
    assert not caplog.records  # the engine of a study, which members that share a network would not have
