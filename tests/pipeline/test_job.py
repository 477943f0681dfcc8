"""How scripts are called."""

import logging
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from aegan.errors import InputError
from aegan.pipeline import gpu_lease, job


@pytest.fixture(autouse=True)
def _quiet():
    yield
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


def snakemake(tmp_path: Path, **given):
    parts = {
        "input": {"train": "a.npy", "files": ["b", "c"]},
        "output": {"weights": "w"},
        "params": {"method": {"role": "none"}, "code": "123"},
        "wildcards": {"dataset": "digits", "method": "gan", "seeds": "3-5"},
        "resources": {"gpu": 0, "needed_train_rows": 2},
    }
    return SimpleNamespace(**(parts | given), log=[str(tmp_path / "logs" / "job.log")], rule="train", threads=1)


def test_arguments_come_by_name(tmp_path):
    seen = {}

    def main(*, train, files, weights, method, names, seeds, device, needed_train_rows, extra=None):
        seen.update(locals())

    job.run(main, snakemake(tmp_path))
    assert seen["train"] == Path("a.npy")
    assert seen["files"] == [Path("b"), Path("c")]
    assert seen["weights"] == Path("w")
    assert seen["names"] == {"dataset": "digits", "method": "gan"}
    assert seen["seeds"] == [3, 4, 5]
    assert seen["device"] == "cpu"
    assert seen["needed_train_rows"] == 2
    assert seen["extra"] is None


def test_a_mistake_in_the_input_ends_the_job_with_its_message_alone(tmp_path, capsys):
    def main():
        raise InputError("data.npy", "holds NaN", "Remove it.")

    with pytest.raises(SystemExit) as ended:
        job.run(main, snakemake(tmp_path))
    assert ended.value.code == 1
    text = (tmp_path / "logs" / "job.log").read_text("utf-8")
    assert "data.npy: holds NaN. Remove it." in text
    assert "[train digits/gan/3-5]" in text
    assert "Traceback" not in text + capsys.readouterr().err


def test_a_fault_of_the_code_leaves_its_traceback_in_the_log(tmp_path):
    def main():
        raise ZeroDivisionError

    with pytest.raises(SystemExit):
        job.run(main, snakemake(tmp_path))
    assert "Traceback" in (tmp_path / "logs" / "job.log").read_text("utf-8")


@pytest.mark.parametrize(
    ("wanted", "there", "name", "seen"),
    [(1, 2, "cuda", "0"), (2, 2, "cuda", "0,1"), (0, 2, "cpu", ""), (1, 0, "cpu", "")],
)
def test_the_device_is_a_gpu_of_ones_own_only_where_one_was_given_and_is_there(
    monkeypatch, tmp_path, wanted, there, name, seen
):
    import torch

    monkeypatch.setattr(torch.cuda, "device_count", lambda: there)
    monkeypatch.setattr(gpu_lease.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with job.lease_device({"gpu": wanted}) as device:
        assert device == name
        assert os.environ["CUDA_VISIBLE_DEVICES"] == seen


def test_a_job_holds_its_device_while_it_runs(monkeypatch, tmp_path):
    import torch

    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(gpu_lease.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with job.lease_device({"gpu": 1, "gpu_share": 50}):
        assert len(gpu_lease.lock_slots(gpu_lease.make_lock_folder(), ["0"], 1, gpu_lease.SLOTS // 2)) == 1
        assert gpu_lease.lock_slots(gpu_lease.make_lock_folder(), ["0"], 1, gpu_lease.SLOTS) == {}
