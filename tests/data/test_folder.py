import re
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from aegan.data.folder import Folder
from aegan.errors import InputError

RAMP = np.arange(6 * 8, dtype=np.uint8).reshape(6, 8) * 5
COLOUR = np.dstack([RAMP, RAMP[::-1], RAMP[:, ::-1]])


def save(path, pixels, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)


def load(root, **options):
    source = Folder(path=root, **options)
    return source.load(source.list_files())


def refused(root, message, **options):
    with pytest.raises(InputError, match=message):
        load(root, **options)


def test_grey_files_are_read_in_sorted_order(tmp_path):
    for number, name in enumerate(["b.png", "ä ö.PNG", "a b.png"]):
        save(tmp_path / name, RAMP + number, format="png")
    images = load(tmp_path)
    np.testing.assert_array_equal(images.values[..., 0], [RAMP + 2, RAMP, RAMP + 1])
    assert (images.classes, images.train_count) == ((), None)


def test_colour_files_keep_their_channels(tmp_path):
    save(tmp_path / "a.png", COLOUR)
    save(tmp_path / "b.png", 255 - COLOUR)
    np.testing.assert_array_equal(load(tmp_path).values, [COLOUR, 255 - COLOUR])


def test_jpeg_is_read(tmp_path):
    save(tmp_path / "a.jpg", RAMP, quality=95)
    save(tmp_path / "b.JPEG", RAMP, quality=95, format="jpeg")
    np.testing.assert_allclose(load(tmp_path).values[0, ..., 0].astype(float), RAMP, atol=12)


def test_subfolders_are_labels(tmp_path):
    for name in ("dog/1.png", "cat/2.png", "cat/1.png", "ant/red one/1.png"):
        save(tmp_path / name, RAMP)
    images = load(tmp_path)
    assert images.classes == ("ant/red one", "cat", "dog")
    assert images.labels.tolist() == [0, 1, 1, 2]


def test_hidden_files_are_left_out_and_remarked_upon(tmp_path):
    for name in ("a.png", "b.png", ".c.png", ".thumbs/d.png"):
        save(tmp_path / name, RAMP)
    assert [file.name for file in Folder(path=tmp_path).list_files()] == ["a.png", "b.png"]
    (remark,) = load(tmp_path).remarks
    assert remark.startswith("2 hidden file(s) left out, such as ")
    assert remark.endswith(".c.png")


def test_what_is_not_there_has_no_files(tmp_path):
    assert Folder(path=tmp_path / "none").list_files() == []
    refused(tmp_path / "none", "none: no images.*Put PNG or JPEG")
    refused(tmp_path, "no images")


def test_one_image_is_too_few(tmp_path):
    save(tmp_path / "a.png", RAMP)
    refused(tmp_path, r"1 image\(s\).*at least 2")


def test_constant_images_are_refused(tmp_path):
    for name in ("a.png", "b.png"):
        save(tmp_path / name, RAMP * 0)
    refused(tmp_path, "constant image data")


def test_mixed_layout_is_refused(tmp_path):
    save(tmp_path / "a.png", RAMP)
    save(tmp_path / "sub" / "b.png", RAMP)
    refused(tmp_path, r"b\.png: .*a\.png.*into subfolders, or none")


def test_sizes_that_differ_are_refused(tmp_path):
    for name, pixels in {"a.png": RAMP, "b.png": RAMP, "c.png": RAMP[:4]}.items():
        save(tmp_path / name, pixels)
    refused(tmp_path, r"c\.png: height and width: \(4, 8\), but \(6, 8\) for .*a\.png.*size: \[H, W\]")


def test_mixed_colours_are_refused_unless_told(tmp_path):
    save(tmp_path / "a.png", RAMP)
    save(tmp_path / "b.png", COLOUR)
    refused(tmp_path, r"b\.png: channels: 3, but 1 for .*a\.png.*mode: rgb")
    np.testing.assert_array_equal(load(tmp_path, mode="rgb").values[0], np.dstack([RAMP] * 3))
    assert load(tmp_path, mode="grey").values.shape == (2, 6, 8, 1)


@pytest.fixture
def wide(tmp_path):
    """Two images of 4x8: a black quarter on each side, white in between."""
    pixels = np.zeros((4, 8), np.uint8)
    pixels[:, 2:6] = 255
    for name in ("a.png", "b.png"):
        save(tmp_path / name, pixels)
    return tmp_path


