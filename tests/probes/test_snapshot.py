from collections import OrderedDict

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations
from torch.testing import assert_close

from aegan.errors import InputError
from aegan.probes.snapshot import (
    add_whole_network,
    element_fraction,
    euclidean_norm,
    group_by_layer,
    joint_norm,
    select_gradients,
)
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


def test_a_parametrised_layer_has_its_name_at_any_depth():
    bare = parametrizations.weight_norm(nn.Linear(2, 1))
    assert group_by_layer(bare) == {WHOLE_NETWORK: [0, 1, 2]}
    assert group_by_layer(nn.Sequential(OrderedDict(dense=bare))) == {"dense": [0, 1, 2]}


def two_layers():
    return nn.Sequential(OrderedDict(first=nn.Linear(2, 1), second=nn.Linear(1, 1, bias=False)))


def test_gradients_that_exist_are_grouped_by_layer():
    weight, second = torch.ones(1, 2), torch.ones(1, 1)
    groups, gradients = select_gradients(two_layers(), [[weight, None, second]] * 2)
    assert groups == {"first": [0], "second": [1], WHOLE_NETWORK: [0, 1]}
    assert gradients == [[weight, second]] * 2
    groups, _ = select_gradients(two_layers(), [[None, None, second]])
    assert groups == {"second": [0], WHOLE_NETWORK: [0]}


@pytest.mark.parametrize(
    ("gradients", "message"),
    [
        ([], "there are none"),
        ([[None] * 3], "there are none"),
        ([[torch.ones(1, 2)]], "batch 0 has 1 entries for 3 parameters"),
        ([[torch.ones(1, 2), None, None], [None] * 3], r"'first\.weight' has one in some batches only"),
        ([[torch.ones(2, 1), None, None]], r"'first\.weight' has shape \(2, 1\), not \(1, 2\)"),
    ],
)
def test_gradients_that_do_not_fit_the_module_are_refused(gradients, message):
    with pytest.raises(InputError, match=f"gradients: .*{message}"):
        select_gradients(two_layers(), gradients)


def test_norms_of_complex_and_sparse_tensors():
    assert_close(euclidean_norm(torch.tensor([3j, 4.0])), torch.tensor(5.0).double())
    assert_close(euclidean_norm(torch.tensor([[0.0, 3.0], [4.0, 0.0]]).to_sparse()), torch.tensor(5.0).double())
    with pytest.raises(InputError, match="tensors: there are none"):
        joint_norm([])


def test_a_fraction_with_an_element_that_is_not_a_number_is_none():
    assert element_fraction([torch.ones(2), torch.tensor([torch.nan])], lambda values: values > 0).isnan()


@pytest.mark.parametrize("size", [0.0, 1e-320, 1e-170, 1e-149, 1.0, 1e150, float("inf")])
def test_a_joint_norm_has_no_square_that_underflows(size):
    tensors = [torch.full((3,), size, dtype=torch.float64), torch.full((1,), size, dtype=torch.float64)]
    assert joint_norm(tensors).item() == pytest.approx(2 * size, rel=1e-3)
