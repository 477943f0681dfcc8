"""Named arrays that need not fit in memory: a safetensors file, written block by block and read as memory maps."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open

from aegan.storage import explain_read_errors, write_atomically

#: bytes reserved for the header, whose shapes are known only at the end; the format allows padding
HEADER_BYTES = 1 << 16
#: dtypes by their name in safetensors
DTYPES: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
    "I64": np.dtype("<i8"),
    "U8": np.dtype("u1"),
}


def write_mapped(target: Path | str, arrays: Iterable[tuple[str, Iterable[np.ndarray]]]) -> None:
    """Write named arrays, with one block of rows at a time in memory.

    Args:
        target: the file.
        arrays: name and blocks (n, …) of each array; at least one block, all of one dtype and one shape except for n.
    """
    names = {dtype: name for name, dtype in DTYPES.items()}
    entries: dict[str, Any] = {}
    end = 0
    with write_atomically(target) as path, path.open("wb") as file:
        file.seek(HEADER_BYTES)
        for name, blocks in arrays:
            begin, rows = end, 0
            for block in blocks:
                end += file.write(np.ascontiguousarray(block).data)
                rows += len(block)
            shape = [rows, *block.shape[1:]]
            entries[name] = {"dtype": names[block.dtype], "shape": shape, "data_offsets": [begin, end]}
        file.seek(0)
        file.write((HEADER_BYTES - 8).to_bytes(8, "little") + json.dumps(entries).encode().ljust(HEADER_BYTES - 8))


def read_mapped(path: Path | str) -> dict[str, np.ndarray]:
    """Open the arrays of a safetensors file as read-only memory maps.

    Returns:
        name -> array (rows, …).

    Raises:
        InputError: the file is missing, truncated or no safetensors file.
    """
    with explain_read_errors(path):
        with safe_open(path, framework="np"):  # checks names, shapes and sizes
            pass
        with Path(path).open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            entries = json.loads(file.read(size))
    data = np.memmap(path, dtype=np.uint8, mode="r")[8 + size :]
    arrays: dict[str, np.ndarray] = {}
    for name, entry in entries.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            arrays[name] = data[begin:end].view(DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return arrays
