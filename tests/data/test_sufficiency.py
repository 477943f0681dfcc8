"""What a data set lacks for a study, with the number of samples that would do."""

import numpy as np
import pytest

from aegan.data.raw_dataset import NO_LABELS, RawDataset
from aegan.data.shards import count_test_rows, prepare_shards
from aegan.data.sufficiency import DataNeeds, SplitSizes, count_needed_rows, find_shortages, refuse_shortages
from aegan.errors import InputError


@pytest.mark.parametrize(
    ("needs", "fraction", "rows"),
    [
        (DataNeeds(), 0.2, 2),
        (DataNeeds(train=2), 0.2, 3),
        (DataNeeds(test=2), 0.2, 8),  # 7 * 0.2 rounds to 1
        (DataNeeds(train=2, test=6), 0.2, 28),
        (DataNeeds(train=10), 0.9, 96),
        (DataNeeds(test=2), 0.001, 1500),
    ],
)
def test_the_needed_rows_are_the_fewest_that_do(needs, fraction, rows):
    assert count_needed_rows(needs, fraction) == rows
    for count, enough in ((rows, True), (rows - 1, rows == 2)):
        test = count_test_rows(count, fraction) if count > 1 else 0
        assert (test >= needs.test and count - test >= needs.train) == (enough and count > 1)


def test_a_shortage_names_what_there_is_and_how_many_would_do():
    (message,) = find_shortages(DataNeeds(train=2), SplitSizes(1, 1), True, 0.2)
    assert message == (
        "2 samples give 1 for training and 1 for testing, but the study needs 2 and 1. Give at least 3 samples"
    )
    assert not list(find_shortages(DataNeeds(train=2), SplitSizes(2, 1), False, 0.2))


def test_labels_are_a_need_of_their_own():
    messages = list(find_shortages(DataNeeds(test=2, labels=True), SplitSizes(4, 1), False, 0.2))
    assert len(messages) == 2
    assert messages[1].startswith("the samples have no labels, but the study needs them. Give labels")
    assert not list(find_shortages(DataNeeds(labels=True), SplitSizes(4, 1), True, 0.2))


def test_prepared_data_are_refused_before_they_are_written():
    values = np.random.default_rng(0).integers(0, 256, (7, 4, 4, 1), dtype=np.uint8)
    raw = RawDataset(values, NO_LABELS.codes, NO_LABELS.classes, (0.0, 255.0))
    prepared = prepare_shards(raw, source={"name": "npy"}, test_fraction=0.2, seed=0)
    refuse_shortages("mine", prepared, DataNeeds(train=6, test=1))
    with pytest.raises(InputError, match=r"datasets\.mine: 7 samples give 6 for training.*Give at least 8 samples"):
        refuse_shortages("mine", prepared, DataNeeds(train=6, test=2))
