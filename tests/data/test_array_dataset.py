import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler

counts, sizes, seeds = st.integers(1, 50), st.integers(1, 70), st.integers(0, 99)


@given(counts, sizes, seeds)
def test_every_epoch_sees_every_row_once(count, size, seed):
    stream, epochs = BatchSampler(np.arange(count) * 3, size, seed), 4
    seen = np.concatenate([stream.batch(number) for number in range(-(-epochs * count // size))])
    for epoch in seen[: epochs * count].reshape(epochs, count):
        assert sorted(epoch) == list(range(0, 3 * count, 3))


@given(counts, sizes, seeds, st.lists(st.integers(0, 30), max_size=6))
def test_a_batch_depends_on_seed_and_number_alone(count, size, seed, asked_before):
    fresh, used = (BatchSampler(np.arange(count), size, seed) for _ in range(2))
    for number in asked_before:
        used.batch(number)
    np.testing.assert_array_equal(fresh.batch(7), used.batch(7))
    assert len(fresh.batch(7)) == size


def test_epochs_and_seeds_are_shuffled_differently():
    stream = BatchSampler(np.arange(50), 50, 0)
    assert not np.array_equal(stream.batch(0), stream.batch(1))
    assert not np.array_equal(stream.batch(0), BatchSampler(np.arange(50), 50, 1).batch(0))
    assert not np.array_equal(stream.batch(0), np.arange(50))


@pytest.mark.parametrize(("count", "size", "rounds"), [(10, 5, 2), (11, 5, 3), (3, 8, 1), (1, 1, 1)])
def test_rounds_per_epoch_by_hand(count, size, rounds):
    assert BatchSampler(np.arange(count), size, 0).rounds_per_epoch() == rounds


def test_images_become_channels_first_floats_in_the_unit_range():
    values = np.arange(2 * 3 * 4 * 2, dtype=np.uint8).reshape(2, 3, 4, 2) * 5
    batch = ArrayDataset(values, np.array([7, 8])).batch(np.array([1, 0, 1]))
    assert batch.real.shape == (3, 2, 3, 4)
    assert batch.real.dtype == torch.float32
    torch.testing.assert_close(batch.real[0, 1, 2, 3].item(), values[1, 2, 3, 1] / 255)
    assert batch.labels.tolist() == [8, 7, 8]


def test_codes_are_left_as_they_are_and_never_written_to():
    codes = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    codes.setflags(write=False)
    batch = ArrayDataset(codes).batch(np.array([4, 2]))
    np.testing.assert_array_equal(batch.real.numpy(), codes[[4, 2]])
    batch.real.zero_()
    assert codes.any()


@pytest.mark.parametrize("labels", [None, np.zeros(0, dtype=np.int64)])
def test_data_without_labels_have_batches_without(labels):
    assert ArrayDataset(np.zeros((2, 3), np.float32), labels).batch(np.array([0])).labels is None


@given(counts, sizes)
def test_batches_yield_all_rows_once_in_order(count, size):
    pieces = [batch.real for batch in ArrayDataset(np.arange(count, dtype=np.float32)[:, None]).batches(size)]
    assert torch.cat(pieces).flatten().tolist() == list(range(count))
    assert all(len(piece) == size for piece in pieces[:-1])


def test_points_come_as_they_are():
    points = np.random.default_rng(0).normal(size=(7, 2)).astype(np.float32)
    batch = ArrayDataset(points, np.arange(7)).batch(np.array([5, 1]))
    np.testing.assert_array_equal(batch.real.numpy(), points[[5, 1]])
    assert batch.labels.tolist() == [5, 1]
