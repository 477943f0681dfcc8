import io
import pickle
import struct
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aegan.data import npy
from aegan.data.npy import Npy
from aegan.errors import InputError

GREY = np.arange(5 * 6 * 7, dtype=np.uint8).reshape(5, 6, 7)
COLOUR = np.arange(5 * 6 * 7 * 3, dtype=np.uint8).reshape(5, 6, 7, 3)
SQUARE = np.arange(3 * 49, dtype=np.uint8).reshape(3, 49)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    return tmp_path_factory.mktemp("npy") / "some.npy"


def load(path, array, **options):
    np.save(path, array)
    source = Npy(path=path, **options)
    return source.load(source.list_files())


@pytest.mark.parametrize(
    ("array", "shape", "expected"),
    [
        (COLOUR, None, COLOUR),
        (GREY, None, GREY[..., None]),
        (SQUARE, None, SQUARE.reshape(3, 7, 7, 1)),
        (GREY.reshape(5, 42), (6, 7, 1), GREY[..., None]),
        (COLOUR.reshape(5, 126), (6, 7, 3), COLOUR),
        (np.asfortranarray(COLOUR), None, COLOUR),
        (COLOUR.astype(">i4"), None, COLOUR),
        (COLOUR[..., [0, 1, 2, 0, 1, 2]], None, COLOUR[..., [0, 1, 2, 0, 1, 2]]),
    ],
)
def test_every_layout_is_read(tmp_path, array, shape, expected):
    images = load(tmp_path / "with spaces äöü.npy", array, shape=shape)
    np.testing.assert_array_equal(images.values, expected)
    assert images.train_count is None


@pytest.mark.parametrize("names", [[2, 0, 2, 1, 0], [2.0, 0.0, 2.0, 1.0, 0.0], ["c", "a", "c", "b", "a"]])
def test_a_labels_file(tmp_path, names):
    np.save(tmp_path / "labels.npy", np.array(names))
    images = load(tmp_path / "x.npy", GREY, labels=tmp_path / "labels.npy")
    assert images.labels.tolist() == [2, 0, 2, 1, 0]
    assert len(images.classes) == 3


@pytest.mark.parametrize("key", ["images", "x", "data", "whatever"])
@pytest.mark.parametrize("labels", [{}, {"labels": [1, 1, 0, 0, 1]}, {"y": [1, 1, 0, 0, 1]}])
def test_an_npz_by_its_names(tmp_path, key, labels):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, **{key: GREY}, **labels)
    images = Npy(path=path).load([path])
    np.testing.assert_array_equal(images.values[..., 0], GREY)
    assert images.labels.tolist() == next(iter(labels.values()), [])


def test_absent_files_are_still_listed():
    images, labels = Path("a.npy"), Path("b.npy")
    assert Npy(path=images, labels=labels).list_files() == [images, labels]
    assert Npy(path=images).list_files() == [images]


@pytest.mark.parametrize("arrays", [{"a": GREY, "b": GREY}, {"x": GREY, "data": GREY}, {"y": GREY}])
def test_an_npz_that_leaves_a_choice_lists_its_keys(tmp_path, arrays):
    path = tmp_path / "a.npz"
    np.savez(path, **arrays)
    with pytest.raises(InputError, match=rf"a.npz: .*'{sorted(arrays)[0]}'.*Name the images 'images'"):
        Npy(path=path).load([path])


@pytest.mark.parametrize(
    ("array", "shape", "message"),
    [
        (SQUARE[:, :48], None, r"rows of 48 values are not images of 6 x 6 x 1.*shape: \[H, W, C\]"),
        (SQUARE, (7, 8, 1), "rows of 49 values are not images of 7 x 8 x 1"),
        (GREY, (6, 7, 1), "not flat rows.*Remove shape"),
        (COLOUR.transpose(0, 3, 1, 2), None, r"looks like \(N, C, H, W\).*transpose\(0, 2, 3, 1\)"),
        (GREY[0, 0], None, r"shape \(7,\)"),
        (GREY[:0], None, r"0 image\(s\).*at least 2"),
        (np.where(GREY == 9, np.nan, 0.5), None, r"nan at index \[0, 1, 2, 0\]"),
        (np.full((3, 4, 4), 1.0), None, "constant image data"),
    ],
)
def test_bad_arrays_are_refused(tmp_path, array, shape, message):
    with pytest.raises(InputError, match=rf"x\.npy: .*{message}"):
        load(tmp_path / "x.npy", array, shape=shape)


