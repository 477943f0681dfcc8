"""Decode PNG and JPEG files to uint8 arrays of one size and colour mode, in several processes if there are many."""

from __future__ import annotations

import io
import multiprocessing
import os
import warnings
from collections import Counter
from collections.abc import Hashable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from aegan.data.broken_pictures import (
    DecodedPicture,
    describe_broken,
    make_broken,
    make_broken_files_error,
    refuse_deep,
)
from aegan.data.jpeg import is_cut
from aegan.errors import InputError

if TYPE_CHECKING:
    from PIL.Image import Image

GREY_MODES = ("1", "L", "LA")
#: files that a process decodes at a time; so many or fewer are decoded without a second process
CHUNK = 256


@dataclass(frozen=True, kw_only=True)
class PictureDecoder:
    """Decode picture files alike.

    Args:
        size: (H, W) to resize to; None to keep the size.
        resize: crop (fill the size and cut the excess on both sides), pad (fit into the size, with black bars) or
            stretch.
        mode: auto (grey or colour as in the file), grey or rgb.
    """

    size: tuple[int, int] | None
    resize: Literal["crop", "pad", "stretch"]
    mode: Literal["auto", "grey", "rgb"]

    def decode_files(self, files: Sequence[Path]) -> tuple[np.ndarray, tuple[str, ...]]:
        """Decode files.

        Returns:
            The images, uint8 (N, H, W, C), and remarks on the decoder's warnings.

        Raises:
            InputError: a file cannot be read or lacks a part of its picture, or they differ in size or channels.
        """
        pictures = self._decode_in_processes(files)
        broken = [(file, picture) for file, picture in zip(files, pictures, strict=True) if picture.wrong]
        if broken:
            raise make_broken_files_error(broken)
        shapes = [picture.pixels.shape for picture in pictures]
        check_equal(files, [shape[2] for shape in shapes], "channels", "Set `mode: rgb` or `mode: grey`")
        check_equal(files, [shape[:2] for shape in shapes], "height and width", "Set `size: [H, W]` to resize them")
        return np.stack([picture.pixels for picture in pictures]), _summarise_warnings(files, pictures)

    def decode(self, file: Path) -> DecodedPicture:
        """Decode a file; whatever is wrong with it is returned, so that all broken files can be named at once."""
        try:
            if not file.is_file():
                absent = "is a link to a file that is not there" if file.is_symlink() else "is not there"
                wrong = "is not a regular file" if file.exists() else absent
                return make_broken(wrong, "Restore it, or move it out of the folder")
        except PermissionError as error:
            return make_broken(f"cannot be reached ({error.strerror})", "Make its folder readable (`chmod u+rx`)")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            # PIL raises many types of exception for bytes that are not an image
            try:
                pixels = np.atleast_3d(np.asarray(self._resize(convert_mode(_open_picture(file), self.mode))))
            except Exception as error:
                return describe_broken(error)
        return DecodedPicture(pixels, "", "", tuple(str(warning.message) for warning in caught))

    def _decode_chunk(self, files: Sequence[Path]) -> list[DecodedPicture]:
        return [self.decode(file) for file in files]

    def _decode_in_processes(self, files: Sequence[Path]) -> list[DecodedPicture]:
        # the processors that a cluster's scheduler assigned to the job, which may be fewer than the machine's
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        chunks = [files[start : start + CHUNK] for start in range(0, len(files), CHUNK)]
        workers = min(processors, len(chunks))
        if workers <= 1 or "fork" not in multiprocessing.get_all_start_methods():
            return self._decode_chunk(files)
        # forked, because a new interpreter would run the main script, a Snakemake job, once more
        with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
            return [picture for chunk in pool.map(self._decode_chunk, chunks) for picture in chunk]

    def _resize(self, image: Image) -> Image:
        from PIL import ImageOps

        if self.size is None:
            return image
        height, width = self.size
        if self.resize == "stretch":
            return image.resize((width, height))
        method = ImageOps.fit if self.resize == "crop" else ImageOps.pad
        return method(image, (width, height))


def check_equal(files: Sequence[Path], values: Sequence[Hashable], name: str, fix: str) -> None:
    """Refuse files that differ in a property, with an error that names the first file and the first different one.

    Args:
        files: the files.
        values: the property of each file.
        name: name of the property.
        fix: advice for the user.

    Raises:
        InputError: two values differ.
    """
    for file, value in zip(files, values, strict=True):
        if value != values[0]:
            raise InputError(file, f"{name}: {value}, but {values[0]} for {files[0]}", fix)


def convert_mode(image: Image, mode: str) -> Image:
    """Convert an image to 8-bit grey or RGB, with transparency composited on black.

    Args:
        image: the image.
        mode: auto, grey or rgb.
    """
    from PIL import Image as Pil

    grey = mode == "grey" or (mode == "auto" and image.mode in GREY_MODES)
    if image.has_transparency_data:
        opaque = image.convert("RGBA")
        image = Pil.alpha_composite(Pil.new("RGBA", opaque.size, "black"), opaque)
    return image.convert("L" if grey else "RGB")


def _open_picture(file: Path) -> Image:
    """Open a whole picture and apply the camera's orientation."""
    from PIL import Image, ImageOps

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    content = file.read_bytes()
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
        refuse_deep(file, image)
        if image.format in {"JPEG", "MPO"} and is_cut(content, np.asarray(image), _read_pixels):
            wrong = "lacks a part of its picture, which a decoder fills with grey: the file was cut"
            raise InputError(file, wrong, "Copy it again from its source, or move it out of the folder")
        return ImageOps.exif_transpose(image)


def _read_pixels(content: bytes) -> np.ndarray:
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:
        return np.asarray(image)


def _summarise_warnings(files: Sequence[Path], pictures: Sequence[DecodedPicture]) -> tuple[str, ...]:
    """Return a remark for each warning of the decoder, with the number of files and the first one."""
    counts = Counter(text for picture in pictures for text in set(picture.warnings))
    first = {
        text: file for file, picture in reversed([*zip(files, pictures, strict=True)]) for text in picture.warnings
    }
    return tuple(
        f"the decoder warns of {count} picture(s), first {first[text]}: {text}"
        for text, count in sorted(counts.items())
    )
