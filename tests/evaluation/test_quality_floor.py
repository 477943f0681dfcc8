"""The floor of each metric."""

import numpy as np
import pytest
from tests.evaluation.cases import MEASURED, SHAPE, images, measure_floor

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.feature_spaces import compute_features, make_feature_nets


@pytest.fixture
def nets():
    return make_feature_nets(SHAPE, 0)


def test_the_floor_of_identical_data_is_perfect(nets):
    data = ArrayDataset(images())
    reference, table = measure_floor(nets, data, data, 60)
    floor = table.set_index("metric")["floor"]
    assert list(table.columns) == ["space", "metric", "floor"]
    assert set(floor.index) == MEASURED | {"spread"}
    assert floor["precision"] == floor["recall"] == floor["coverage"] == 1
    np.testing.assert_allclose(floor["fd"], 0, atol=1e-3)
    np.testing.assert_array_equal(reference["test/random"], compute_features(nets["random"], data))
