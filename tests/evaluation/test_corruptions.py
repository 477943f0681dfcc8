"""Each corruption does what it is called."""

import numpy as np
import pytest

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.corruptions import CORRUPTIONS, LEVELS, HeldOutData, list_applicable_corruptions


def held_out_data(count=64, side=8):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (2, count, side, side, 1), dtype=np.uint8)
    return HeldOutData(ArrayDataset(pictures[0], np.arange(count) % 8), count // 2, pictures[1])


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_corruptions_keep_count_and_kind_and_leave_their_data_alone(name):
    given = held_out_data()
    before = given.dataset.array.copy()
    for level in LEVELS:
        made = CORRUPTIONS[name].corrupt(given, level, np.random.default_rng(1))
        assert (made.shape, made.dtype) == ((32, 8, 8, 1), np.uint8)
    np.testing.assert_array_equal(given.dataset.array, before)


def test_corruptions_do_what_they_are_called():
    given, rng = held_out_data(), np.random.default_rng(1)

    def made(name, level):
        return CORRUPTIONS[name].corrupt(given, level, rng)

    spreads = [given.array.std(), *(made("blur", level).std() for level in LEVELS)]
    assert spreads == sorted(spreads, reverse=True)
    errors = [np.abs(made("noise", level) - given.array.astype(float)).mean() for level in LEVELS]
    assert errors == sorted(errors)
    assert [len(np.unique(made("duplicates", level), axis=0)) for level in LEVELS] == [16, 8, 4, 2]
    assert [int((made("copies", n) == given.array).all(axis=(1, 2, 3)).sum()) for n in LEVELS] == [24, 16, 8, 0]
    numbered = HeldOutData(
        ArrayDataset(np.arange(64, dtype=np.float32)[:, None], np.arange(64) % 8), 32, given.train_array
    )
    left = [len(np.unique(CORRUPTIONS["dropped"].corrupt(numbered, level, rng) % 8)) for level in LEVELS]
    assert left == [7, 6, 5, 4]


def test_points_have_no_blur_and_a_single_class_is_not_left_out():
    points = np.zeros((4, 2), np.float32)
    assert "blur" not in list_applicable_corruptions(ArrayDataset(points, np.arange(4)))
    assert "dropped" not in list_applicable_corruptions(ArrayDataset(points, np.zeros(4, int)))
    assert "dropped" not in list_applicable_corruptions(ArrayDataset(points))
    assert list_applicable_corruptions(ArrayDataset(np.zeros((4, 8, 8, 1), np.uint8), np.arange(4))) == list(
        CORRUPTIONS
    )