def test_labels_are_counted(tmp_path):
    np.save(tmp_path / "labels.npy", np.zeros(4, int))
    with pytest.raises(InputError, match=r"x\.npy: 5 images but 4 labels"):
        load(tmp_path / "x.npy", GREY, labels=tmp_path / "labels.npy")


def test_bad_labels_name_their_own_file(tmp_path):
    np.save(tmp_path / "labels.npy", np.full(5, 0.5))
    with pytest.raises(InputError, match=r"labels\.npy: label 0 is 0.5"):
        load(tmp_path / "x.npy", GREY, labels=tmp_path / "labels.npy")


def saved(array):
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


class Trap:
    def __reduce__(self):
        return (pytest.fail, ("unpickled",))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text",
        saved(GREY)[:-1],
        saved(GREY)[:50],
        saved(np.array([Trap(), Trap()], dtype=object)),
        pickle.dumps(Trap()),
        b"PK\x03\x04 no zip",
    ],
)
def test_unreadable_files_are_refused_and_nothing_is_unpickled(tmp_path, content):
    path = tmp_path / "x.npy"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.npy: numpy cannot read it.*Save a uint8 or float array"):
        Npy(path=path).load([path])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.npy: .*No such file"):
        Npy(path=tmp_path / "none.npy").load([tmp_path / "none.npy"])


@pytest.mark.parametrize("name", ["x.npy", "x.npz"])
@pytest.mark.parametrize("rows", [2**10, 2**30])
def test_a_huge_claim_is_an_error_not_an_allocation(tmp_path, name, rows):
    stream = io.BytesIO()
    header = {"descr": "|u1", "fortran_order": False, "shape": (rows, 2**10, 2**10)}
    np.lib.format.write_array_header_1_0(stream, header)
    path = tmp_path / name
    path.write_bytes(stream.getvalue() + bytes(100))
    if name == "x.npz":
        content = path.read_bytes()
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("images.npy", content)
    with pytest.raises(InputError, match="numpy cannot read it"):
        Npy(path=path).load([path])


def zipped():
    stream = io.BytesIO()
    np.savez_compressed(stream, images=GREY, labels=np.arange(5))
    return stream.getvalue()


def only_input_error(path, content):
    path.write_bytes(content)
    with suppress(InputError):
        Npy(path=path).load([path])


@settings(deadline=None)
@given(content=st.binary(max_size=200), magic=st.sampled_from([b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04"]))
def test_arbitrary_bytes_raise_nothing_but_input_error(fuzzed, content, magic):
    only_input_error(fuzzed, magic + content)


@settings(deadline=None)
@given(data=st.data(), whole=st.sampled_from([saved(SQUARE), zipped()]))
def test_broken_files_raise_nothing_but_input_error(fuzzed, data, whole):
    broken = bytearray(whole)
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=4)):
        broken[at] = data.draw(st.integers(0, 255))
    only_input_error(fuzzed, bytes(broken))


def array_header(shape, descr="|u1", claimed=None):
    text = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", claimed or len(text)) + text


def test_an_archive_that_unpacks_to_many_times_its_size_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(npy, "BOMB_BYTES", 2**20)
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, images=np.zeros((2**14, 32, 32), np.uint8))
    tracemalloc.start()
    with pytest.raises(InputError, match=r"bomb\.npz: its 0.0 MB unpack to 17 MB: it looks like a decompression bomb"):
        Npy(path=path).load([path])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_an_archive_as_dense_as_images_are_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(npy, "BOMB_BYTES", 2**10)
    path = tmp_path / "fine.npz"
    np.savez_compressed(path, images=np.random.default_rng(0).integers(0, 256, (64, 8, 8), dtype=np.uint8))
    assert Npy(path=path).load([path]).values.shape == (64, 8, 8, 1)


def test_labels_of_numbers_that_are_no_characters_are_refused(tmp_path):
    """Numpy accepts such numbers, but Python fails on them."""
    ramp = np.arange(6 * 8, dtype=np.uint8).reshape(6, 8)
    np.save(tmp_path / "x.npy", np.stack([ramp, ramp]))
    (tmp_path / "labels.npy").write_bytes(array_header((2,), "<U1") + struct.pack("<2I", 97, 0x110000))
    source = Npy(path=tmp_path / "x.npy", labels=tmp_path / "labels.npy")
    with pytest.raises(InputError, match=r"labels\.npy: label 1 is not text"):
        source.load(source.list_files())
