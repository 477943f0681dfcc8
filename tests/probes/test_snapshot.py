from collections import OrderedDict

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.probes.snapshot import add_whole_network, element_fraction, group_by_layer, joint_norm
from aegan.tables import WHOLE_NETWORK


def test_layers_group_parameters_by_owner_in_network_order():
    two_layers = nn.Sequential(OrderedDict(first=nn.Linear(2, 1), second=nn.Linear(1, 1, bias=False)))
    assert group_by_layer(two_layers) == {"first": [0, 1], "second": [2]}
    assert group_by_layer(nn.Linear(2, 1)) == {WHOLE_NETWORK: [0, 1]}
    nested = nn.Sequential(OrderedDict(deep=nn.Sequential(OrderedDict(inner=nn.Linear(1, 1)))))
    assert group_by_layer(nested) == {"deep.inner": [0, 1]}


@pytest.mark.parametrize("tiny_number", [1e-30, 1e-38, 1e-44])
def test_tiny_float32_gradients_do_not_underflow(tiny_number):
    entries = torch.full((3, 3), tiny_number, dtype=torch.float32)
    assert torch.linalg.vector_norm(entries) == 0 or tiny_number > 1e-22
    assert_close(joint_norm([entries]), 3 * entries[0, 0].double())


def test_huge_float32_gradients_do_not_overflow():
    assert_close(joint_norm([torch.full((4,), 1e38)]), 2 * torch.tensor(1e38).double())


def test_the_whole_network_is_all_layers():
    assert add_whole_network({"first": [0, 1], "second": [2]}) == {
        "first": [0, 1],
        "second": [2],
        WHOLE_NETWORK: [0, 1, 2],
    }


def test_a_fraction_is_that_of_all_elements_together():
    fraction = element_fraction([torch.tensor([1.0, -1.0, 2.0]), torch.tensor([[-3.0]])], lambda values: values > 0)
    assert_close(fraction, torch.tensor(0.5, dtype=torch.float64))
