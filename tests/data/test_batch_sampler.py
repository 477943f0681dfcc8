import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.data.batch_sampler import BatchSampler

counts, sizes, seeds = st.integers(1, 50), st.integers(1, 70), st.integers(0, 99)


@given(counts, sizes, seeds)
def test_every_epoch_sees_every_row_once(count, size, seed):
    stream, epochs = BatchSampler(np.arange(count) * 3, size, seed), 4
    seen = np.concatenate([stream.select_rows(number) for number in range(-(-epochs * count // size))])
    for epoch in seen[: epochs * count].reshape(epochs, count):
        assert sorted(epoch) == list(range(0, 3 * count, 3))


@given(counts, sizes, seeds, st.lists(st.integers(0, 30), max_size=6))
def test_a_batch_depends_on_seed_and_number_alone(count, size, seed, asked_before):
    fresh, used = (BatchSampler(np.arange(count), size, seed) for _ in range(2))
    for number in asked_before:
        used.select_rows(number)
    np.testing.assert_array_equal(fresh.select_rows(7), used.select_rows(7))
    assert len(fresh.select_rows(7)) == size


def test_epochs_and_seeds_are_shuffled_differently():
    stream = BatchSampler(np.arange(50), 50, 0)
    assert not np.array_equal(stream.select_rows(0), stream.select_rows(1))
    assert not np.array_equal(stream.select_rows(0), BatchSampler(np.arange(50), 50, 1).select_rows(0))
    assert not np.array_equal(stream.select_rows(0), np.arange(50))


@pytest.mark.parametrize(("count", "size", "rounds"), [(10, 5, 2), (11, 5, 3), (3, 8, 1), (1, 1, 1)])
def test_rounds_per_epoch_by_hand(count, size, rounds):
    assert BatchSampler(np.arange(count), size, 0).count_batches_per_epoch() == rounds
