"""Detect JPEG files that were cut: libjpeg fills what is missing with grey, and Pillow does not pass its warning on.

Source: ITU-T T.81 (1992), annex B, for the structure of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
#: a marker; within a scan, FF 00 is a byte of data and FF D0 to FF D7 are restart markers
MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
#: grey level of the blocks that libjpeg does not find
FILLER = 128
#: bytes that a decoder which still lacks data decodes to some pixels, also after any restart marker
PADDING = b"".join(marker + bytes(range(1, 255, 2)) for marker in [b"", *(bytes([0xFF, 0xD0 + n]) for n in range(8))])


def is_cut(content: bytes, pixels: np.ndarray, decode: Callable[[bytes], np.ndarray]) -> bool:
    """Return whether a JPEG file lacks a part of its picture.

    Data that are inserted before the end of a complete picture change no pixel. Those of a picture that was cut do, so
    the file is decoded a second time, unless its last pixel shows that nothing is missing.

    Args:
        content: the file.
        pixels: its pixels, uint8 (H, W) or (H, W, C).
        decode: function from a file to its pixels.
    """
    end, scans = _find_end(content)
    if end is None:
        return True
    if scans == 1 and pixels.ndim + 1 <= 3 + (pixels.shape[-1] == 3) and (pixels[-1, -1] != FILLER).any():
        return False
    try:
        return not np.array_equal(pixels, decode(content[:end] + PADDING + content[end:]))
    except OSError:  # the inserted data were read, and are no picture
        return True


def _find_end(content: bytes) -> tuple[int | None, int]:
    """Return the position of the end marker, None if there is none, and the number of scans before it."""
    at, scans = 2, 0
    while marker := MARKER.search(content, at):
        at, kind = marker.start(), content[marker.start() + 1]
        if kind == END_OF_IMAGE:
            return at, scans
        scans += kind == START_OF_SCAN
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")  # a segment: marker, length, content
    return None, scans
