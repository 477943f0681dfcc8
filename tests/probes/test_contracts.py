import numpy as np
import pytest
import torch
from torch import nn

from aegan.errors import InputError
from aegan.probes import contracts


@pytest.mark.parametrize("caller", [torch.enable_grad, torch.no_grad, torch.inference_mode])
def test_autograd_works_for_every_caller(caller):
    weight = torch.ones(2, requires_grad=True)
    with caller(), contracts.enable_autograd():
        assert torch.equal(torch.autograd.grad((weight * 3).sum(), weight)[0], torch.full((2,), 3.0))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (np.ones((2, 2)), "codes: is a ndarray, not a tensor. Convert it with torch.as_tensor"),
        (torch.ones(2, 2, dtype=torch.uint8), r"codes: has type torch.uint8.*\.float\(\)"),
        (torch.ones(2, 2, dtype=torch.complex64), "codes: has type torch.complex64"),
        (torch.ones(2), r"codes: has shape \(2,\). Give a tensor \(N, K, …\)"),
        (torch.ones(0, 2), r"codes: has shape \(0, 2\)"),
    ],
)
def test_data_without_gradients_are_refused(data, message):
    with pytest.raises(InputError, match=message):
        contracts.require_data("codes", data, dimensions=2)


def test_data_made_in_inference_mode_are_copied_and_others_are_not():
    with torch.inference_mode():
        data = torch.ones(2, 3)
        assert not contracts.require_data("data", data).is_inference()
    own = torch.ones(2, 3)
    assert contracts.require_data("data", own) is own


def test_modules_that_cannot_be_differentiated_are_named():
    with pytest.raises(InputError, match=r"generator: layer '1' \(LazyLinear\) has no parameters yet"):
        contracts.require_usable("generator", nn.Sequential(nn.ReLU(), nn.LazyLinear(3)))
    with torch.inference_mode():
        frozen = nn.Sequential(nn.Linear(2, 1))
    with pytest.raises(InputError, match=r"layer '0' \(Linear\) was made in inference mode"):
        contracts.require_usable("generator", frozen)
    with pytest.raises(InputError, match="generator: is a Tensor"):
        contracts.require_usable("generator", torch.ones(2))
    contracts.require_usable("generator", torch.tanh)


def test_a_mismatch_of_types_or_devices_is_explained_and_other_errors_are_not():
    net = nn.Linear(3, 1)
    data = torch.ones(2, 3, dtype=torch.float64)
    with (
        pytest.raises(InputError, match=r"data: is torch.float64 on cpu, the parameters are torch.float32 on cpu"),
        contracts.explain_mismatch("data", data, net),
    ):
        net(data)
    with pytest.raises(RuntimeError, match="shapes"), contracts.explain_mismatch("data", torch.ones(2, 4), net):
        net(torch.ones(2, 4))


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ((torch.ones(1), torch.ones(1)), "loss: returns a tuple, not a tensor"),
        (torch.ones(1), "loss: returns a tensor without a graph. Remove detach"),
        (torch.ones(1, dtype=torch.complex64, requires_grad=True), "loss: returns type torch.complex64"),
        (torch.ones(2, requires_grad=True), r"loss: returns shape \(2,\), not one number"),
    ],
)
def test_a_loss_is_one_real_number_with_a_graph(output, message):
    with pytest.raises(InputError, match=message):
        contracts.require_loss("loss", output)


def test_those_parameters_are_selected_that_require_grad():
    own, frozen = torch.ones(2, requires_grad=True), torch.ones(2)
    assert contracts.select_trainable("parameters", [frozen, own])[0] is own
    with pytest.raises(InputError, match=r"parameters: none of 1 requires grad.*requires_grad_"):
        contracts.select_trainable("parameters", [frozen])


def test_modules_are_listed_once():
    shared = nn.Linear(1, 1)
    whole = nn.Sequential(shared, shared)
    assert contracts.list_modules([whole, len, shared]) == [whole, shared]


def test_only_recurrent_modules_switch_cudnn_off():
    enabled = torch.backends.cudnn.enabled
    with contracts.differentiable_kernels(nn.Sequential(nn.Conv2d(1, 1, 1))):
        assert torch.backends.cudnn.enabled == enabled
    with contracts.differentiable_kernels(nn.Sequential(nn.GRU(1, 1))):
        assert not torch.backends.cudnn.enabled
    assert torch.backends.cudnn.enabled == enabled


def test_counts_have_a_least_value():
    contracts.require_count("k", 0, 0)
    with pytest.raises(InputError, match=r"draws: is 0\. Give a whole number from 1 on"):
        contracts.require_count("draws", 0, 1)
