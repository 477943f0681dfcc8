"""Jobs of several processes: who writes, and what becomes of a failure. Torchrun runs a script, as under Snakemake."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aegan.errors import InputError
from aegan.pipeline import distributed_job

#: a job of two processes, as Snakemake would run it
SCRIPT = """
from types import SimpleNamespace
import torch
from torch import distributed
from aegan.pipeline import job
from aegan.errors import InputError

def main(*, made, drawn, device):
    total = torch.tensor([1.0 + distributed.get_rank()])
    distributed.all_reduce(total)
    {fault}
    made.write_text(f"{{device}} {{total.item()}} {{distributed.get_rank()}}")
    for file in drawn:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(distributed.get_rank()))

job.run(main, SimpleNamespace(
    input={{}}, output={{"made": "made.txt", "drawn": ["a/one.txt", "a/two.txt"]}}, params={{"processes": 2}},
    wildcards={{}}, resources={{"gpu": 2}}, log=["job.log"], rule="train",
))
"""


def run(folder: Path, fault: str = "") -> subprocess.CompletedProcess[str]:
    (folder / "script.py").write_text(SCRIPT.format(fault=fault), "utf-8")
    return subprocess.run([sys.executable, "script.py"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_two_processes_work_together_and_the_first_writes(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "made.txt").read_text("utf-8") == "cpu 3.0 0"
    assert [file.read_text("utf-8") for file in tmp_path.glob("a/*")] == ["0", "0"]
    assert {file.name for file in tmp_path.iterdir()} == {"script.py", "made.txt", "a", "job.log"}


@pytest.mark.slow
def test_a_process_that_fails_ends_the_job(tmp_path):
    done = run(tmp_path, 'if distributed.get_rank() == 1: raise InputError("data.npy", "holds NaN", "Remove it.")')
    assert done.returncode != 0
    assert "data.npy: holds NaN. Remove it." in done.stderr


@pytest.mark.slow
def test_all_processes_end_when_the_job_is_terminated(tmp_path):
    fault = "import os, time; open(f'pid-{os.getpid()}', 'w').close(); time.sleep(600)"
    (tmp_path / "script.py").write_text(SCRIPT.format(fault=fault), "utf-8")
    with subprocess.Popen([sys.executable, "script.py"], cwd=tmp_path, stderr=subprocess.DEVNULL) as job:
        while len(pids := [*tmp_path.glob("pid-*")]) < 2:
            assert job.poll() is None
            time.sleep(0.01)
        job.terminate()
        assert job.wait() != 0
    for file in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(int(file.name.removeprefix("pid-")), 0)


def test_processes_do_not_share_a_gpu(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    with pytest.raises(InputError, match="2 processes share 1 GPUs"):
        distributed_job.launch_processes(2, "cuda")


def test_a_job_of_one_process_has_no_rank(monkeypatch):
    monkeypatch.delenv("LOCAL_RANK", raising=False)
    assert distributed_job.local_rank() is None
