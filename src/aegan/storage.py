"""Reading and writing: every file appears whole or not at all.

Weights are safetensors, tables Parquet or CSV, arrays .npy, records JSON. Nothing is pickled. A writer fills a
temporary file beside its target and renames it, so that a crash or a full disk never leaves half a file.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors.numpy import load_file, save_file


@contextmanager
def replacing(target: Path | str) -> Iterator[Path]:
    """Yield a temporary path that becomes `target` when the block ends without an exception."""
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


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
    record: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return record


def write_array(target: Path | str, array: np.ndarray) -> None:
    """Write one array as .npy."""
    with replacing(target) as path, path.open("wb") as file:
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
    """Open one .npy read-only as a memory map (an empty array is read outright, for it cannot be mapped)."""
    try:
        array: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:
        array = np.load(path, allow_pickle=False)
    return array


def write_table(target: Path | str, table: pd.DataFrame) -> None:
    """Write a table as Parquet, or as CSV with nine digits (what a float32 has), by the target's suffix."""
    with replacing(target) as path:
        if Path(target).suffix == ".parquet":
            table.to_parquet(path, index=False)
        else:
            table.to_csv(path, index=False, lineterminator="\n", float_format="%.9g")


def named(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Put constant columns before a table's own, so that tables of several runs can be joined."""
    return pd.concat([pd.DataFrame(dict(names), index=table.index), table], axis=1)


def read_table(path: Path | str) -> pd.DataFrame:
    """Read a table written by `write_table`."""
    return pd.read_parquet(path) if Path(path).suffix == ".parquet" else pd.read_csv(path, keep_default_na=True)


def write_tensors(target: Path | str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write named arrays as safetensors."""
    with replacing(target) as path:
        save_file(dict(arrays), path)


def read_tensors(path: Path | str) -> dict[str, np.ndarray]:
    """Read arrays written by `write_tensors`."""
    arrays: dict[str, np.ndarray] = load_file(path)
    return arrays


def names_of(path: Path | str) -> tuple[str, str]:
    """Read data set and method (or autoencoder) from the path of a cohort's file: …/{dataset}/{name}/{seeds}/{file}."""
    dataset, name, _seeds, _file = Path(path).parts[-4:]
    return dataset, name
