"""The timing of a whole study on this machine."""

import numpy as np
import torch
import yaml
from tests.config.config_changes import ROOT

from aegan.cli import study_timing, training_timing
from aegan.cli.study_size import DataDescription
from aegan.cli.study_timing import time_study
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files, merge_mappings


def test_every_part_takes_time_and_threads_are_as_before(tmp_path, monkeypatch):
    monkeypatch.setattr(training_timing, "ENOUGH", 0.001)
    np.save(tmp_path / "x.npy", np.random.default_rng(0).integers(0, 256, (60, 8, 8), np.uint8))
    overlay = yaml.safe_load("{study: {methods: [gan, article], primary: null}, diagnosis: off}")
    config = load_config(merge_mappings(merge_config_files([ROOT / "config" / "config.yaml"]), overlay))
    found = DataDescription({"name": "npy", "path": str(tmp_path / "x.npy")}, 60, (8, 8, 1), 3)
    monkeypatch.setattr(study_timing, "_time_start", lambda: 1.0)
    threads = torch.get_num_threads()
    times = time_study(config, found)
    assert torch.get_num_threads() == threads
    assert (list(times.methods), list(times.autoencoders), times.spaces) == (["gan", "article"], ["article"], 2)
    numbers = [value for value in times if isinstance(value, float)]
    assert len(numbers) == 9
    assert min(numbers) > 0
    few = time_study(config, found._replace(images=4))  # of which a study leaves metrics out
    assert min(few.metrics, few.ladder_metrics) > 0
