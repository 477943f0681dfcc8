"""The user's own folder of PNG and JPEG files."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import PositiveInt

from aegan.data.images import check_images
from aegan.data.raw_dataset import UNLABELLED, Labels, Loaded, encode
from aegan.errors import InputError

if TYPE_CHECKING:
    from PIL.Image import Image

GREY_MODES = ("1", "L", "LA")


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder of PNG and JPEG files of 8 bits per channel; its subfolders, if any, are the labels.

    Hidden files are left out; any other file must be an image. The camera's orientation (EXIF) is applied, and
    transparency is composited on black. A link must lead to a file in the folder or in the working folder.

    Args:
        path: the folder.
        size: [H, W] to resize to; by default all images must have one size already.
        resize: crop (fill the size, cut what juts out on both sides), pad (fit into it, with black bars) or stretch.
        mode: auto (as the files are, which must be all grey or all colour), grey or rgb.
    """

    path: Path
    size: tuple[PositiveInt, PositiveInt] | None = None
    resize: Literal["crop", "pad", "stretch"] = "crop"
    mode: Literal["auto", "grey", "rgb"] = "auto"

    def files(self) -> list[Path]:
        """List every file in the folder and its subfolders that is not hidden, sorted."""
        found = (file for file in self.path.rglob("*") if file.is_file())
        return sorted(file for file in found if not _hidden(file.relative_to(self.path)))

    def load(self, files: Sequence[Path]) -> Loaded:
        """Load the images of `files`, whose order is kept.

        Raises:
            InputError: if there are none, one is unreadable, or they do not belong together.
        """
        labels = self.labels(files)
        return check_images(self.path, self.read(files), labels)

    def read(self, files: Sequence[Path]) -> np.ndarray:
        """Read the images of `files` as uint8 (N, H, W, C).

        Raises:
            InputError: if there are none, one is unreadable, or they differ in size or channels.
        """
        self._check_any(files)
        images = [self._read(file) for file in files]
        _same(files, [image.shape[2] for image in images], "channels", "Set `mode: rgb` or `mode: grey`")
        _same(files, [image.shape[:2] for image in images], "height and width", "Set `size: [H, W]` to resize them")
        return np.stack(images)

    def labels(self, files: Sequence[Path]) -> Labels:
        """Read the labels of `files` off their subfolders.

        Raises:
            InputError: if there are no files, or some lie in subfolders and some do not.
        """
        self._check_any(files)
        names = [file.relative_to(self.path).parent.as_posix() for file in files]
        mend = "Put all images into subfolders, or none"
        _same(files, [name == "." for name in names], "lies directly in the folder", mend)
        return UNLABELLED if names[0] == "." else encode(self.path, np.array(names))

    def _check_any(self, files: Sequence[Path]) -> None:
        if not files:
            raise InputError(self.path, "no images", "Put PNG or JPEG files into this folder")

    def _check_inside(self, file: Path) -> None:
        """Refuse a link that leads elsewhere; DVC may have put one to its cache, in the working folder."""
        place = file.resolve()
        if not any(place.is_relative_to(top.resolve()) for top in (self.path, Path.cwd())):
            raise InputError(file, f"is a link out of the folder, to {place}", "Copy the picture into the folder")

    def _read(self, file: Path) -> np.ndarray:
        self._check_inside(file)
        try:
            pixels = np.asarray(self._resized(_flat(_decode(file), self.mode)))
        except InputError:
            raise
        # PIL raises many kinds of exception on bytes that are no image.
        except Exception as error:
            wrong = f"cannot be read as PNG or JPEG ({error})"
            raise InputError(file, wrong, "Convert it, or move it out of the folder") from error
        return np.atleast_3d(pixels)

    def _resized(self, image: Image) -> Image:
        from PIL import ImageOps

        if self.size is None:
            return image
        height, width = self.size
        if self.resize == "stretch":
            return image.resize((width, height))
        method = ImageOps.fit if self.resize == "crop" else ImageOps.pad
        return method(image, (width, height))


def _hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)


def _same(files: Sequence[Path], found: Sequence[Hashable], what: str, mend: str) -> None:
    """Refuse files that differ in what was found, naming the first two that do."""
    for file, value in zip(files, found, strict=True):
        if value != found[0]:
            raise InputError(file, f"{what}: {value}, but {found[0]} for {files[0]}", mend)


def _decode(file: Path) -> Image:
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(file, formats=("PNG", "JPEG")) as image:
            if ";16" in str(image.tile):  # PIL would clip grey values and cut colours
                raise InputError(file, "16 bits per channel", "Convert it to 8 bits per channel")
            return ImageOps.exif_transpose(image)


def _flat(image: Image, mode: str) -> Image:
    """Bring an image to 8-bit grey or RGB without transparency."""
    from PIL import Image as Pil

    grey = mode == "grey" or (mode == "auto" and image.mode in GREY_MODES)
    if image.has_transparency_data:
        opaque = image.convert("RGBA")
        image = Pil.alpha_composite(Pil.new("RGBA", opaque.size, "black"), opaque)
    return image.convert("L" if grey else "RGB")
