"""What is said of picture files that cannot be read."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError

from aegan.data.broken_pictures import (
    NAMED_FILES,
    describe_broken,
    make_broken,
    make_broken_files_error,
    refuse_deep,
)
from aegan.errors import InputError


@pytest.mark.parametrize(
    ("error", "wrong"),
    [
        (
            UnidentifiedImageError("cannot identify image file <_io.BytesIO object at 0x7f>"),
            "cannot be read as PNG or JPEG",
        ),
        (OSError("broken data stream"), "cannot be read as PNG or JPEG (broken data stream)"),
        (PermissionError(13, "Permission denied"), "cannot be read (Permission denied)"),
        (InputError("x.png", "16 bits per channel", "Convert it"), "16 bits per channel"),
    ],
)
def test_every_exception_has_words_without_objects(error, wrong):
    assert describe_broken(error).wrong == wrong
    assert describe_broken(error).pixels.size == 0


@pytest.mark.parametrize(("values", "deep"), [(np.uint8, False), (np.uint16, True)])
def test_pictures_of_16_bits_are_refused(tmp_path, values, deep):
    file = tmp_path / "x.png"
    Image.fromarray(np.zeros((4, 4), values)).save(file)
    with Image.open(file) as image:
        if not deep:
            refuse_deep(file, image)
            return
        with pytest.raises(InputError, match="16 bits per channel"):
            refuse_deep(file, image)


def test_the_first_broken_file_is_named_with_its_fault_and_some_others_without():
    broken = [(Path(f"{number}.png"), make_broken("is cut", "Copy it")) for number in range(NAMED_FILES + 3)]
    assert make_broken_files_error(broken[:1]).wrong == "is cut"
    assert make_broken_files_error(broken[:2]).wrong == "is cut; 1 more files are broken: 1.png"
    assert make_broken_files_error(broken).wrong.endswith("5.png, …")
