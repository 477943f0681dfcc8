"""Who holds which GPU: fake devices, real processes and locks."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from aegan.errors import InputError
from aegan.pipeline import gpu_lease
from aegan.pipeline.gpu_lease import SLOTS, lease_gpus, lock_slots

#: takes a share of a device when the gate opens, and counts who is on it meanwhile
CONTENDER = """
import json, os, sys, time
from pathlib import Path
from aegan.pipeline.gpu_lease import lease_gpus
place, number, devices, count, share = Path(sys.argv[1]), sys.argv[2], sys.argv[3].split(), *map(int, sys.argv[4:])
(place / "ready" / number).touch()
while not (place / "gate").exists():
    time.sleep(0.01)
with lease_gpus(count, share, list_gpus=lambda: devices, lock_folder=lambda: place / "locks") as names:
    for name in names:
        (place / "on" / name / number).touch()
    beside = {name: os.listdir(place / "on" / name) for name in names}
    time.sleep(0.02)
    for name in names:
        (place / "on" / name / number).unlink()
(place / "done" / number).write_text(json.dumps(beside))
"""

#: takes a whole device and does not let go
HOLDER = """
import sys, time
from pathlib import Path
from aegan.pipeline.gpu_lease import lease_gpus
with lease_gpus(1, list_gpus=lambda: ["0"], lock_folder=lambda: Path(sys.argv[1])) as names:
    print(*names, flush=True)
    time.sleep(600)
"""


def two() -> list[str]:
    return ["0", "1"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for folder in ("locks", "ready", "on/0", "on/GPU-a1", "done"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


@pytest.fixture
def hold(tmp_path: Path) -> Callable[..., list[str]]:
    """Hold a share of two fake devices for the length of a block."""
    return lambda count=1, share=100, visible=two: lease_gpus(
        count, share, list_gpus=visible, lock_folder=lambda: tmp_path
    )


def race(place: Path, jobs: list[tuple[int, int]], devices: list[str]) -> list[dict[str, list[str]]]:
    """Let jobs of (count, share) run at devices, all at once; return who was beside each, by device."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", CONTENDER, place, str(number), " ".join(devices), str(count), str(share)]
        )
        for number, (count, share) in enumerate(jobs)
    ]
    while len([*(place / "ready").iterdir()]) < len(jobs):
        assert not any(process.poll() for process in started)
        time.sleep(0.01)
    (place / "gate").touch()
    assert [process.wait() for process in started] == [0] * len(jobs)
    return [
        json.loads(file.read_text("utf-8")) for file in sorted(place.glob("done/*"), key=lambda file: int(file.name))
    ]


def test_fifty_contenders_fill_each_device_and_no_more(place):
    jobs = [(1, 50), (1, 25), (1, 33), (2, 100), (1, 100)] * 10
    seen = race(place, jobs, ["0", "GPU-a1"])
    for (count, _), one in zip(jobs, seen, strict=True):
        assert len(one) == count
        for beside in one.values():
            assert sum(jobs[int(number)][1] for number in beside) <= 100
    assert {name for one in seen for name in one} == {"0", "GPU-a1"}


def test_small_jobs_spread_before_they_share(hold):
    with hold(share=50) as first, hold(share=50) as second, hold(share=50) as third:
        assert {*first, *second} == {"0", "1"}
        assert third[0] in two()


def test_a_job_of_two_gets_two(hold):
    with hold(count=2) as names:
        assert sorted(names) == two()


def test_a_killed_holder_frees_its_device(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "0\n"
        assert lock_slots(tmp_path, ["0"], 1, 1) == {}
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with lease_gpus(1, list_gpus=lambda: ["0"], lock_folder=lambda: tmp_path) as names:
        assert names == ["0"]


def test_what_was_taken_is_free_again_after_an_error(hold, tmp_path):
    with pytest.raises(ZeroDivisionError), hold(count=2):
        raise ZeroDivisionError
    assert len(lock_slots(tmp_path, two(), 2, SLOTS)) == 2


def test_nobody_waits_where_there_is_nothing(hold, tmp_path):
    with hold(count=0) as none, hold(visible=list) as absent:
        assert (none, absent) == ([], [])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("count", "share", "text"), [(3, 100, "wants 3 GPUs, 2 are visible"), (1, 0, "is 0"), (1, 101, "101")]
)
def test_what_cannot_be_given_is_refused(hold, count, share, text):
    with pytest.raises(InputError, match=text), hold(count, share):
        pass


