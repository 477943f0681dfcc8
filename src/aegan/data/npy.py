"""Images in the user's .npy or .npz file."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import PositiveInt

from aegan.data.images import make_image_dataset
from aegan.data.raw_dataset import NO_LABELS, RawDataset, encode_labels
from aegan.errors import InputError

IMAGE_KEYS = ("images", "x", "data")
LABEL_KEYS = ("labels", "y")

#: an .npz that unpacks to more bytes than this, and to more than this multiple of its size, is refused as a bomb
BOMB_BYTES, BOMB_RATIO = 2**30, 200


@dataclass(frozen=True, kw_only=True)
class Npy:
    """Images in a .npy or .npz file, of booleans, integers or floats within [0, 1] or [0, 255].

    The array has the shape (N, H, W, C), (N, H, W) or, as flat rows, (N, F). In an .npz the images are the array named
    "images", "x" or "data", or the only one besides the labels, which are named "labels" or "y".

    Args:
        path: the .npy or .npz file.
        labels: a .npy file of N labels, integers or text; it takes precedence over labels in an .npz.
        shape: [H, W, C] of each image in flat rows; absent, they are square and grey.
    """

    path: Path
    labels: Path | None = None
    shape: tuple[PositiveInt, PositiveInt, PositiveInt] | None = None

    def list_files(self) -> list[Path]:
        """List the file of the images and, if there is one, the file of the labels."""
        return [path for path in (self.path, self.labels) if path is not None]

    def load(self, files: Sequence[Path]) -> RawDataset:
        """Load images, uint8 (N, H, W, C), and labels (N,).

        Args:
            files: paths in the order of `list_files`.

        Raises:
            InputError: a file is unreadable, holds Python objects, or its arrays are not images or labels.
        """
        values, names = self.read_images(files[0])
        if len(files) > 1:
            names, _ = _read_arrays(files[1])
        labels = NO_LABELS if names is None else encode_labels(files[-1], names)
        return make_image_dataset(files[0], values, labels)

    def read_images(
        self, path: Path, flat_shape: tuple[int, ...] | None = None
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Read raw images.

        Args:
            path: the file.
            flat_shape: (H, W, C) of each image in flat rows, used if the option `shape` is absent.

        Returns:
            The images (N, H, W, C) in their own type, and the labels (N,) of an .npz that has some.

        Raises:
            InputError: the file is unreadable, holds Python objects, or has no images.
        """
        values, names = _read_arrays(path)
        return _reshape_to_images(path, values, self.shape or (flat_shape if values.ndim == 2 else None)), names


def _read_arrays(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Read the array of images and, from an .npz that has some, the labels."""
    try:
        arrays = _load_arrays(path)
    except InputError:
        raise
    # numpy, zipfile and zlib raise a dozen types of exception for bytes that are not an array
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


def _load_arrays(path: Path) -> dict[str, np.ndarray]:
    # memory-mapped, so that the size in its header is checked against the file's length before anything is allocated
    loaded = np.load(path, mmap_mode="r", allow_pickle=False)
    if isinstance(loaded, np.ndarray):
        return {IMAGE_KEYS[0]: loaded}
    with loaded:
        _check_bomb(path, loaded.zip.infolist())
        # a member that is not a .npy is loaded as bytes
        return {key: array for key, array in loaded.items() if isinstance(array, np.ndarray)}


def _check_bomb(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive whose declared unpacked size is too large; zipfile unpacks no more than is declared."""
    size, packed = sum(member.file_size for member in members), path.stat().st_size
    if size > max(BOMB_BYTES, BOMB_RATIO * packed):
        wrong = f"its {packed / 1e6:.1f} MB unpack to {size / 1e6:.0f} MB: it looks like a decompression bomb"
        raise InputError(path, wrong, "If it is not one, save it with numpy.save")


def _reshape_to_images(path: Path, values: np.ndarray, shape: Sequence[int] | None) -> np.ndarray:
    """Reshape an array to (N, H, W, C) without copying it."""
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
