"""The data of a reproduction: what is returned, what is refused, and in which words."""

import numpy as np
import pytest

from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.reproductions.inputs import ReproductionData, require_data, require_labels, require_source

IMAGES = ArrayDataset(np.zeros((3, 8, 8, 1), np.uint8))
LABELLED = ArrayDataset(np.zeros((3, 8, 8, 1), np.uint8), np.arange(3))


def test_data_that_suffice_are_returned():
    unlabelled, labelled = ReproductionData(IMAGES, IMAGES), ReproductionData(LABELLED, LABELLED)
    assert require_data("rotation", unlabelled) is unlabelled
    assert require_labels("energy", labelled) is labelled


def test_missing_data_name_the_key_to_set():
    with pytest.raises(InputError, match=r"no data[\s\S]*reproductions\.rotation\.dataset"):
        require_data("rotation", None)


@pytest.mark.parametrize("data", [None, ReproductionData(IMAGES, LABELLED)])
def test_missing_labels_are_refused(data):
    with pytest.raises(InputError, match=r"data without labels[\s\S]*reproductions\.energy\.dataset"):
        require_labels("energy", data)


@pytest.mark.parametrize("data", [None, ReproductionData(IMAGES, LABELLED)])
def test_data_of_another_source_are_refused(data):
    def accepts(dataset):
        return dataset.labels is not None

    with pytest.raises(InputError, match=r"packing: data that are not labelled[\s\S]*with the source grid"):
        require_source("packing", data, accepts, wanted="labelled", source="grid")
    assert require_source("packing", ReproductionData(LABELLED, IMAGES), accepts, "labelled", "grid") is LABELLED
