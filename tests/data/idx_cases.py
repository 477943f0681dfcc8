"""IDX files of a small data set like Fashion-MNIST, which the tests of several sources share."""

import gzip
import struct

import numpy as np

from aegan.data.fashion_mnist import FashionMnist

FETCHED = FashionMnist.FETCHED_FILES


def encode_idx(array, kind=8):
    """Encode an array (any shape) as an uncompressed IDX file of unsigned bytes."""
    return struct.pack(f">4B{array.ndim}I", 0, 0, kind, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def make_arrays():
    """Twelve train images and five test images (N, 28, 28), each followed by its labels (N,)."""
    rng = np.random.default_rng(0)
    train, test = rng.integers(0, 256, (12, 28, 28)), rng.integers(0, 256, (5, 28, 28))
    return [train, np.arange(12) % 10, test, np.arange(5)]


ARRAYS = make_arrays()


def write_files(folder, arrays):
    """Write arrays as the four files of Fashion-MNIST and return their paths."""
    paths = [folder / name for name in FETCHED]
    for path, array in zip(paths, arrays, strict=True):
        path.write_bytes(gzip.compress(encode_idx(array)))
    return paths
