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
from hypothesis.extra import numpy as hnp

from aegan.data import npy
from aegan.data.npy import Npy
from aegan.errors import InputError

GREY = np.arange(5 * 6 * 7, dtype=np.uint8).reshape(5, 6, 7)
COLOUR = np.arange(5 * 6 * 7 * 3, dtype=np.uint8).reshape(5, 6, 7, 3)
LABELS = np.array([2, 0, 2, 1, 0])
SQUARE = np.arange(3 * 49, dtype=np.uint8).reshape(3, 49)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    return tmp_path_factory.mktemp("npy") / "some.npy"


def load(path, array, **options):
    np.save(path, array)
    source = Npy(path=path, **options)
    return source.load(source.list_files())


@pytest.mark.parametrize(
    ("array", "options", "expected"),
    [
        (COLOUR, {}, COLOUR),
        (GREY, {}, GREY[..., None]),
        (SQUARE, {}, SQUARE.reshape(3, 7, 7, 1)),
        (GREY.reshape(5, 42), {"shape": (6, 7, 1)}, GREY[..., None]),
        (COLOUR.reshape(5, 126), {"shape": (6, 7, 3), "layout": "NHWC"}, COLOUR),
        (COLOUR.transpose(0, 3, 1, 2).reshape(5, 126), {"shape": (6, 7, 3), "layout": "NCHW"}, COLOUR),
        (COLOUR.transpose(1, 2, 3, 0), {"layout": "HWCN"}, COLOUR),
        (np.asfortranarray(COLOUR), {}, COLOUR),
        (COLOUR.astype(">i4"), {"range": (0, 255)}, COLOUR),
        (COLOUR[..., [0, 1, 2, 0, 1, 2]], {"layout": "NHWC"}, COLOUR[..., [0, 1, 2, 0, 1, 2]]),
    ],
)
def test_every_layout_is_read(tmp_path, array, options, expected):
    images = load(tmp_path / "with spaces äöü.npy", array, **options)
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


@settings(deadline=None, max_examples=200)
@given(
    data=st.data(),
    dtype=st.sampled_from([bool, np.uint8, np.int16, np.int64, np.float16, np.float32, np.float64]),
    bounds=st.sampled_from([None, (0.0, 1.0), (-1.0, 1.0), (0.0, 255.0), (-5.0, 300.0)]),
    layout=st.sampled_from([None, "NHWC", "NCHW", "HWCN", "NHW"]),
    channels=st.sampled_from([1, 2, 3, 4, 13]),
)
def test_what_is_stored_is_what_was_given_or_it_is_refused(fuzzed, data, dtype, bounds, layout, channels):
    """Over types, ranges, layouts and numbers of channels."""
    low, high = bounds or ((0, 255) if dtype is np.uint8 else (0, 1))
    levels = data.draw(hnp.arrays(np.uint8, (5, 8, 6, 1 if layout == "NHW" else channels)))
    images = (levels / 255 * (high - low) + low).astype(dtype)
    axes = layout or "NHWC"
    stored = np.moveaxis(images, range(4), [[*axes, "C"].index(axis) for axis in "NHWC"])
    try:
        loaded = load(fuzzed, stored if "C" in axes else stored[..., 0], range=bounds, layout=layout)
    except InputError as error:
        kind = np.dtype(dtype).kind
        constant = images.min() == images.max() or "constant" in str(error)
        unknown_layout = layout is None and channels > 4
        unknown_range = bounds is None and kind == "i"
        outside = bounds is not None and (images.astype(float).min() < low or images.astype(float).max() > high)
        assert constant or unknown_layout or unknown_range or outside
        return
    given = images.astype(np.float64)
    bottom, top = loaded.range
    assert np.abs(loaded.values / 255 * (top - bottom) + bottom - given).max() <= (top - bottom) / 510 * (1 + 1e-9)
    assert (bottom, top) == (low, high)


def test_absent_files_are_still_listed():
    images, labels = Path("a.npy"), Path("b.npy")
    assert Npy(path=images, labels=labels).list_files() == [images, labels]
    assert Npy(path=images).list_files() == [images]


@pytest.mark.parametrize(
    ("arrays", "wrong"),
    [
        ({"a": GREY, "b": GREY}, "none is named as images"),
        ({"y": GREY}, "none is named as images"),
        ({"x": GREY, "data": GREY}, "of which 'x' and 'data' may be meant"),
        ({"x": GREY, "labels": LABELS, "y": LABELS}, "of which 'labels' and 'y' may be meant"),
        ({"images": GREY, "targets": LABELS}, r"of which targets \(5,\) would not be read"),
        ({"x_train": GREY, "x_test": GREY, "y": LABELS}, "none is named as images"),
    ],
)
def test_an_npz_that_leaves_a_choice_lists_its_arrays(tmp_path, arrays, wrong):
    path = tmp_path / "a.npz"
    np.savez(path, **arrays)
    with pytest.raises(InputError, match=rf"a.npz: .*'{min(arrays)}'.*{wrong}.*Name the images 'images'.*image_key"):
        Npy(path=path).load([path])


def test_stated_names_choose_and_what_is_left_out_is_remarked_upon(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, images=GREY, other=255 - GREY, targets=LABELS, labels=LABELS * 0)
    images = Npy(path=path, image_key="other", label_key="targets").load([path])
    np.testing.assert_array_equal(images.values[..., 0], 255 - GREY)
    assert images.labels.tolist() == LABELS.tolist()
    assert images.remarks == ("arrays that are not read: images (5, 6, 7), labels (5,)",)
    for options in ({"image_key": "none"}, {"label_key": "none"}):
        with pytest.raises(InputError, match=r"a\.npz: .*but not 'none'"):
            Npy(path=path, **options).load([path])


def test_a_member_that_is_no_array_is_not_dropped_in_silence(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, images=GREY)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("labels.csv", "0,1,2")
    with pytest.raises(InputError, match=r"of which labels\.csv .* would not be read"):
        Npy(path=path).load([path])


def test_labels_of_an_npz_beside_a_labels_file_are_not_dropped_in_silence(tmp_path):
    path, labels = tmp_path / "a.npz", tmp_path / "labels.npy"
    np.savez(path, images=GREY, labels=LABELS * 0)
    np.save(labels, LABELS)
    with pytest.raises(InputError, match=r"labels \(5,\) would not be read"):
        Npy(path=path, labels=labels).load([path, labels])
    images = Npy(path=path, labels=labels, image_key="images").load([path, labels])
    assert images.labels.tolist() == LABELS.tolist()
    with pytest.raises(InputError, match=r"a\.npz: it holds the arrays .*Save the labels alone"):
        Npy(path=path, labels=path, image_key="images").load([path, path])


@pytest.mark.parametrize(
    ("array", "shape", "message"),
    [
        (SQUARE, (7, 8, 1), "rows of 49 values are not images of 7 x 8 x 1"),
        (np.zeros((60, 13, 16, 16)), None, "either NHWC, .* or NCHW"),
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
