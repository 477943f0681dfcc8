"""The user's own arrays: images in a .npy or .npz file."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import PositiveInt

from aegan.data.images import check_images
from aegan.data.raw_dataset import UNLABELLED, Loaded, encode
from aegan.errors import InputError

IMAGE_KEYS = ("images", "x", "data")
LABEL_KEYS = ("labels", "y")

#: an .npz that unpacks to more bytes, and to so many times its own, is a bomb
LARGE, DENSEST = 2**30, 200


@dataclass(frozen=True, kw_only=True)
class Npy:
    """Images in a .npy or .npz file, of booleans, integers or floats within [0, 1] or [0, 255].

    An array is (N, H, W, C), (N, H, W) or flat rows (N, F). In an .npz the images are the array named "images",
    "x" or "data", or the only one besides the labels, which are named "labels" or "y".

    Args:
        path: the .npy or .npz file.
        labels: a .npy file of N labels, whole numbers or text; it goes before labels in an .npz.
        shape: [H, W, C] of each image in flat rows; by default they are square and grey.
    """

    path: Path
    labels: Path | None = None
    shape: tuple[PositiveInt, PositiveInt, PositiveInt] | None = None

    def files(self) -> list[Path]:
        """List the images' file and, if there is one, the labels' file."""
        return [path for path in (self.path, self.labels) if path is not None]

    def load(self, files: Sequence[Path]) -> Loaded:
        """Load the images and labels of `files`, in the order of `files()`.

        Raises:
            InputError: if a file is unreadable, holds Python objects, or its arrays are no images or labels.
        """
        values, names = self.read(files[0])
        if len(files) > 1:
            names, _ = _read(files[1])
        labels = UNLABELLED if names is None else encode(files[-1], names)
        return check_images(files[0], values, labels)

    def read(self, path: Path, flat: tuple[int, ...] | None = None) -> tuple[np.ndarray, np.ndarray | None]:
        """Read raw images (N, H, W, C) and, from an .npz with labels, those.

        Args:
            path: the file.
            flat: (H, W, C) of each image in flat rows, where the option `shape` does not tell.

        Raises:
            InputError: if the file is unreadable, holds Python objects, or no images.
        """
        values, names = _read(path)
        return _as_images(path, values, self.shape or (flat if values.ndim == 2 else None)), names


def _read(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Read the images and, from an .npz, the labels."""
    try:
        arrays = _load(path)
    except InputError:
        raise
    # numpy, zipfile and zlib raise a dozen kinds of exception on bytes that are no array.
    except Exception as error:
        wrong = f"numpy cannot read it ({error or type(error).__name__})"
        raise InputError(path, wrong, "Save a uint8 or float array with numpy.save or numpy.savez") from error
    labels = next((arrays[key] for key in LABEL_KEYS if key in arrays), None)
    others = [key for key in arrays if key not in LABEL_KEYS]
    keys = [key for key in IMAGE_KEYS if key in others] or others
    if len(keys) != 1:
        wrong = f"it holds the arrays {sorted(arrays)}"
        raise InputError(path, wrong, "Name the images 'images' and the labels, if any, 'labels'")
    return arrays[keys[0]], labels


def _load(path: Path) -> dict[str, np.ndarray]:
    # A .npy is mapped, so that what its header claims is checked against its length and never allocated.
    loaded = np.load(path, mmap_mode="r", allow_pickle=False)
    if isinstance(loaded, np.ndarray):
        return {IMAGE_KEYS[0]: loaded}
    with loaded:
        _check_bomb(path, loaded.zip.infolist())
        # a member that is no .npy comes out as bytes
        return {key: array for key, array in loaded.items() if isinstance(array, np.ndarray)}


def _check_bomb(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive by what it claims to unpack to; zipfile unpacks no more than is claimed."""
    size, packed = sum(member.file_size for member in members), path.stat().st_size
    if size > max(LARGE, DENSEST * packed):
        wrong = f"its {packed / 1e6:.1f} MB unpack to {size / 1e6:.0f} MB: it looks like a decompression bomb"
        raise InputError(path, wrong, "If it is none, save it with numpy.save")


def _as_images(path: Path, values: np.ndarray, shape: Sequence[int] | None) -> np.ndarray:
    """Bring an array to (N, H, W, C) without copying it."""
    if values.ndim == 2:
        return _unflatten(path, values, shape)
    if shape is not None:
        raise InputError(path, f"shape is set, but the array {values.shape} is not flat rows", "Remove shape")
    if values.ndim == 4 and values.shape[1] <= 4 < values.shape[3]:
        wrong = f"the array {values.shape} looks like (N, C, H, W)"
        raise InputError(path, wrong, "Save array.transpose(0, 2, 3, 1)")
    return values[..., None] if values.ndim == 3 else values


def _unflatten(path: Path, rows: np.ndarray, shape: Sequence[int] | None) -> np.ndarray:
    width = rows.shape[1]
    side = math.isqrt(width)
    height, columns, channels = shape or (side, side, 1)
    if height * columns * channels != width:
        wrong = f"rows of {width} values are not images of {height} x {columns} x {channels}"
        raise InputError(path, wrong, "Set `shape: [H, W, C]` so that H * W * C is their length")
    return rows.reshape(len(rows), height, columns, channels)
