import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from aegan.data.array_dataset import ArrayDataset

counts, sizes, seeds = st.integers(1, 50), st.integers(1, 70), st.integers(0, 99)


def test_images_become_channels_first_floats_in_the_unit_range():
    values = np.arange(2 * 3 * 4 * 2, dtype=np.uint8).reshape(2, 3, 4, 2) * 5
    batch = ArrayDataset(values, np.array([7, 8])).select_batch(np.array([1, 0, 1]))
    assert batch.real.shape == (3, 2, 3, 4)
    assert batch.real.dtype == torch.float32
    torch.testing.assert_close(batch.real[0, 1, 2, 3].item(), values[1, 2, 3, 1] / 255)
    assert batch.labels.tolist() == [8, 7, 8]


def test_codes_are_left_as_they_are_and_never_written_to():
    codes = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    codes.setflags(write=False)
    batch = ArrayDataset(codes).select_batch(np.array([4, 2]))
    np.testing.assert_array_equal(batch.real.numpy(), codes[[4, 2]])
    batch.real.zero_()
    assert codes.any()


@pytest.mark.parametrize("labels", [None, np.zeros(0, dtype=np.int64)])
def test_data_without_labels_have_batches_without(labels):
    assert ArrayDataset(np.zeros((2, 3), np.float32), labels).select_batch(np.array([0])).labels is None


@given(counts, sizes)
def test_batches_yield_all_rows_once_in_order(count, size):
    pieces = [batch.real for batch in ArrayDataset(np.arange(count, dtype=np.float32)[:, None]).iterate_batches(size)]
    assert torch.cat(pieces).flatten().tolist() == list(range(count))
    assert all(len(piece) == size for piece in pieces[:-1])


def test_points_come_as_they_are():
    points = np.random.default_rng(0).normal(size=(7, 2)).astype(np.float32)
    batch = ArrayDataset(points, np.arange(7)).select_batch(np.array([5, 1]))
    np.testing.assert_array_equal(batch.real.numpy(), points[[5, 1]])
    assert batch.labels.tolist() == [5, 1]


def test_the_shape_of_data_is_channels_first():
    assert ArrayDataset(np.zeros((2, 5, 7, 3), np.uint8)).sample_shape == (3, 5, 7)
    assert ArrayDataset(np.zeros((4, 2), np.float32)).sample_shape == (2,)
