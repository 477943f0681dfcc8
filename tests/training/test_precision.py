import pytest
import torch
from torch import nn

from aegan.training.precision import double_precision


def net():
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1))


def test_the_bits_are_those_of_before():
    module = net()
    parameters, kept = list(module.parameters()), {key: value.clone() for key, value in module.state_dict().items()}
    with double_precision([module]):
        assert all(value.dtype == torch.float64 for value in module.state_dict().values() if value.is_floating_point())
    assert all(
        torch.equal(value, kept[key]) and value.dtype == kept[key].dtype for key, value in module.state_dict().items()
    )
    assert all(first is second for first, second in zip(parameters, module.parameters(), strict=True))


def test_they_are_back_after_an_error_too():
    module = net()
    with pytest.raises(ZeroDivisionError), double_precision([module]):
        raise ZeroDivisionError
    assert next(module.parameters()).dtype == torch.float32


def test_what_is_in_float64_already_stays_there():
    module = net().double()
    with double_precision([module, nn.Flatten()]):
        pass
    assert next(module.parameters()).dtype == torch.float64


def test_an_optimiser_goes_on_with_the_same_parameters():
    module = nn.Linear(2, 1)
    optimiser = torch.optim.Adam(module.parameters(), fused=True)
    for _ in range(2):
        with double_precision([module]):
            pass
        before = module.weight.clone()
        module(torch.ones(4, 2)).sum().backward()
        optimiser.step()
        assert not torch.equal(module.weight, before)
