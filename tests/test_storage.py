import json
import os
import shutil
import subprocess
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch

from aegan import storage, tables
from aegan.data.mmap import write_mapped
from aegan.errors import InputError
from aegan.pipeline import job
from aegan.training.weights import save_tensors


def test_a_file_appears_when_its_block_ends(tmp_path):
    target = tmp_path / "deep" / "file.txt"
    with storage.write_atomically(target) as path:
        path.write_text("new")
        assert not target.exists()
        assert path.parent.parent == target.parent  # a rename must stay on one file system
    assert target.read_text() == "new"
    assert [file.name for file in target.parent.iterdir()] == ["file.txt"]
    assert target.stat().st_mode & 0o777 == 0o644


class CutError(Exception):
    """What interrupts a writer in these tests."""


def interrupted(target):
    with storage.write_atomically(target) as path:
        path.write_text("half")
        raise CutError


@pytest.mark.parametrize("old", [None, "old"])
def test_a_failing_writer_leaves_the_old_file_and_nothing_else(tmp_path, old):
    target = tmp_path / "file.txt"
    if old:
        target.write_text(old)
    with pytest.raises(CutError):
        interrupted(target)
    assert [file.read_text() for file in tmp_path.iterdir()] == ([old] if old else [])


def test_a_record_with_nan_is_refused_and_the_old_one_kept(tmp_path):
    storage.write_json(tmp_path / "a.json", {"value": 1.0})
    with pytest.raises(ValueError, match="JSON compliant"):
        storage.write_json(tmp_path / "a.json", {"value": float("nan")})
    assert storage.read_json(tmp_path / "a.json") == {"value": 1.0}
    assert len(list(tmp_path.iterdir())) == 1


def test_records_round_trip_with_sorted_keys(tmp_path):
    record = {"b": [1, 2.5, None], "a": {"umlaut": "ä", "true": True}}
    storage.write_json(tmp_path / "a.json", record)
    assert storage.read_json(tmp_path / "a.json") == record
    assert list(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))) == ["a", "b"]


def test_texts_and_bytes_round_trip(tmp_path):
    storage.write_text(tmp_path / "a.txt", "grüße\n")
    storage.write_bytes(tmp_path / "a.bin", b"\x00\xff")
    assert (tmp_path / "a.txt").read_bytes() == "grüße\n".encode()
    assert (tmp_path / "a.bin").read_bytes() == b"\x00\xff"


@pytest.mark.parametrize("array", [np.arange(6, dtype=np.uint8).reshape(2, 3), np.float32([1.5]), np.array(2.0)])
def test_arrays_round_trip_as_read_only_maps(tmp_path, array):
    storage.write_array(tmp_path / "a.npy", array)
    read = storage.read_array(tmp_path / "a.npy")
    np.testing.assert_array_equal(read, array)
    assert read.dtype == array.dtype
    assert isinstance(read, np.memmap)
    assert not read.flags.writeable


@pytest.mark.parametrize("shape", [(0,), (3, 0, 8, 8, 1)])
def test_empty_arrays_round_trip(tmp_path, shape):
    storage.write_array(tmp_path / "a.npy", np.zeros(shape, np.uint8))
    read = storage.read_array(tmp_path / "a.npy")
    assert (read.shape, read.dtype) == (shape, np.uint8)


def test_arrays_of_objects_are_refused(tmp_path):
    with pytest.raises(ValueError, match="allow_pickle"):
        storage.write_array(tmp_path / "a.npy", np.array([{}], dtype=object))
    assert list(tmp_path.iterdir()) == []


def test_tensors_round_trip(tmp_path):
    arrays = {"a/b": np.arange(6, dtype=np.float32).reshape(2, 3), "c": np.zeros(0, np.int64)}
    storage.write_tensors(tmp_path / "a.safetensors", arrays)
    read = storage.read_tensors(tmp_path / "a.safetensors")
    assert read.keys() == arrays.keys()
    for key, array in arrays.items():
        np.testing.assert_array_equal(read[key], array)


def test_names_are_read_from_the_path():
    assert storage.parse_run_path("results/gan/digits/gan_r1/0-4/training.parquet") == ("digits", "gan_r1")


