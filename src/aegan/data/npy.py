"""Images in the user's .npy or .npz file."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from aegan.data.images import make_image_dataset
from aegan.data.layout import Layout, arrange_images
from aegan.data.pixel_range import Range
from aegan.data.raw_dataset import NO_LABELS, DataOutline, RawDataset, encode_labels
from aegan.errors import InputError
from aegan.option_types import Side

#: name under which the array of a .npy is read
ONLY_ARRAY = "images"
IMAGE_KEYS = (ONLY_ARRAY, "x", "data")
LABEL_KEYS = ("labels", "y")
FIX = (
    "Name the images 'images' and the labels, if any, 'labels', or state their names: `image_key: …`, `label_key: …`; "
    "arrays without a stated name are then left out"
)

#: an .npz that unpacks to more bytes than this, and to more than this multiple of its size, is refused as a bomb
BOMB_BYTES, BOMB_RATIO = 2**30, 200


class SelectedArrays(NamedTuple):
    """The arrays of a file that are read, as they are in it."""

    images: np.ndarray  #: images in any layout, or flat rows
    labels: np.ndarray | None  #: (N,), of an .npz that has some
    remarks: tuple[str, ...]  #: on arrays that are not read


@dataclass(frozen=True, kw_only=True)
class Npy:
    """Images in a .npy or .npz file, of uint8 (0 to 255), booleans, or floats within [0, 1] or [-1, 1].

    The array has the shape (N, H, W, C), (N, H, W) or, as flat rows, (N, F). In an .npz the images are the array named
    "images", "x" or "data", or the only one besides the labels, which are named "labels" or "y".

    Args:
        path: the .npy or .npz file.
        labels: a .npy file of N labels, integers or text.
        range: [lo, hi], the values of black and white; needed for integers other than uint8 and for floats beyond
            [-1, 1].
        layout: order of the axes (N images, H rows, W columns, C channels), or in flat rows of the values; needed where
            more than one reading is plausible.
        shape: [H, W, C] of each image in flat rows; absent, they are square and grey.
        image_key: name of the images in an .npz; if it is given, other arrays are left out.
        label_key: name of the labels in an .npz.
    """

    path: Path
    labels: Path | None = None
    range: Range | None = None
    layout: Layout | None = None
    shape: tuple[Side, Side, Side] | None = None
    image_key: str | None = None
    label_key: str | None = None

    def list_files(self) -> list[Path]:
        """List the file of the images and, if there is one, the file of the labels."""
        return [path for path in (self.path, self.labels) if path is not None]

    def outline(self, files: Sequence[Path] = ()) -> DataOutline:
        """Return the sizes that the header of a .npy file tells, without reading its values.

        Raises:
            InputError: the file has no images.
        """
        labelled = None if self.labels is None else True
        if files and files[0].suffix == ".npy" and files[0].is_file():
            values = self.select_arrays(files[0]).images
            rows, *sides, channels = arrange_images(files[0], values, self.layout, self.shape)[0].shape
            return DataOutline((channels, *sides), labelled or False, rows)
        height, width, channels = self.shape or (1, 1, 1)
        return DataOutline((channels, height, width), labelled, sized=self.shape is not None)

    def load(self, files: Sequence[Path]) -> RawDataset:
        """Load images, uint8 (N, H, W, C), and labels (N,).

        Args:
            files: paths in the order of `list_files`.

        Raises:
            InputError: a file is unreadable, holds Python objects, or its arrays are not images or labels.
        """
        values, names, remarks = self.select_arrays(files[0])
        images, layout = arrange_images(files[0], values, self.layout, self.shape)
        if len(files) > 1:
            arrays = read_arrays(files[1])
            if list(arrays) != [ONLY_ARRAY]:
                wrong = f"it holds the arrays {sorted(arrays)}"
                raise InputError(files[1], wrong, "Save the labels alone with numpy.save, as a .npy")
            names = arrays[ONLY_ARRAY]
        labels = NO_LABELS if names is None else encode_labels(files[-1], names)
        return make_image_dataset(files[0], images, labels, declared_range=self.range, layout=layout, remarks=remarks)

    def select_arrays(self, path: Path) -> SelectedArrays:
        """Read a file and select the arrays of the images and the labels.

        Raises:
            InputError: the file is unreadable, holds Python objects, or which arrays are meant is not clear.
        """
        arrays = read_arrays(path)
        label_key = None if self.labels else self._choose(path, arrays, self.label_key, LABEL_KEYS)
        others = {key: array for key, array in arrays.items() if key not in {label_key, *LABEL_KEYS}}
        image_key = self._choose(path, arrays, self.image_key, IMAGE_KEYS) or (
            min(others) if len(others) == 1 else None
        )
        if image_key is None:
            raise InputError(path, f"it holds the arrays {sorted(arrays)}, and none is named as images", FIX)
        unread = [f"{key} {array.shape}" for key, array in arrays.items() if key not in {image_key, label_key}]
        if unread and self.image_key is None:
            wrong = f"it holds the arrays {sorted(arrays)}, of which {', '.join(unread)} would not be read"
            raise InputError(path, wrong, FIX)
        remarks = (f"arrays that are not read: {', '.join(unread)}",) if unread else ()
        return SelectedArrays(arrays[image_key], arrays[label_key] if label_key else None, remarks)

    def _choose(
        self, path: Path, arrays: Mapping[str, np.ndarray], stated: str | None, known: Sequence[str]
    ) -> str | None:
        """Return the stated name, or the only known one that occurs; None if none occurs."""
        found = [key for key in ([stated] if stated else known) if key in arrays]
        if len(found) > 1 or (stated and not found):
            wrong = f"it holds the arrays {sorted(arrays)}"
            wrong += f", but not {stated!r}" if stated else f", of which {' and '.join(map(repr, found))} may be meant"
            raise InputError(path, wrong, FIX)
        return found[0] if found else None


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read the arrays of an .npz, each memory-mapped if possible, by name; that of a .npy is named `ONLY_ARRAY`.

    Raises:
        InputError: the file is unreadable, holds Python objects, or unpacks to too many bytes.
    """
    try:
        return _load_arrays(path)
    except InputError:
        raise
    # numpy, zipfile and zlib raise a dozen types of exception for bytes that are not an array
    except Exception as error:
        wrong = f"numpy cannot read it ({error or type(error).__name__})"
        raise InputError(path, wrong, "Save a uint8 or float array with numpy.save or numpy.savez") from error


def _load_arrays(path: Path) -> dict[str, np.ndarray]:
    # memory-mapped, so that the size in its header is checked against the file's length before anything is allocated
    loaded = np.load(path, mmap_mode="r", allow_pickle=False)
    if isinstance(loaded, np.ndarray):
        return {ONLY_ARRAY: loaded}
    with loaded:
        _check_bomb(path, loaded.zip.infolist())
        # a member that is not a .npy is loaded as bytes
        return {key: np.asarray(array) for key, array in loaded.items()}


def _check_bomb(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive whose declared unpacked size is too large; zipfile unpacks no more than is declared."""
    size, packed = sum(member.file_size for member in members), path.stat().st_size
    if size > max(BOMB_BYTES, BOMB_RATIO * packed):
        wrong = f"its {packed / 1e6:.1f} MB unpack to {size / 1e6:.0f} MB: it looks like a decompression bomb"
        raise InputError(path, wrong, "If it is not one, save it with numpy.save")
