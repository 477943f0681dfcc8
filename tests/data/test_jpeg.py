import io

import numpy as np
import pytest
from PIL import Image

from aegan.data.jpeg import is_cut


def read(content):
    return np.asarray(Image.open(io.BytesIO(content)))


def write(pixels, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", **options)
    return file.getvalue()


NOISE = np.random.default_rng(0).integers(0, 256, (48, 40, 3), dtype=np.uint8)
PIXELS = {"noise": NOISE, "grey noise": NOISE[..., 0], "grey 128": np.full_like(NOISE, 128)}
END = b"\xff\xd9"


@pytest.fixture(params=[{}, {"progressive": True}, {"restart_marker_blocks": 4}, {"subsampling": 2, "quality": 30}])
def options(request):
    return request.param


@pytest.mark.parametrize("name", PIXELS)
@pytest.mark.parametrize("trailer", [b"", b"a trailer \xff\xda with a marker"])
def test_whole_files_are_not_cut(options, name, trailer):
    content = write(PIXELS[name], **options) + trailer
    assert not is_cut(content, read(content), read)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9])
def test_a_file_that_was_cut_and_closed_is_found(options, share):
    whole = write(NOISE, **options)
    start = whole.find(b"\xff\xda") + 14
    content = whole[: start + int(share * (len(whole) - start))] + END
    assert (read(content) != read(whole)).any()  # Pillow reads it without a word
    assert is_cut(content, read(content), read)


def test_a_file_filled_up_with_zeros_is_found():
    whole = write(NOISE)
    content = whole[: len(whole) // 2] + bytes(len(whole) // 2)
    assert is_cut(content, read(content), read)
