"""Read gzipped IDX, the file format of MNIST and Fashion-MNIST.

An IDX file consists of a big-endian header (two zero bytes, one byte for the type, one for the number of dimensions,
four for each dimension) and the values. Source: Y. LeCun, C. Cortes and C. Burges, "The MNIST database".
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
MAX_BYTES = 2**30
BLOCK = 2**20
FIX = "Remove the file and fetch it again"


def read_idx(path: Path, dimensions: int) -> np.ndarray:
    """Read a gzipped IDX file of unsigned bytes.

    Args:
        path: the file.
        dimensions: required number of dimensions: 3 for images, 1 for labels.

    Returns:
        uint8 array of the shape in the header: (N, H, W) or (N,).

    Raises:
        InputError: the file is not a complete gzip file that holds exactly one such array of at most 1 GiB.
    """
    with _open_gzip(path) as file:
        shape = _read_shape(path, file, dimensions)
        size = math.prod(shape)
        # reading one byte past the end reveals trailing bytes and makes gzip compare its checksum
        content = _read_up_to(file, size + 1)
    if len(content) != size:
        found = "more" if len(content) > size else f"{len(content)}"
        raise InputError(path, f"its header {shape} asks for {size} bytes, but it holds {found}", FIX)
    return np.frombuffer(content, np.uint8).reshape(shape)


def hash_gzip_content(path: Path) -> str:
    """Return the SHA-256 of a gzip file's decompressed content, which does not depend on the compressor.

    Raises:
        InputError: the file is not a complete gzip file, or unpacks to more than 1 GiB.
    """
    hashed, size = hashlib.sha256(), 0
    with _open_gzip(path) as file:
        while block := file.read(BLOCK):
            hashed.update(block)
            size += len(block)
            if size > MAX_BYTES:
                raise InputError(path, f"it unpacks to more than {MAX_BYTES} bytes", FIX)
    return hashed.hexdigest()


@contextmanager
def _open_gzip(path: Path) -> Iterator[gzip.GzipFile]:
    try:
        with gzip.open(path, "rb") as file:
            yield file
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(path, f"cannot be read as a gzip file ({error})", FIX) from error


def _read_shape(path: Path, file: gzip.GzipFile, dimensions: int) -> tuple[int, ...]:
    length = 4 + 4 * dimensions
    header = file.read(length)
    if len(header) < length or header[:4] != bytes([0, 0, UNSIGNED_BYTE, dimensions]):
        wrong = f"its header {header.hex()} is not that of {dimensions} dimension(s) of unsigned bytes in IDX"
        raise InputError(path, wrong, FIX)
    shape = struct.unpack(f">{dimensions}I", header[4:])
    if math.prod(shape) > MAX_BYTES:
        raise InputError(path, f"its header claims the shape {shape}, more than {MAX_BYTES} bytes", FIX)
    return shape


def _read_up_to(file: gzip.GzipFile, limit: int) -> bytearray:
    content = bytearray()
    while block := file.read(min(BLOCK, limit - len(content))):
        content += block
    return content
