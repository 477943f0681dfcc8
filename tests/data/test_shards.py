import hashlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aegan.data.digits import Digits
from aegan.data.points import make_point_dataset
from aegan.data.raw_dataset import RawDataset
from aegan.data.shards import prepare_shards, split_rows
from aegan.errors import InputError


def labelled(codes, train=None):
    codes = np.asarray(codes, np.int64)
    pixels = np.arange(len(codes) * 4).astype(np.uint8).reshape(-1, 2, 2, 1)
    return RawDataset(pixels, codes, tuple(map(str, range(codes.max() + 1))), (0.0, 255.0), train)


def unlabelled(count):
    return labelled(np.zeros(count))._replace(labels=np.empty(0, np.int64), classes=())


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=2, max_size=80), st.floats(0.01, 0.99), st.integers(0, 2**40))
def test_a_split_is_a_stratified_partition(codes, fraction, seed):
    images = labelled(codes)
    train, test = split_rows(images, fraction, seed)
    assert sorted([*train, *test]) == list(range(len(codes)))
    assert len(test) == min(max(round(len(codes) * fraction), 1), len(codes) - 1)
    # The cut quantile is within (K + 1) / 2N (and 1/N by the clip) of the fraction; a class rounds it once.
    sizes = np.bincount(codes)
    off = np.abs(np.bincount(images.labels[test], minlength=len(sizes)) - fraction * sizes)
    assert (off <= 1.5 + sizes * (len(sizes) + 3) / (2 * len(codes))).all()


def test_balanced_classes_are_split_exactly():
    images = labelled(np.repeat(np.arange(10), 50))
    train, test = split_rows(images, 0.2, 0)
    assert np.bincount(images.labels[train]).tolist() == [40] * 10
    assert np.bincount(images.labels[test]).tolist() == [10] * 10


def test_every_row_is_as_likely_a_test_row():
    images = labelled([0] * 6 + [1] * 4)
    counts = sum(np.bincount(split_rows(images, 0.5, seed)[1], minlength=10) for seed in range(400))
    np.testing.assert_allclose(counts / 400, 0.5, atol=0.1)  # 4 standard errors


def test_the_seed_decides():
    images = unlabelled(50)
    first, again, other = (split_rows(images, 0.3, seed)[1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert set(first) != set(other)
    assert not np.array_equal(first, np.sort(first))


def test_an_official_split_goes_before_the_fraction():
    train, test = split_rows(labelled([0, 1] * 5, train=7), 0.5, 0)
    assert (train.tolist(), test.tolist()) == ([0, 1, 2, 3, 4, 5, 6], [7, 8, 9])


def test_prepare_describes_what_it_returns():
    images = Digits().load([])
    source = {"source": "digits"}
    prepared = prepare_shards(images, source=source, test_fraction=0.2, seed=0)
    record = json.loads(json.dumps(prepared.manifest, allow_nan=False))
    train_rows, test_rows = split_rows(images, 0.2, 0)
    np.testing.assert_array_equal(prepared.train, images.values[train_rows])
    np.testing.assert_array_equal(prepared.test_labels, images.labels[test_rows])
    assert record["source"] == source
    assert record["split"] == {"test_fraction": 0.2, "seed": 0}
    assert record["shape"] == [8, 8, 1]
    assert record["value_range"] == record["range"] == [0, 16]
    assert (record["dtype"], record["layout"], record["remarks"]) == ("float64", "NHWC", [])
    test = record["shards"]["test"]
    assert test["rows"] == 359
    assert sum(test["rows_per_class"].values()) == 359
    assert test["rows_per_class"]["3"] == int((prepared.test_labels == 3).sum())
    assert test["values_sha256"] == hashlib.sha256(prepared.test.tobytes()).hexdigest()
    assert test["labels_sha256"] == hashlib.sha256(prepared.test_labels.tobytes()).hexdigest()


@pytest.mark.parametrize("train", [None, 3])
def test_prepare_without_labels(train):
    prepared = prepare_shards(unlabelled(9)._replace(train_count=train), source={}, test_fraction=0.1, seed=0)
    assert prepared.train_labels.shape == prepared.test_labels.shape == (0,)
    assert prepared.manifest["classes"] == []
    assert prepared.manifest["shards"]["train"]["rows_per_class"] == {}
    assert (prepared.manifest["split"] == "official") == (train is not None)


def test_points_are_split_and_described():
    data = make_point_dataset("x", np.arange(20.0).reshape(10, 2))
    prepared = prepare_shards(data, source={"name": "x"}, test_fraction=0.3, seed=0)
    assert (prepared.train.shape, prepared.test.shape) == ((7, 2), (3, 2))
    assert prepared.train.dtype == prepared.test.dtype == np.float32
    assert sorted(np.concatenate([prepared.train, prepared.test])[:, 0]) == list(range(0, 20, 2))
    assert prepared.manifest["shape"] == [2]
    assert prepared.manifest["range"] is None  # points are not scaled
    assert prepared.manifest["shards"]["test"]["rows"] == 3


def test_channels_that_the_images_lack_are_refused_and_leave_no_trace_otherwise():
    images = labelled([0, 1] * 5)._replace(values=np.zeros((10, 2, 2, 4), np.uint8))
    options = {"source": {"name": "npy"}, "test_fraction": 0.2, "seed": 0}
    assert prepare_shards(images, show=[3, 1, 0], **options).manifest == prepare_shards(images, **options).manifest
    with pytest.raises(InputError, match=r"show: \[4, 1, 0\].*4 channels, 0 to 3"):
        prepare_shards(images, show=[4, 1, 0], **options)
