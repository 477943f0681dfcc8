"""Reading and writing of files: every file appears whole or not at all.

Weights are safetensors, tables Parquet or CSV, arrays .npy, records JSON. Nothing is pickled. A file is written in a
temporary folder beside its target and then renamed, so that a crash or a full disk never leaves a partial file.
"""

from __future__ import annotations

import errno
import glob
import json
import math
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from aegan.errors import InputError

#: error numbers of a full disk, and of a disk without write permission
FULL_DISK = {errno.ENOSPC, errno.EDQUOT}
NOT_WRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}

HOW_TO_RESTORE = "`snakemake` makes it again, or `dvc checkout` restores it if it is tracked"


@contextmanager
def write_atomically(target: Path | str) -> Iterator[Path]:
    """Yield a temporary path that is renamed to `target` when the block ends without an exception.

    Raises:
        InputError: the disk is full, or cannot be written to.
    """
    target = Path(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # a folder, because some libraries write temporary files of their own beside the given path
        with TemporaryDirectory(prefix=f".{target.name}.", suffix=".part", dir=target.parent) as folder:
            path = Path(folder) / target.name
            yield path
            path.chmod(0o644)
            with path.open("rb") as written:
                os.fsync(written.fileno())
            path.replace(target)
    except (OSError, SafetensorError) as error:
        raise explain_write_error(target, error) or error from None


def explain_write_error(target: Path, error: OSError | SafetensorError) -> InputError | None:
    """Return the message for a full or read-only disk; None for any other error.

    Args:
        target: the file that was to be written.
        error: the error of writing it. safetensors gives the system's error number in its text.
    """
    named = re.search(r"os error (\d+)", str(error))
    number = int(named[1]) if named else getattr(error, "errno", None)
    if number in FULL_DISK:
        free = shutil.disk_usage(next(folder for folder in target.absolute().parents if folder.exists())).free
        wrong = f"cannot be written, because its disk is too full ({free / 1e6:.1f} MB free)"
        return InputError(target, wrong, "Make space and run the same command again: finished results are kept")
    if number in NOT_WRITABLE:
        fix = "Make its folder writable (`chmod u+w`, or mount the disk for writing) and run the same command again"
        return InputError(target, f"cannot be written ({os.strerror(number)})", fix)
    return None


def remove_partial_files(target: Path) -> None:
    """Remove the temporary folders that a killed writer of a file left beside it."""
    for folder in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
        shutil.rmtree(folder)


@contextmanager
def explain_read_errors(path: Path | str) -> Iterator[None]:
    """Turn any error of the block, which reads a file that aegan wrote, into an `InputError`.

    Raises:
        InputError: the file is missing, or the block cannot read it.
    """
    try:
        yield
    except FileNotFoundError:
        raise InputError(path, "is not there", HOW_TO_RESTORE) from None
    # libraries raise many kinds of exception on bytes of another format
    except Exception as error:
        raise InputError(
            path, f"cannot be read, it may be truncated ({error})", f"Remove it: {HOW_TO_RESTORE}"
        ) from error


def write_text(target: Path | str, text: str) -> None:
    """Write UTF-8 text."""
    with write_atomically(target) as path:
        path.write_text(text, encoding="utf-8")


def write_bytes(target: Path | str, content: bytes) -> None:
    """Write bytes."""
    with write_atomically(target) as path:
        path.write_bytes(content)


def write_json(target: Path | str, record: Mapping[str, Any], indent: int = 2) -> None:
    """Write a JSON record with sorted keys. NaN and infinity, which JSON does not have, raise ValueError.

    Args:
        target: the file.
        record: the record.
        indent: spaces per level; 0 makes a large record a quarter smaller.
    """
    write_text(target, json.dumps(record, indent=indent, sort_keys=True, allow_nan=False) + "\n")


def read_json(path: Path | str) -> dict[str, Any]:
    """Read a JSON record."""
    with explain_read_errors(path):
        record = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(record, dict):
            raise ValueError("it holds no JSON object")
    return record


def write_array(target: Path | str, array: np.ndarray) -> None:
    """Write one array of any shape as .npy."""
    # to a file in mode w+b numpy writes through Python, whose error says that the disk is full
    with write_atomically(target) as path, path.open("w+b") as file:
        np.save(file, array, allow_pickle=False)


def write_blocks(target: Path | str, leading: tuple[int, ...], blocks: Iterable[np.ndarray]) -> None:
    """Write one array as .npy from its blocks, with one of them at a time in memory; the bytes are `write_array`'s.

    Args:
        target: the file.
        leading: shape of the array's first axes.
        blocks: arrays (n, …), at least one, all of one dtype and one shape except for n; together they fill the first
            axes.
    """
    rest = iter(blocks)
    first = next(rest)
    shape = (*leading, *first.shape[1:])
    with write_atomically(target) as path, path.open("wb") as file:
        header = np.lib.format.header_data_from_array_1_0(first) | {"shape": shape, "fortran_order": False}
        np.lib.format.write_array_header_1_0(file, header)
        written = sum(file.write(np.ascontiguousarray(block).data) for block in chain([first], rest))
        assert written == math.prod(shape) * first.itemsize, f"{written} bytes do not fill an array of shape {shape}"


def read_array(path: Path | str) -> np.ndarray:
    """Open one .npy as a read-only memory map, so that the size its header claims is never allocated."""
    with explain_read_errors(path):
        array: np.ndarray = np.lib.format.open_memmap(path, mode="r")
    return array


def write_tensors(target: Path | str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write named arrays of any shape as safetensors."""
    with write_atomically(target) as path:
        save_file(dict(arrays), path)


def read_tensors(path: Path | str) -> dict[str, np.ndarray]:
    """Read the arrays that `write_tensors` wrote, by name."""
    with explain_read_errors(path):
        arrays: dict[str, np.ndarray] = load_file(path)
    return arrays


def parse_run_path(path: Path | str) -> tuple[str, str]:
    """Return dataset and method (or autoencoder) from a path of a cohort: …/{dataset}/{name}/{seeds}/{file}."""
    dataset, name, _seeds, _file = Path(path).parts[-4:]
    return dataset, name