def test_a_writers_own_temporary_files_are_no_ones_to_see(tmp_path):
    """Safetensors writes to a file of its own beside the path it is given; a kill leaves it there."""
    with storage.write_atomically(tmp_path / "a.safetensors") as path:
        assert list(path.parent.iterdir()) == []
        path.write_bytes(b"x")
    assert [file.name for file in tmp_path.iterdir()] == ["a.safetensors"]


def test_what_a_killed_writer_left_goes_when_its_job_starts_again(tmp_path):
    target, other = tmp_path / "a [1].npy", tmp_path / "b.npy"
    for file in (target, other):
        (tmp_path / f".{file.name}.k1ll3d.part").mkdir()
        (tmp_path / f".{file.name}.k1ll3d.part" / file.name).write_bytes(b"half")
    outputs = type("Outputs", (list,), {"items": lambda self: [("target", self[0])]})([str(target)])
    record = {"input": {}, "output": outputs, "params": {}, "wildcards": {}, "resources": {}, "rule": "some"}
    job.run(lambda *, target: target.write_bytes(b"x"), SimpleNamespace(**record, log=[]))
    assert sorted(file.name for file in tmp_path.iterdir()) == [".b.npy.k1ll3d.part", "a [1].npy"]


RANDOM = np.random.default_rng(0).integers(0, 256, 100_000, dtype=np.uint8)
WRITERS = {
    "text": lambda target: storage.write_text(target, RANDOM.tobytes().hex()),
    "bytes": lambda target: storage.write_bytes(target, RANDOM.tobytes()),
    "record": lambda target: storage.write_json(target, {"hex": RANDOM.tobytes().hex()}),
    "array": lambda target: storage.write_array(target, RANDOM),
    "table.csv": lambda target: tables.write_table(target, pd.DataFrame({"value": RANDOM / 7})),
    "table.parquet": lambda target: tables.write_table(target, pd.DataFrame({"value": RANDOM / 7})),
    "tensors": lambda target: storage.write_tensors(target, {"a": RANDOM}),
    "blocks": lambda target: storage.write_blocks(target, RANDOM.shape, [RANDOM[:9], RANDOM[9:]]),
    "mapped": lambda target: write_mapped(target, [("a", [RANDOM])]),
    "weights": lambda target: save_tensors(target, {0: {"a": torch.from_numpy(RANDOM)}}),
}


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    """A disk of 2 MiB."""
    folder = tmp_path_factory.mktemp("disk")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"only root mounts a small disk ({done.stderr.decode().strip()})")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("free", [0, 4096, 40_960])
def test_a_full_disk_is_named_leaves_the_old_file_and_is_mended_by_space(disk, name, free):
    target, ballast = disk / name, disk / "ballast"
    target.write_bytes(b"old")
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free - free))
    with pytest.raises(
        InputError, match=rf"{name}: cannot be written, because its disk is too full \(0.0 MB free\). Make space"
    ):
        WRITERS[name](target)
    assert target.read_bytes() == b"old"
    assert sorted(disk.iterdir()) == sorted([target, ballast])
    ballast.unlink()
    WRITERS[name](target)
    assert target.stat().st_size > 50_000
    target.unlink()


@pytest.mark.parametrize("name", WRITERS)
def test_a_disk_that_is_read_only_is_named(disk, name):
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    try:
        with pytest.raises(InputError, match=r"cannot be written \(Read-only file system\). Make its folder writable"):
            WRITERS[name](disk / "new" / name)
    finally:
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert list(disk.iterdir()) == []


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="Make its folder writable"):
        storage.write_text(tmp_path / "a.txt", "new")


READERS = {
    "a.json": (storage.write_json, {"a": 1}, storage.read_json),
    "a.npy": (storage.write_array, np.arange(9), storage.read_array),
    "a.parquet": (tables.write_table, pd.DataFrame({"a": [0.1]}), tables.read_table),
    "a.safetensors": (storage.write_tensors, {"a": np.arange(9)}, storage.read_tensors),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("kept", [0, 0.5, 0.8])
def test_half_a_file_is_named_with_what_to_do(tmp_path, name, kept):
    write, content, read = READERS[name]
    write(tmp_path / name, content)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(InputError, match=rf"{name}: cannot be read, it may be truncated .*Remove it: `snakemake`"):
        read(tmp_path / name)
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match=rf"{name}: is not there. `snakemake` makes it again"):
        read(tmp_path / name)
