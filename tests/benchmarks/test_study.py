"""What benchmarks/study.py plans, and what benchmarks/memory.py reads."""

import numpy as np
import pytest
import yaml

from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.storage import read_array
from benchmarks import memory, study


@pytest.mark.parametrize("jobs", [50, 500, 5000])
def test_a_plan_has_about_the_jobs_that_were_asked_for(tmp_path, jobs):
    overlay = tmp_path / "plan.yaml"
    overlay.write_text(yaml.safe_dump(study.make_plan_config(jobs)), encoding="utf-8")
    config = load_config(merge_config_files([study.ROOT / "config" / "config.yaml", overlay]))
    assert config.list_used_autoencoders("digits") == []
    assert study.PER_BLOCK * len(config.study.methods) * len(config.list_seed_blocks()) == pytest.approx(jobs, rel=0.1)


def test_commands_are_timed(tmp_path):
    found = study.time_command_median(["python", "-c", "sum(range(10**6))"], tmp_path, 3)
    assert min(found.values()) > 0
    with pytest.raises(SystemExit, match="no such thing"):
        study.time_command(["python", "-c", "raise SystemExit('no such thing')"], tmp_path)


def test_what_a_job_costs_besides_its_work_is_counted_by_hand():
    smoke = {"wall": 20.0, "in_jobs": 12.0, "nothing_to_do": {"wall": 2.0}, "jobs": {"draw": 1, "train_gan": 3}}
    waited = {"draw": {"wall": 0.5}, "train_gan": {"wall": 2.5}, "fetch": {"wall": 0.1}}
    assert study.compute_job_overhead({"smoke": smoke, "imports": waited}) == {"outside": 1.5, "imports": 2.0}


def test_sparse_data_are_rows_of_the_size_that_was_asked_for(tmp_path):
    images = read_array(memory.make_sparse_images(tmp_path / "images.npy", 0.5**10))
    assert isinstance(images, np.memmap)
    assert images.nbytes == 2**20
    assert not images[-1].any()


@pytest.mark.slow
def test_what_a_training_holds_does_not_grow_with_its_data():
    """Of 0.25 GB more data, a process holds the order of the rows and no more: 8 bytes a row, some times over."""
    small, large = memory.measure_in_new_process(0.01), memory.measure_in_new_process(0.26)
    assert large["own"] - small["own"] < 0.1 * (large["data"] - small["data"])
