"""The arrays that a report shows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aegan.analysis.study_arrays import (
    PAIRS,
    SAMPLES,
    ArrayKey,
    select_arrays,
    select_raw_rows,
    select_worst_reconstructions,
)


def test_pictures_are_the_first_of_every_seed_and_the_first_seed_s_reconstructions(tmp_path):
    def stored(kind: str, name: str, block: str, array: np.ndarray):
        path = tmp_path / kind / "digits" / name / block / "file.npy"
        path.parent.mkdir(parents=True)
        np.save(path, array)
        return path

    images = np.arange(2 * 30, dtype=np.uint8).reshape(2, 30, 1, 1, 1)
    samples = [stored("gan", "gan", "0-1", images), stored("gan", "gan", "2-3", images + 100)]
    decoded = [stored("autoencoder", "dense", "0-1", images), stored("autoencoder", "dense", "2-3", images + 100)]
    np.save(tmp_path / "test.npy", images[0])
    chosen = select_arrays(samples, decoded, {"digits": tmp_path / "test.npy"})
    assert chosen["samples/digits/gan"].shape == (4, SAMPLES, 1, 1, 1)
    assert chosen["samples/digits/gan"][2, 0, 0, 0, 0] == 100
    assert np.array_equal(chosen["reconstructions/digits/dense"], images[0, :12])
    assert np.array_equal(chosen["originals/digits"], images[0, :12])


def test_the_worst_reconstructions_are_picked_with_their_originals(tmp_path):
    folder = tmp_path / "autoencoder" / "digits" / "dense"
    real = np.full((20, 2, 2, 1), 100, np.uint8)
    errors = np.random.default_rng(0).permutation(20).astype(np.uint8)
    for block, decoded in (("0-1", real - errors[:, None, None, None]), ("2-3", real)):
        (folder / block).mkdir(parents=True)
        np.save(folder / block / "file.npy", np.stack([decoded, real]))
    np.save(tmp_path / "test.npy", real)
    decoded = [folder / block / "file.npy" for block in ("0-1", "2-3")]
    found = select_arrays([], decoded, {"digits": tmp_path / "test.npy"})["worst/digits/dense"]
    assert found.shape == (2, 12, 2, 2, 1)
    assert (found[0] == 100).all()
    assert (100 - found[1, :, 0, 0, 0]).tolist() == list(range(19, 7, -1))  # of the first seed, the worst first


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]*", fullmatch=True)
KEYS = st.lists(NAMES, min_size=2, max_size=4).map(lambda parts: ArrayKey(*parts))


@given(key=KEYS)
def test_keys_come_back_as_they_were_encoded(key):
    assert ArrayKey.parse(key.encode()) == key


def test_keys_by_hand():
    assert ArrayKey("originals", "digits").encode() == "originals/digits"
    assert ArrayKey("samples", "digits", "gan").encode() == "samples/digits/gan"
    assert ArrayKey.parse("exhibits/digits/gan/film") == ("exhibits", "digits", "gan", "film")


def test_of_equal_errors_the_later_image_comes_first():
    originals = np.zeros((PAIRS + 3, 1, 1, 1), np.uint8)
    worst = select_worst_reconstructions(
        originals + np.arange(PAIRS + 3, dtype=np.uint8)[:, None, None, None], originals
    )
    assert worst.shape == (2, PAIRS, 1, 1, 1)
    assert worst[0, :, 0, 0, 0].tolist() == list(range(PAIRS + 2, 2, -1))


def test_raw_rows_are_the_first_of_each_class():
    labels = np.array([2, 0, 2, 0, 1] * 30)
    rows = select_raw_rows(labels, 150, images=True)
    assert labels[rows].tolist() == [0] * 12 + [1] * 12 + [2] * 12
    assert rows[:3].tolist() == [1, 3, 6]
    assert len(select_raw_rows(np.repeat(np.arange(30), 2), 60, images=True)) == 10 * 2
    assert select_raw_rows(np.empty(0, np.int64), 100, images=True).tolist() == list(range(48))
    assert select_raw_rows(np.empty(0, np.int64), 20, images=True).tolist() == list(range(20))
    assert len(select_raw_rows(np.repeat([0, 1], 900), 1800, images=False)) == 1000