@pytest.mark.parametrize(
    ("variable", "count", "names"),
    [
        (None, 2, ["0", "1"]),
        ("3,5", 2, ["3", "5"]),
        ("GPU-a1,-1,2", 1, ["GPU-a1"]),
        ("", 0, []),
        ("0", 0, []),
        (None, 0, []),
    ],
)
def test_devices_are_called_what_cuda_calls_them(monkeypatch, variable, count, names):
    import torch

    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if variable is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", variable)
    assert gpu_lease.list_visible_gpus() == names


@pytest.mark.parametrize(
    ("version", "variable", "library", "visible"),
    [
        ("2.13.0", None, (0, 0, 2), True),
        ("2.13.0+cu130", "1", (0, 0, 2), True),
        ("2.13.0", None, (0, 0, 0), False),  # a driver without devices
        ("2.13.0", None, (9, 0, 0), False),  # a library without its driver
        ("2.13.0", None, None, False),
        ("2.13.0", "", (0, 0, 1), False),
        ("2.13.0", "-1", (0, 0, 1), False),
        ("2.13.0+cpu", None, (0, 0, 1), False),
    ],
)
def test_a_gpu_is_seen_without_torch(monkeypatch, version, variable, library, visible):
    monkeypatch.setattr(gpu_lease.metadata, "version", lambda name: version)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if variable is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", variable)

    def load(name):
        assert name == "libnvidia-ml.so.1"
        if library is None:
            raise OSError(name)
        started, counted, devices = library

        def count(pointer):
            pointer._obj.value = devices
            return counted

        return SimpleNamespace(nvmlInit_v2=lambda: started, nvmlDeviceGetCount_v2=count)

    monkeypatch.setattr(gpu_lease.ctypes, "CDLL", load)
    assert gpu_lease.is_gpu_visible.__wrapped__() is visible


def test_a_machine_has_one_folder_and_each_job_of_slurm_its_own(monkeypatch, tmp_path):
    monkeypatch.setattr(gpu_lease.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    outside = gpu_lease.make_lock_folder()
    assert outside == gpu_lease.make_lock_folder()
    assert outside.parent.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    assert gpu_lease.make_lock_folder() not in {outside, outside.parent}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_folder_of_somebody_else_is_not_trusted(monkeypatch, tmp_path):
    monkeypatch.setattr(gpu_lease.tempfile, "gettempdir", lambda: str(tmp_path))
    os.chown(gpu_lease.make_lock_folder().parent, 12345, -1)
    with pytest.raises(InputError, match="another user"):
        gpu_lease.make_lock_folder()


@pytest.mark.slow
def test_snakemake_runs_two_jobs_on_two_devices(tmp_path):
    """`--resources gpu=2`: each job waits until both hold a device, so that a shared one would never end."""
    (tmp_path / "job.py").write_text(
        textwrap.dedent(
            """
            import time
            from pathlib import Path
            from aegan.pipeline import job
            from aegan.pipeline import gpu_lease

            def main(*, device, mark):
                import os
                Path("held").mkdir(exist_ok=True)
                (Path("held") / os.environ["CUDA_VISIBLE_DEVICES"]).touch()
                deadline = time.monotonic() + 600
                while len(list(Path("held").iterdir())) < 2 and time.monotonic() < deadline:
                    time.sleep(0.05)
                mark.write_text(f"{device} {os.environ['CUDA_VISIBLE_DEVICES']} {len(list(Path('held').iterdir()))}")

            import torch
            torch.cuda.device_count = lambda: 2
            job.run(main, snakemake)
            """
        ),
        encoding="utf-8",
    )
    (tmp_path / "Snakefile").write_text(
        textwrap.dedent(
            """
            rule all:
                input: "a.txt", "b.txt"

            rule train:
                output: mark="{name}.txt"
                resources: gpu=1
                script: "job.py"
            """
        ),
        encoding="utf-8",
    )
    environment = {name: value for name, value in os.environ.items() if name != "CUDA_VISIBLE_DEVICES"}
    command = [sys.executable, "-m", "snakemake", "--cores", "8", "--resources", "gpu=2"]
    subprocess.run(command, cwd=tmp_path, env=environment | {"TMPDIR": str(tmp_path)}, check=True, capture_output=True)
    assert {(tmp_path / f"{name}.txt").read_text("utf-8") for name in "ab"} == {"cuda 0 2", "cuda 1 2"}
