"""Reading gzipped IDX, the format of MNIST and its siblings.

An IDX file is a big-endian header (two zero bytes, one for the type, one for the number of dimensions, then each
dimension as four bytes) and the values. Source: Y. LeCun, C. Cortes and C. Burges, "The MNIST database".
"""

from __future__ import annotations

import gzip
import hashlib
import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from aegan.errors import InputError

UNSIGNED_BYTE = 0x08
LARGEST = 2**30
BLOCK = 2**20
MEND = "Remove the file and fetch it again"


def read(path: Path, dimensions: int) -> np.ndarray:
    """Read a gzipped IDX file of unsigned bytes.

    Args:
        path: the file.
        dimensions: how many dimensions it must have: 3 for images, 1 for labels.

    Returns:
        uint8 of the shape that the header tells.

    Raises:
        InputError: if it is not a whole gzip file that holds just one such array of at most 1 GiB.
    """
    with _unzipped(path) as file:
        shape = _read_shape(path, file, dimensions)
        size = math.prod(shape)
        # One byte past the end brings trailing bytes to light, and makes gzip compare its checksum.
        content = _read_up_to(file, size + 1)
    if len(content) != size:
        found = "more" if len(content) > size else f"{len(content)}"
        raise InputError(path, f"its header {shape} asks for {size} bytes, but it holds {found}", MEND)
    return np.frombuffer(content, np.uint8).reshape(shape)


def content_sha256(path: Path) -> str:
    """Hash the decompressed content of a gzip file, for the same content may be compressed to other bytes.

    Raises:
        InputError: if it is not a whole gzip file, or one of more than 1 GiB.
    """
    hashed, size = hashlib.sha256(), 0
    with _unzipped(path) as file:
        while block := file.read(BLOCK):
            hashed.update(block)
            size += len(block)
            if size > LARGEST:
                raise InputError(path, f"it unpacks to more than {LARGEST} bytes", MEND)
    return hashed.hexdigest()


@contextmanager
def _unzipped(path: Path) -> Iterator[gzip.GzipFile]:
    try:
        with gzip.open(path, "rb") as file:
            yield file
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(path, f"cannot be read as a gzip file ({error})", MEND) from error


def _read_shape(path: Path, file: gzip.GzipFile, dimensions: int) -> tuple[int, ...]:
    length = 4 + 4 * dimensions
    header = file.read(length)
    if len(header) < length or header[:4] != bytes([0, 0, UNSIGNED_BYTE, dimensions]):
        wrong = f"its header {header.hex()} is not that of {dimensions} dimension(s) of unsigned bytes in IDX"
        raise InputError(path, wrong, MEND)
    shape = struct.unpack(f">{dimensions}I", header[4:])
    if math.prod(shape) > LARGEST:
        raise InputError(path, f"its header claims the shape {shape}, more than {LARGEST} bytes", MEND)
    return shape


def _read_up_to(file: gzip.GzipFile, limit: int) -> bytearray:
    content = bytearray()
    while block := file.read(min(BLOCK, limit - len(content))):
        content += block
    return content
