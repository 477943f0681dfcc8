"""Named arrays that need not fit in memory: one safetensors file, written block by block and read as memory maps."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open

from aegan.storage import reading, replacing

#: bytes at the head of the file, for the names and shapes that are known at the end; the format allows it to be padded
HEAD = 1 << 16
KINDS: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
    "I64": np.dtype("<i8"),
    "U8": np.dtype("u1"),
}


def write_mapped(target: Path | str, arrays: Iterable[tuple[str, Iterable[np.ndarray]]]) -> None:
    """Write named arrays, of each one block (n, …) at a time in memory.

    Args:
        target: the file.
        arrays: names and blocks, at least one each, all of one type and one shape but for n.
    """
    names = {kind: name for name, kind in KINDS.items()}
    entries: dict[str, Any] = {}
    end = 0
    with replacing(target) as path, path.open("wb") as file:
        file.seek(HEAD)
        for name, blocks in arrays:
            begin, rows = end, 0
            for block in blocks:
                end += file.write(np.ascontiguousarray(block).data)
                rows += len(block)
            shape = [rows, *block.shape[1:]]
            entries[name] = {"dtype": names[block.dtype], "shape": shape, "data_offsets": [begin, end]}
        file.seek(0)
        file.write((HEAD - 8).to_bytes(8, "little") + json.dumps(entries).encode().ljust(HEAD - 8))


def read_mapped(path: Path | str) -> dict[str, np.ndarray]:
    """Open the arrays of a safetensors file read-only as memory maps.

    Raises:
        InputError: the file is none, or is cut short.
    """
    with reading(path):
        with safe_open(path, framework="np"):  # which checks names, shapes and sizes
            pass
        with Path(path).open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            entries = json.loads(file.read(size))
    data = np.memmap(path, dtype=np.uint8, mode="r")[8 + size :]
    found: dict[str, np.ndarray] = {}
    for name, entry in entries.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            found[name] = data[begin:end].view(KINDS[entry["dtype"]]).reshape(entry["shape"])
    return found