def test_crop_fills_the_size_from_the_centre(wide):
    assert (load(wide, size=(4, 8)).values[0, 0, :, 0] == [0, 0, 255, 255, 255, 255, 0, 0]).all()
    refused(wide, "constant image data: every pixel is 255", size=(4, 4))


def test_pad_adds_black_bars(wide):
    image = load(wide, size=(8, 8), resize="pad").values[0, ..., 0]
    assert (image[:, 2:6] == [[0] * 4] * 2 + [[255] * 4] * 4 + [[0] * 4] * 2).all()


def test_stretch_keeps_everything(wide):
    image = load(wide, size=(4, 4), resize="stretch").values[0, ..., 0].astype(int)
    assert (image[:, [0, 3]] < 64).all()
    assert (image[:, [1, 2]] > 191).all()


def test_alpha_is_composited_on_black(tmp_path):
    for name in ("a.png", "b.png"):
        save(tmp_path / name, np.dstack([COLOUR, RAMP]))
    expected = COLOUR * (RAMP[..., None] / 255)
    np.testing.assert_allclose(load(tmp_path).values[0].astype(float), expected, atol=1)


def test_palettes_are_colours_and_bits_are_grey(tmp_path):
    Image.fromarray(COLOUR).quantize(64).save(tmp_path / "p1.png")
    Image.fromarray(COLOUR).quantize(64).save(tmp_path / "p2.png")
    assert load(tmp_path).values.shape == (2, 6, 8, 3)
    for number in (1, 2):
        (tmp_path / f"p{number}.png").unlink()
        Image.fromarray(RAMP > 100).save(tmp_path / f"b{number}.png")
    np.testing.assert_array_equal(load(tmp_path).values[0, ..., 0], (RAMP > 100) * 255)


