import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aegan.data import broken_pictures, pictures
from aegan.data.pictures import PictureDecoder, check_equal, convert_mode
from aegan.errors import InputError

NOISE = np.random.default_rng(0).integers(0, 256, (24, 20, 3), dtype=np.uint8)
DECODER = PictureDecoder(size=None, resize="crop", mode="auto")


@pytest.fixture
def files(tmp_path):
    """Seven pictures, each of its own colour."""
    paths = [tmp_path / f"{number}.png" for number in range(7)]
    for number, path in enumerate(paths):
        Image.fromarray(NOISE // 2 + number).save(path)
    return paths


def test_several_processes_decode_what_one_does(files, monkeypatch):
    images, remarks = DECODER.decode_files(files)
    np.testing.assert_array_equal(images, [NOISE // 2 + number for number in range(7)])
    assert remarks == ()
    monkeypatch.setattr(pictures, "CHUNK", 2)
    np.testing.assert_array_equal(DECODER.decode_files(files)[0], images)
    files[5].write_bytes(b"no image")
    with pytest.raises(InputError, match=r"5\.png: cannot be read as PNG or JPEG"):
        DECODER.decode_files(files)


def test_all_broken_files_are_named_at_once(files, monkeypatch):
    monkeypatch.setattr(broken_pictures, "NAMED_FILES", 2)
    for file in files[1:6]:
        file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(
        InputError, match=r"1\.png: cannot be read .*; 4 more files are broken: .*2\.png, .*3\.png, …\."
    ):
        DECODER.decode_files(files)


@pytest.mark.parametrize("share", [0.4, 0.8])
def test_a_picture_that_was_cut_is_refused(tmp_path, share):
    """A decoder fills the lower part with grey."""
    for kind, end in (("jpeg", b"\xff\xd9"), ("jpeg", b""), ("png", b"")):
        file = io.BytesIO()
        Image.fromarray(NOISE).save(file, kind)
        path = tmp_path / f"cut.{kind}"
        path.write_bytes(file.getvalue()[: int(600 + share * (len(file.getvalue()) - 600))] + end)
        with pytest.raises(InputError, match=rf"cut\.{kind}: (lacks a part of its picture|cannot be read .*truncated)"):
            DECODER.decode_files([path])


def test_a_cut_photograph_of_two_pictures_is_refused(tmp_path):
    """Many cameras write such files (MPO), which begin with a JPEG."""
    path = tmp_path / "photo.jpg"
    image = Image.fromarray(np.kron(NOISE, np.ones((4, 4, 1), np.uint8)))
    image.save(path, "MPO", save_all=True, append_images=[image.resize((8, 8))], quality=95)
    assert DECODER.decode(path).pixels.shape == (96, 80, 3)
    path.write_bytes(path.read_bytes()[:4000] + b"\xff\xd9")
    assert "lacks a part of its picture" in DECODER.decode(path).wrong


def test_warnings_of_the_decoder_are_remarks(files, monkeypatch):
    original = pictures.convert_mode

    def warn(image, mode):
        if image.getpixel((0, 0))[0] != NOISE[0, 0, 0] // 2:
            warnings.warn("Corrupt EXIF data", stacklevel=1)
        return original(image, mode)

    monkeypatch.setattr(pictures, "convert_mode", warn)
    _, remarks = DECODER.decode_files(files)
    assert remarks == (f"the decoder warns of 6 picture(s), first {files[1]}: Corrupt EXIF data",)


def test_what_is_no_file_is_named(tmp_path):
    (tmp_path / "folder.png").mkdir()
    assert DECODER.decode(tmp_path / "folder.png").wrong == "is not a regular file"
    assert DECODER.decode(tmp_path / "none.png").wrong == "is not there"
    (tmp_path / "link.png").symlink_to("gone")
    assert DECODER.decode(tmp_path / "link.png").wrong == "is a link to a file that is not there"


def test_the_first_file_that_differs_is_named():
    files = [Path("a"), Path("b"), Path("c")]
    check_equal(files, [1, 1, 1], "size", "fix")
    with pytest.raises(InputError, match=r"c: size: 2, but 1 for a\. Mend it"):
        check_equal(files, [1, 1, 2], "size", "Mend it")


@pytest.mark.parametrize(("mode", "channels"), [("auto", "RGB"), ("grey", "L"), ("rgb", "RGB")])
def test_modes(mode, channels):
    assert convert_mode(Image.fromarray(NOISE), mode).mode == channels
