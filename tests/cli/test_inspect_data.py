"""What `aegan new-study` finds at a path, and how the data are read."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.cli.made_pictures import noise, pictures

from aegan.cli.inspect_data import inspect_data, read_options
from aegan.errors import InputError


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_arrays_are_found_with_their_shape_labels_and_count(home):
    np.save("grey.npy", noise(30, 9, 7))
    np.savez("named.npz", images=noise(30, 8, 8, 3), labels=np.arange(30) % 3)
    grey, named = inspect_data(Path("grey.npy")), inspect_data(home / "named.npz")
    assert grey[:4] == ({"name": "npy", "path": "grey.npy"}, 30, (9, 7, 1), 0)
    assert named[:4] == ({"name": "npy", "path": "named.npz"}, 30, (8, 8, 3), 3)
    assert grey.reading == ("values from 0 to 255 (uint8), read in the range [0, 255], layout NHW",)


def test_pictures_of_one_small_size_are_taken_as_they_are(home):
    found = inspect_data(pictures(home / "my pictures", [(20, 30)], cats=3, dogs=2))
    assert found[:4] == ({"name": "folder", "path": "my pictures"}, 5, (20, 30, 3), 2)
    assert (found.reading, found.train) == (("pictures of 8 bits, read in the range [0, 255]",), 4)


def test_large_and_different_pictures_are_brought_to_one_size(home):
    large = inspect_data(pictures(home / "large", [(100, 80)] * 2))
    assert (large.source["size"], large.shape) == ([64, 64], (64, 64, 3))
    several = inspect_data(pictures(home / "several", [(40, 50), (33, 90)]))
    assert (several.source["size"], several.shape) == ([32, 32], (32, 32, 3))
    assert "2 sizes" in several.remark
    Image.fromarray(noise(40, 50)).save(home / "several" / "grey.png")
    assert inspect_data(home / "several").source["mode"] == "rgb"


def test_all_broken_pictures_are_named_at_once(home):
    Path("pictures").mkdir()
    for name in ("a", "b", "c", "d"):
        Image.fromarray(np.zeros((8, 8), np.uint8)).save(f"pictures/{name}.png")
    Path("pictures/b.png").write_bytes(b"no picture")
    Image.fromarray(np.zeros((8, 8), np.uint16)).save("pictures/c.png")  # grey, and not colour
    with pytest.raises(InputError) as found:
        inspect_data(Path("pictures"))
    assert found.value.wrong == "cannot be read as PNG or JPEG; 1 more files are broken: pictures/c.png"
    Path("pictures/b.png").unlink()
    with pytest.raises(InputError, match=r"^pictures/c\.png: 16 bits per channel\. Convert it to 8 bits"):
        inspect_data(Path("pictures"))


def test_size_is_read_as_the_camera_was_held(home):
    folder, turned = pictures(home / "turned", [(20, 30)]), Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(noise(30, 20, 3)).save(folder / "turned.jpg", exif=turned)
    assert "size" not in inspect_data(folder).source


def test_options_of_the_source_decide_how_data_are_read(home):
    np.save("deep.npy", noise(20, 3, 9, 7).astype(np.int64) * 16)
    with pytest.raises(InputError, match=r"int64 values from .*`range: \[lo, hi\]`"):
        inspect_data(Path("deep.npy"))
    found = inspect_data(Path("deep.npy"), read_options(["range: [0, 4095]", "layout: NCHW"]))
    assert found.source == {"name": "npy", "path": "deep.npy", "range": [0, 4095], "layout": "NCHW"}
    assert found.shape == (9, 7, 3)
    assert "read in the range [0, 4095], layout NCHW" in found.reading[0]
    folder = pictures(home / "large", [(100, 80)] * 2)
    assert inspect_data(folder, {"size": [16, 16], "mode": "grey"}).shape == (16, 16, 1)
    for option, wrong in (
        ("rang: [0, 1]", "--option rang"),
        ("range: [1, 0]", "--option range"),
        ("NCHW", "not a key"),
    ):
        with pytest.raises(InputError, match=wrong):
            inspect_data(Path("deep.npy"), read_options([option]))


def test_a_split_and_what_is_left_out_are_told(home):
    folder = pictures(home / "tree", [(20, 30)], **{"train/cat": 3, "train/dog": 2, "val/cat": 1})
    (folder / ".hidden").write_text("")
    found = inspect_data(folder)
    assert (found.images, found.classes, found.train) == (6, 2, 5)
    assert "1 hidden file(s) left out" in found.reading[1]
    assert "5 images of train/ to train on, 1 of val/ to test on" in found.reading[2]


def test_labels_that_an_option_names_are_read(home):
    np.save("images.npy", noise(20, 8, 8))
    np.save("labels.npy", np.arange(20) % 4)
    assert inspect_data(Path("images.npy"), read_options(["labels: labels.npy"])).classes == 4
    np.save("labels.npy", np.arange(7))
    with pytest.raises(InputError, match="20 images but 7 labels"):
        inspect_data(Path("images.npy"), read_options(["labels: labels.npy"]))


@pytest.mark.parametrize("options", [["path: other.npy"], ["name: folder"], ["range: [0, 9]", "range: [0, 255]"]])
def test_an_option_is_given_once(options):
    with pytest.raises(InputError, match="Give each key once"):
        read_options(options)