def test_the_camera_orientation_is_applied(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the scene is at the right-hand side: turn clockwise
    for name in ("a.png", "b.png"):
        save(tmp_path / name, RAMP, exif=exif)
    np.testing.assert_array_equal(load(tmp_path).values[0, ..., 0], np.rot90(RAMP, -1))


def png(width, height, kind, rows):
    """Write a PNG of 16 bits per channel by hand, for PIL writes none in colour."""
    header = struct.pack(">2I5B", width, height, 16, kind, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    body = [struct.pack(">I", len(b)) + a + b + struct.pack(">I", zlib.crc32(a + b)) for a, b in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


@pytest.mark.parametrize(("kind", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_sixteen_bits_are_refused(tmp_path, kind, channels):
    (tmp_path / "a.png").write_bytes(png(8, 6, kind, bytes([0, *range(16 * channels)]) * 6))
    refused(tmp_path, r"a\.png: 16 bits per channel.*Convert it to 8 bits")


def test_a_decompression_bomb_is_refused(tmp_path, monkeypatch):
    for name in ("a.png", "b.png"):
        save(tmp_path / name, RAMP)
    for limit in (40, 10):  # PIL warns above the limit and fails above twice the limit
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        refused(tmp_path, r"a\.png: .*decompression bomb")


@pytest.mark.parametrize("name", ["x.png", "README.md", "x.gif"])
def test_a_file_that_is_no_image_is_named(tmp_path, name):
    save(tmp_path / "a.png", RAMP)
    (tmp_path / name).write_bytes(b"no image")
    refused(tmp_path, re.escape(name) + ": cannot be read as PNG or JPEG.*move it out")


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    root = tmp_path_factory.mktemp("broken")
    for name in ("a.png", "b.jpg"):
        save(root / name, RAMP)
    return root, {name: (root / name).read_bytes() for name in ("a.png", "b.jpg")}


@settings(deadline=None)
@given(data=st.data(), name=st.sampled_from(["a.png", "b.jpg"]))
def test_broken_files_raise_nothing_but_input_error(broken, data, name):
    root, whole = broken
    content = bytearray(whole[name])
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=3)):
        content[at] = data.draw(st.integers(0, 255))
    (root / name).write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with suppress(InputError):
        load(root, size=(6, 8))
    (root / name).write_bytes(whole[name])


def test_a_link_out_of_the_folder_is_refused(tmp_path, monkeypatch):
    for place in ("elsewhere", "pictures", "work"):
        (tmp_path / place).mkdir()
        Image.fromarray(RAMP).save(tmp_path / place / "b.png")
    (tmp_path / "pictures" / "a.png").symlink_to("../elsewhere/b.png")
    monkeypatch.chdir(tmp_path / "work")
    source = Folder(path=tmp_path / "pictures")
    with pytest.raises(InputError, match=r"a\.png: is a link out of the folder, to .*Copy the picture into the folder"):
        source.load(source.list_files())


def test_links_inside_and_to_the_cache_of_the_working_folder_are_followed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cache, folder = tmp_path / ".dvc" / "cache", tmp_path / "data" / "pictures"
    for place in (cache, folder):
        place.mkdir(parents=True)
        Image.fromarray(RAMP).save(place / "b.png")
    (folder / "a.png").symlink_to("b.png")
    (folder / "c.png").symlink_to(cache / "b.png")
    (tmp_path / "linked").symlink_to(folder)
    source = Folder(path=tmp_path / "linked")
    assert source.load(source.list_files()).values.shape == (3, 6, 8, 1)


def test_a_linked_class_folder_keeps_its_pictures(tmp_path, monkeypatch):
    """A class folder that is a symbolic link vanished with its pictures."""
    monkeypatch.chdir(tmp_path)
    for name in ("store/cats/1.png", "store/cats/2.png", "pictures/dog/1.png"):
        save(tmp_path / name, RAMP)
    (tmp_path / "pictures" / "cat").symlink_to("../store/cats")
    images = load(tmp_path / "pictures")
    assert (images.classes, images.labels.tolist()) == (("cat", "dog"), [0, 0, 1])
    monkeypatch.chdir(tmp_path / "pictures")
    refused(tmp_path / "pictures", r"cat/1\.png: is a link out of the folder, to .*store/cats/1\.png")


def test_a_link_that_contains_itself_is_refused(tmp_path):
    save(tmp_path / "cat" / "1.png", RAMP)
    (tmp_path / "cat" / "again").symlink_to(tmp_path)
    refused(tmp_path, "again: is the same folder as")


def test_folders_that_link_to_each_other_are_not_read_twice(tmp_path):
    """Two such folders of one picture each gave 84 pictures."""
    for name in ("a", "b"):
        save(tmp_path / name / "1.png", RAMP)
    (tmp_path / "a" / "link").symlink_to("../b")
    (tmp_path / "b" / "link").symlink_to("../a")
    refused(tmp_path, "link: is the same folder as .*, whose pictures would be read twice")


def test_a_folder_that_cannot_be_listed_is_named(tmp_path, monkeypatch):
    """It vanished with its pictures."""
    save(tmp_path / "a" / "1.png", RAMP)

    def walk(top, onerror, **_options):
        onerror(PermissionError(13, "Permission denied", str(tmp_path / "b")))

    monkeypatch.setattr("aegan.data.folder.os.walk", walk)
    refused(tmp_path, r"b: cannot be read \(Permission denied\)\. Make it readable")


def test_a_link_to_nothing_is_named(tmp_path):
    save(tmp_path / "a.png", RAMP)
    (tmp_path / "b.png").symlink_to("gone.png")
    refused(tmp_path, r"b\.png: is a link to a file that is not there")


def test_train_and_test_folders_are_the_split(tmp_path):
    """Trees of train/…/class and val/…/class became twice as many classes."""
    for name in ("train/cat/1.png", "train/dog/1.png", "train/dog/2.png", "val/cat/1.png", "val/dog/1.png"):
        save(tmp_path / name, RAMP + len(name))
    images = load(tmp_path)
    assert (images.classes, images.labels.tolist(), images.train_count) == (("cat", "dog"), [0, 1, 1, 0, 1], 3)
    assert "test_fraction is not used" in images.remarks[0]
    save(tmp_path / "test" / "cat" / "1.png", RAMP)
    refused(tmp_path, "test, train, val look like splits")


def test_a_split_without_labels(tmp_path):
    for name in ("train/1.png", "test/1.png", "test/2.png"):
        save(tmp_path / name, RAMP + len(name))
    images = load(tmp_path)
    assert (images.classes, images.train_count) == ((), 1)
    np.testing.assert_array_equal(images.values[:, 0, 0, 0], [11, 10, 10])
