"""Images in a folder of the user's PNG and JPEG files."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import PositiveInt

from aegan.data.images import make_image_dataset
from aegan.data.raw_dataset import NO_LABELS, Labels, RawDataset, encode_labels
from aegan.errors import InputError

if TYPE_CHECKING:
    from PIL.Image import Image

GREY_MODES = ("1", "L", "LA")


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder of PNG and JPEG files of 8 bits per channel; its subfolders, if any, are the labels.

    Hidden files are ignored; any other file must be an image. The camera's orientation (EXIF) is applied, and
    transparency is composited on black. A link must lead to a file in the folder or in the working folder.

    Args:
        path: the folder.
        size: [H, W] to resize to; absent, all images must have the same size.
        resize: crop (fill the size and cut the excess on both sides), pad (fit into the size, with black bars) or
            stretch.
        mode: auto (as in the files, which must be all grey or all colour), grey or rgb.
    """

    path: Path
    size: tuple[PositiveInt, PositiveInt] | None = None
    resize: Literal["crop", "pad", "stretch"] = "crop"
    mode: Literal["auto", "grey", "rgb"] = "auto"

    def list_files(self) -> list[Path]:
        """List all files in the folder and its subfolders that are not hidden, sorted."""
        found = (file for file in self.path.rglob("*") if file.is_file())
        return sorted(file for file in found if not _is_hidden(file.relative_to(self.path)))

    def load(self, files: Sequence[Path]) -> RawDataset:
        """Load the images of `files`, in their order, as uint8 (N, H, W, C) with labels (N,).

        Raises:
            InputError: there are no files, one is unreadable, or they differ in size, channels or depth of folder.
        """
        labels = self.read_labels(files)
        return make_image_dataset(self.path, self.read_images(files), labels)

    def read_images(self, files: Sequence[Path]) -> np.ndarray:
        """Read the images of `files` as uint8 (N, H, W, C).

        Raises:
            InputError: there are no files, one is unreadable, or they differ in size or channels.
        """
        self._check_not_empty(files)
        images = [self._read_image(file) for file in files]
        _check_all_equal(files, [image.shape[2] for image in images], "channels", "Set `mode: rgb` or `mode: grey`")
        _check_all_equal(
            files, [image.shape[:2] for image in images], "height and width", "Set `size: [H, W]` to resize them"
        )
        return np.stack(images)

    def read_labels(self, files: Sequence[Path]) -> Labels:
        """Derive the labels (N,) of `files` from the names of their subfolders.

        Raises:
            InputError: there are no files, or only some are in subfolders.
        """
        self._check_not_empty(files)
        names = [file.relative_to(self.path).parent.as_posix() for file in files]
        fix = "Put all images into subfolders, or none"
        _check_all_equal(files, [name == "." for name in names], "lies directly in the folder", fix)
        return NO_LABELS if names[0] == "." else encode_labels(self.path, np.array(names))

    def _check_not_empty(self, files: Sequence[Path]) -> None:
        if not files:
            raise InputError(self.path, "no images", "Put PNG or JPEG files into this folder")

    def _check_inside(self, file: Path) -> None:
        """Refuse links to files outside the folder, except into the working folder, where DVC has its cache."""
        place = file.resolve()
        if not any(place.is_relative_to(top.resolve()) for top in (self.path, Path.cwd())):
            raise InputError(file, f"is a link out of the folder, to {place}", "Copy the picture into the folder")

    def _read_image(self, file: Path) -> np.ndarray:
        self._check_inside(file)
        try:
            pixels = np.asarray(self._resize(_convert_mode(_decode(file), self.mode)))
        except InputError:
            raise
        # PIL raises many types of exception for bytes that are not an image
        except Exception as error:
            wrong = f"cannot be read as PNG or JPEG ({error})"
            raise InputError(file, wrong, "Convert it, or move it out of the folder") from error
        return np.atleast_3d(pixels)

    def _resize(self, image: Image) -> Image:
        from PIL import ImageOps

        if self.size is None:
            return image
        height, width = self.size
        if self.resize == "stretch":
            return image.resize((width, height))
        method = ImageOps.fit if self.resize == "crop" else ImageOps.pad
        return method(image, (width, height))


def _is_hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)


def _check_all_equal(files: Sequence[Path], values: Sequence[Hashable], name: str, fix: str) -> None:
    """Refuse files that differ in a property, with an error that names the first file and the first different one.

    Args:
        files: the files.
        values: the property of each file.
        name: name of the property.
        fix: advice for the user.
    """
    for file, value in zip(files, values, strict=True):
        if value != values[0]:
            raise InputError(file, f"{name}: {value}, but {values[0]} for {files[0]}", fix)


def _decode(file: Path) -> Image:
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(file, formats=("PNG", "JPEG")) as image:
            if ";16" in str(image.tile):  # PIL would clip grey values and cut colours
                raise InputError(file, "16 bits per channel", "Convert it to 8 bits per channel")
            return ImageOps.exif_transpose(image)


def _convert_mode(image: Image, mode: str) -> Image:
    """Convert an image to 8-bit grey or RGB without transparency."""
    from PIL import Image as Pil

    grey = mode == "grey" or (mode == "auto" and image.mode in GREY_MODES)
    if image.has_transparency_data:
        opaque = image.convert("RGBA")
        image = Pil.alpha_composite(Pil.new("RGBA", opaque.size, "black"), opaque)
    return image.convert("L" if grey else "RGB")
