from pathlib import Path

import numpy as np
import pytest
from tests.data.idx_cases import ARRAYS, FETCHED, write_files

from aegan.data.fashion_mnist import CLASSES, FashionMnist
from aegan.errors import InputError

DEBIAN = FashionMnist().folders[1]


def test_the_split_and_classes_are_official(tmp_path):
    images = FashionMnist().load(write_files(tmp_path, ARRAYS))
    np.testing.assert_array_equal(images.values[..., 0], np.concatenate(ARRAYS[::2]))
    np.testing.assert_array_equal(images.labels, np.concatenate(ARRAYS[1::2]))
    assert (images.classes, images.train_count, images.labels.dtype) == (CLASSES, 12, np.int64)


@pytest.mark.parametrize(
    ("at", "array", "message"),
    [
        (1, np.arange(11) % 10, "train-labels.*11 labels for the 12 images"),
        (3, np.arange(5) + 6, "t10k-labels.*the label 10 is not one of 10"),
        (2, np.zeros((5, 28, 27)), r"t10k-images.*\(28, 27\) pixels, but \(28, 28\)"),
        (0, np.zeros((0, 28, 28)), "train-labels.*12 labels for the 0 images"),
        (0, np.zeros((12, 28)), "train-images.*3 dim"),
    ],
)
def test_files_that_do_not_match_are_refused(tmp_path, at, array, message):
    arrays = [*ARRAYS]
    arrays[at] = array
    with pytest.raises(InputError, match=f"{message}.*fetch it again"):
        FashionMnist().load(write_files(tmp_path, arrays))


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="Debian's package dataset-fashion-mnist is not installed")
def test_the_real_data(tmp_path):
    source = FashionMnist(folders=(DEBIAN,), urls=())
    source.fetch(tmp_path)
    images = source.load([tmp_path / name for name in FETCHED])
    assert images.values.shape == (70000, 28, 28, 1)
    assert images.train_count == 60000
    assert np.bincount(images.labels[:60000]).tolist() == [6000] * 10
    assert np.bincount(images.labels[60000:]).tolist() == [1000] * 10
    assert images.labels[:3].tolist() == [9, 0, 0]
    assert images.values[:60000].mean() / 255 == pytest.approx(0.2860, abs=5e-5)  # the mean used by all loaders
    assert source.list_files() == []
    assert all(isinstance(folder, Path) for folder in source.folders)
