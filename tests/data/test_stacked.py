import gzip

import numpy as np
import pytest
from tests.data.idx_cases import encode_idx

from aegan.data.digits import Digits
from aegan.data.fashion_mnist import FashionMnist
from aegan.data.stacked import StackedDigits, StackedFashionMnist

DEBIAN = FashionMnist().folders[1]


@pytest.fixture
def files(tmp_path):
    """Twelve train images of the grey levels 0 to 11 and five test images from 100 on; the label is the last digit."""
    paths = [tmp_path / name for name in FashionMnist.FETCHED_FILES]
    levels = np.arange(12), np.arange(100, 105)
    for images, labels, grey in zip(paths[::2], paths[1::2], levels, strict=True):
        images.write_bytes(gzip.compress(encode_idx(np.tile(grey[:, None, None], (1, 28, 28)))))
        labels.write_bytes(gzip.compress(encode_idx(grey % 10)))
    return paths


def test_each_channel_is_a_whole_image_of_the_split_and_the_label_its_three_digits(files):
    data = StackedFashionMnist(count=300).load(files)
    assert (data.values.shape, data.values.dtype, data.train_count) == ((305, 28, 28, 3), np.uint8, 300)
    grey = data.values[:, 0, 0].astype(int)
    np.testing.assert_array_equal(data.values, np.broadcast_to(grey[:, None, None], data.values.shape))
    assert set(grey[:300].ravel()) == set(range(12))
    assert set(grey[300:].ravel()) <= set(range(100, 105))
    np.testing.assert_array_equal(data.labels, (grey % 10) @ [100, 10, 1])
    assert data.labels.dtype == np.int64
    assert (len(data.classes), data.classes[7], data.classes[999]) == (1000, "007", "999")


def test_channels_are_drawn_independently(files):
    grey = StackedFashionMnist(count=6000).load(files).values[:6000, 0, 0].astype(float)
    correlation = np.corrcoef(grey.T)[np.triu_indices(3, 1)]
    np.testing.assert_allclose(correlation, 0, atol=5 / np.sqrt(6000))


def test_the_seed_decides(files):
    first, again, other = (StackedFashionMnist(count=9, seed=seed).load(files).values for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_it_fetches_what_fashion_mnist_fetches():
    assert StackedFashionMnist.FETCHED_FILES == FashionMnist.FETCHED_FILES
    assert StackedFashionMnist().sha256 == FashionMnist().sha256
    assert StackedFashionMnist().count == 128_000


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="Debian's package dataset-fashion-mnist is not installed")
def test_the_real_data_have_all_classes():
    data = StackedFashionMnist(count=20_000).load([DEBIAN / name for name in FashionMnist.FETCHED_FILES])
    assert data.values.shape == (30_000, 28, 28, 3)
    assert len(np.unique(data.labels[:20_000])) == 1000
    assert len(np.unique(data.labels[20_000:])) >= 995  # ten images a class leave 0.05 of them empty on average


def test_stacked_digits_hold_whole_digits_and_share_none_between_the_splits():
    data, single = StackedDigits(count=2000).load([]), Digits().load([])
    assert (data.values.shape, data.train_count) == ((12_000, 8, 8, 3), 2000)
    label_of = {image.tobytes(): label for image, label in zip(single.values[..., 0], single.labels, strict=True)}
    channels = np.moveaxis(data.values, -1, 1)
    found = [[image.tobytes() for image in images] for images in channels]
    np.testing.assert_array_equal(data.labels, [int("".join(str(label_of[image]) for image in own)) for own in found])
    train, test = ({image for own in rows for image in own} for rows in (found[:2000], found[2000:]))
    assert not train & test
    assert len(train | test) > 0.9 * len(single.values)
    assert StackedDigits(count=2000).outline()[:4] == ((3, 8, 8), True, *data.values.shape[:1], data.train_count)
