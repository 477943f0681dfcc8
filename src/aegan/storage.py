"""Reading and writing: every file appears whole or not at all.

Weights are safetensors, tables Parquet or CSV, arrays .npy, records JSON. Nothing is pickled. A writer fills a file in
a temporary folder beside its target and renames it, so that a crash or a full disk never leaves half a file.
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

FULL = {errno.ENOSPC, errno.EDQUOT}
CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}

AGAIN = "`snakemake` makes it anew, or `dvc checkout` brings it back if it is tracked"


@contextmanager
def replacing(target: Path | str) -> Iterator[Path]:
    """Yield a path that becomes `target` when the block ends without an exception.

    Raises:
        InputError: the disk is full, or cannot be written to.
    """
    target = Path(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # a folder, for some libraries put temporary files of their own beside what they write
        with TemporaryDirectory(prefix=f".{target.name}.", suffix=".part", dir=target.parent) as folder:
            path = Path(folder) / target.name
            yield path
            path.chmod(0o644)
            with path.open("rb") as written:
                os.fsync(written.fileno())
            path.replace(target)
    except (OSError, SafetensorError) as error:
        raise unwritable(target, error) or error from None


def unwritable(target: Path, error: OSError | SafetensorError) -> InputError | None:
    """Say in words that a file cannot be written; None for an error that is none of the disk's."""
    told = re.search(r"os error (\d+)", str(error))  # as safetensors puts it
    number = int(told[1]) if told else getattr(error, "errno", None)
    if number in FULL:
        free = shutil.disk_usage(next(folder for folder in target.absolute().parents if folder.exists())).free
        wrong = f"cannot be written, for its disk is too full ({free / 1e6:.1f} MB free)"
        return InputError(target, wrong, "Make space and run the same command again: what is finished is kept")
    if number in CLOSED:
        mend = "Make its folder writable (`chmod u+w`, or mount the disk for writing) and run the same command again"
        return InputError(target, f"cannot be written ({os.strerror(number)})", mend)
    return None


def sweep(target: Path) -> None:
    """Remove what a killed writer of a file left beside it."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
        shutil.rmtree(left)


@contextmanager
def reading(path: Path | str) -> Iterator[None]:
    """Say in words that a file which aegan wrote is missing or not whole.

    Raises:
        InputError: the block could not read it.
    """
    try:
        yield
    except FileNotFoundError:
        raise InputError(path, "is not there", AGAIN) from None
    # on bytes that are no such file libraries raise a dozen kinds of exception
    except Exception as error:
        raise InputError(path, f"cannot be read, it may be half a file ({error})", f"Remove it: {AGAIN}") from error


def write_text(target: Path | str, text: str) -> None:
    """Write UTF-8 text."""
    with replacing(target) as path:
        path.write_text(text, encoding="utf-8")


def write_bytes(target: Path | str, content: bytes) -> None:
    """Write bytes."""
    with replacing(target) as path:
        path.write_bytes(content)


def write_json(target: Path | str, record: Mapping[str, Any]) -> None:
    """Write a JSON record with sorted keys; NaN and infinity are refused, for JSON has neither."""
    write_text(target, json.dumps(record, indent=2, sort_keys=True, allow_nan=False) + "\n")


def read_json(path: Path | str) -> dict[str, Any]:
    """Read a JSON record."""
    with reading(path):
        record = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(record, dict):
            raise ValueError("it holds no JSON object")
    return record


def write_array(target: Path | str, array: np.ndarray) -> None:
    """Write one array as .npy."""
    # open for reading, too, numpy writes through Python, whose error says that the disk is full
    with replacing(target) as path, path.open("w+b") as file:
        np.save(file, array, allow_pickle=False)


def write_blocks(target: Path | str, leading: tuple[int, ...], blocks: Iterable[np.ndarray]) -> None:
    """Write one array as .npy, the very bytes of `write_array`, from its blocks, of which one at a time is in memory.

    Args:
        target: the file.
        leading: the array's first axes.
        blocks: (n, …) each, at least one, all of one type and one shape but for n; together they fill the first axes.
    """
    rest = iter(blocks)
    first = next(rest)
    shape = (*leading, *first.shape[1:])
    with replacing(target) as path, path.open("wb") as file:
        header = np.lib.format.header_data_from_array_1_0(first) | {"shape": shape, "fortran_order": False}
        np.lib.format.write_array_header_1_0(file, header)
        written = sum(file.write(np.ascontiguousarray(block).data) for block in chain([first], rest))
        assert written == math.prod(shape) * first.itemsize, f"{written} bytes do not fill an array of shape {shape}"


def read_array(path: Path | str) -> np.ndarray:
    """Open one .npy read-only as a memory map, so that what its header claims is never allocated."""
    with reading(path):
        array: np.ndarray = np.lib.format.open_memmap(path, mode="r")
    return array


def write_tensors(target: Path | str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write named arrays as safetensors."""
    with replacing(target) as path:
        save_file(dict(arrays), path)


def read_tensors(path: Path | str) -> dict[str, np.ndarray]:
    """Read arrays written by `write_tensors`."""
    with reading(path):
        arrays: dict[str, np.ndarray] = load_file(path)
    return arrays


def names_of(path: Path | str) -> tuple[str, str]:
    """Read data set and method (or autoencoder) from the path of a cohort's file: …/{dataset}/{name}/{seeds}/{file}."""
    dataset, name, _seeds, _file = Path(path).parts[-4:]
    return dataset, name
