"""Picture files that cannot be read, each with its fault, so that all can be named at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from aegan.errors import InputError

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

#: broken files that an error names
NAMED_FILES = 5


class DecodedPicture(NamedTuple):
    """A decoded file: its pixels, or what is wrong with it."""

    pixels: np.ndarray  #: uint8 (H, W, C); empty if it cannot be read
    wrong: str  #: what is wrong with it; "" if it can be read
    fix: str  #: how to correct it
    warnings: tuple[str, ...]  #: of the decoder


def make_broken(wrong: str, fix: str) -> DecodedPicture:
    """Make the picture of a broken file, with what is wrong and how to correct it."""
    return DecodedPicture(np.empty((0, 0, 0), np.uint8), wrong, fix, ())


def refuse_deep(file: Path, image: ImageFile) -> None:
    """Refuse a picture of 16 bits per channel, of which PIL would clip grey values and cut colours.

    Args:
        file: the file.
        image: its picture, opened, not decoded.

    Raises:
        InputError: it has 16 bits per channel.
    """
    if ";16" in str(image.tile):
        raise InputError(file, "16 bits per channel", "Convert it to 8 bits per channel")


def describe_broken(error: Exception) -> DecodedPicture:
    """Describe a file at whose picture an exception was raised."""
    from PIL import UnidentifiedImageError

    if isinstance(error, InputError):
        return make_broken(error.wrong, error.fix)
    if isinstance(error, PermissionError):
        return make_broken(f"cannot be read ({error.strerror})", "Make it readable (`chmod u+r`)")
    reason = "" if isinstance(error, UnidentifiedImageError) else f" ({error})"
    return make_broken(f"cannot be read as PNG or JPEG{reason}", "Convert it, or move it out of the folder")


def make_broken_files_error(broken: Sequence[tuple[Path, DecodedPicture]]) -> InputError:
    """Make the error that names the first broken file with its fault, and the next ones."""
    file, picture = broken[0]
    others = ", ".join(str(other) for other, _ in broken[1 : NAMED_FILES + 1])
    more = f"; {len(broken) - 1} more files are broken: {others}" if others else ""
    return InputError(file, picture.wrong + more + (", …" if len(broken) > NAMED_FILES + 1 else ""), picture.fix)
