from collections import OrderedDict

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.probes.quantities import (
    PROBES,
    WHOLE,
    ProbeSnapshot,
    captured_activations,
    gradient,
    judgement,
    layers,
    loss,
    norm,
    rounding,
    saturation,
    update,
)


def exactly(value):
    return torch.tensor(value, dtype=torch.float64)


def glimpse(module=None, **parts):
    """A glimpse whose other parts nobody looks at."""
    blank = {"losses": [], "gradients": [], "weights": [], "activations": {}, "logits": None}
    return ProbeSnapshot(module or nn.Identity(), **(blank | parts))


def two_layers():
    return nn.Sequential(OrderedDict(first=nn.Linear(2, 1), second=nn.Linear(1, 1, bias=False)))


def filled(*values):
    """Gradients or weights of `two_layers`: first weight, first bias, second weight."""
    first, bias, second = values
    return [torch.tensor([first]), torch.tensor([bias]), torch.tensor([[second]])]


def test_layers_group_parameters_by_owner_in_network_order():
    assert layers(two_layers()) == {"first": [0, 1], "second": [2]}
    assert layers(nn.Linear(2, 1)) == {WHOLE: [0, 1]}
    nested = nn.Sequential(OrderedDict(deep=nn.Sequential(OrderedDict(inner=nn.Linear(1, 1)))))
    assert layers(nested) == {"deep.inner": [0, 1]}


def test_gradient_norms_by_hand_are_medians_over_batches():
    batches = [filled([3.0, 0.0], 4.0, 12.0), filled([0.0, 0.0], 1.0, 0.0), filled([6.0, 0.0], 8.0, 1.0)]
    readings = gradient(glimpse(two_layers(), gradients=batches))
    assert_close(readings["first", "gradient_norm"], exactly(5.0))
    assert_close(readings["second", "gradient_norm"], exactly(1.0))
    assert_close(readings[WHOLE, "gradient_norm"], exactly((6.0**2 + 8.0**2 + 1.0) ** 0.5))


def test_zero_and_nonfinite_fractions_are_means_over_batches():
    nan, inf = float("nan"), float("inf")
    batches = [filled([0.0, 0.0], 1.0, nan), filled([0.0, inf], 1.0, 2.0)]
    readings = gradient(glimpse(two_layers(), gradients=batches))
    assert_close(readings["first", "zero_fraction"], exactly((2 / 3 + 1 / 3) / 2))
    assert_close(readings["first", "nonfinite_fraction"], exactly(1 / 6))
    assert_close(readings["second", "nonfinite_fraction"], exactly(0.5))
    assert_close(readings[WHOLE, "nonfinite_fraction"], exactly((1 / 4 + 1 / 4) / 2))


@pytest.mark.parametrize("tiny_number", [1e-30, 1e-38, 1e-44])
def test_tiny_float32_gradients_do_not_underflow(tiny_number):
    entries = torch.full((3, 3), tiny_number, dtype=torch.float32)
    assert torch.linalg.vector_norm(entries) == 0 or tiny_number > 1e-22
    assert_close(norm([entries]), 3 * entries[0, 0].double())


def test_huge_float32_gradients_do_not_overflow():
    assert_close(norm([torch.full((4,), 1e38)]), 2 * torch.tensor(1e38).double())


def test_a_bare_layer_is_its_own_whole():
    readings = gradient(glimpse(nn.Linear(2, 1), gradients=[[torch.tensor([[3.0, 0.0]]), torch.tensor([4.0])]]))
    assert_close(readings[WHOLE, "gradient_norm"], exactly(5.0))
    assert {layer for layer, _ in readings} == {WHOLE}


def test_update_ratio_by_hand():
    net = two_layers()
    with torch.no_grad():
        for parameter, value in zip(net.parameters(), filled([3.0, 0.0], 4.5, 2.0), strict=True):
            parameter.copy_(value)
    readings = update(glimpse(net, weights=filled([3.0, 0.0], 4.0, 1.0)))
    assert_close(readings["first", "update_ratio"], exactly(0.5 / 5))
    assert_close(readings["second", "update_ratio"], exactly(1.0))
    assert_close(readings[WHOLE, "update_ratio"], exactly((0.25 + 1) ** 0.5 / 26**0.5))


def test_loss_is_the_median_over_batches():
    losses = [torch.tensor(value) for value in (5.0, -1.0, 2.0)]
    assert_close(loss(glimpse(losses=losses))[WHOLE, "loss"], exactly(2.0))


def test_judgement_by_hand():
    logits = torch.tensor([2.0, -1.0, 0.0]), torch.tensor([-3.0, 0.0, 4.0])
    readings = judgement(glimpse(logits=logits))
    assert_close(readings[WHOLE, "logit_real"], exactly(1 / 3))
    assert_close(readings[WHOLE, "logit_fake"], exactly(1 / 3))
    assert_close(readings[WHOLE, "accuracy"], exactly(3 / 6))
    assert judgement(glimpse()) == {}


def saturating_net():
    """Identity layers in front of each kind of activation, so that inputs set the activations by hand."""
    kinds = OrderedDict(relu=nn.ReLU(), tanh=nn.Tanh(), sigmoid=nn.Sigmoid(), leaky=nn.LeakyReLU())
    return nn.ModuleDict(kinds)


def test_saturation_by_hand():
    net = saturating_net()
    inputs = torch.tensor([[-1.0, -2.0, 0.0, 3.0], [-5.0, 1.0, 0.0, 4.0]])
    sharp = torch.tensor([[0.0, 2.0, 3.0, -9.0], [4.5, 4.7, -4.7, 0.0]])
    with captured_activations(net) as activations:
        net["relu"](inputs)
        net["tanh"](sharp)
        net["sigmoid"](sharp)
        net["leaky"](inputs)
    readings = saturation(glimpse(net, activations=activations))
    assert set(readings) == {(name, "saturation") for name in ("relu", "tanh", "sigmoid")}
    assert_close(readings["relu", "saturation"], exactly(2 / 4))  # units 0 and 2 are zero on both inputs
    assert_close(readings["tanh", "saturation"], exactly(5 / 8))  # |x| > artanh 0.99 = 2.65
    assert_close(readings["sigmoid", "saturation"], exactly(3 / 8))  # |x| > 4.585, where σ' = 0.01


def test_a_unit_is_dead_only_if_it_is_zero_in_every_call():
    net = nn.Sequential(OrderedDict(relu=nn.ReLU()))
    with captured_activations(net) as activations:
        net(torch.tensor([[-1.0, -1.0]]))
        net(torch.tensor([[-1.0, 1.0]]))
    assert_close(saturation(glimpse(net, activations=activations))["relu", "saturation"], exactly(0.5))


def test_dead_units_of_feature_maps_are_counted_per_place():
    net = nn.Sequential(OrderedDict(relu=nn.ReLU()))
    maps = -torch.ones(3, 2, 2, 2)
    maps[1, 0, 0, 0] = 1.0
    with captured_activations(net) as activations:
        net(maps)
    assert_close(saturation(glimpse(net, activations=activations))["relu", "saturation"], exactly(7 / 8))


def test_capturing_ends_with_its_block():
    net = nn.Sequential(OrderedDict(relu=nn.ReLU()))
    with captured_activations(net) as activations:
        net(torch.ones(1, 1))
    net(torch.ones(1, 1))
    assert len(activations["relu"]) == 1
    assert not net.relu._forward_hooks


def test_every_reading_is_a_scalar():
    net = two_layers()
    full = glimpse(
        net,
        losses=[torch.tensor(1.0)],
        gradients=[filled([1.0, 2.0], 3.0, 4.0)],
        weights=[parameter.detach() for parameter in net.parameters()],
        logits=(torch.ones(2), torch.ones(2)),
        rounded=([filled([1.0, 2.0], 3.0, 4.0)], [filled([1.0, 2.0], 3.0, 4.0)]),
    )
    assert all(value.shape == () for probe in PROBES.values() for value in probe(full).values())


def test_rounding_by_hand():
    net = two_layers()
    exact = [filled([3.0, 4.0], 0.0, 1.0), filled([3.0, 4.0], 0.0, 1.0), filled([0.0, 1.0], 0.0, 0.0)]
    low = [filled([3.0, 0.0], 0.0, 1.0), filled([3.0, 4.0], 0.0, 1.0), filled([0.0, 2.0], 0.0, 0.0)]
    readings = rounding(glimpse(net, rounded=(low, exact)))
    assert_close(readings["first", "rounding_error"], exactly(4 / 5))  # of 4/5, 0 and 1 the median
    assert_close(readings["first", "rounding_cosine"], exactly(1.0))  # of 3/5, 1 and 1
    assert_close(readings["first", "rounded_to_zero"], exactly(0.0))  # of 1/3, 0 and 0: what was zero before is none
    assert_close(rounding(glimpse(net, rounded=(low[:1], exact[:1])))["first", "rounded_to_zero"], exactly(1 / 3))
    assert rounding(glimpse(net)) == {}


def test_of_a_gradient_that_is_gone_rounding_is_undefined_or_all_of_it():
    gone, there = filled([0.0, 0.0], 0.0, 0.0), filled([3.0, 4.0], 2.0, 1.0)
    lost = rounding(glimpse(two_layers(), rounded=([gone], [there])))
    assert_close(lost[WHOLE, "rounding_error"], exactly(1.0))
    assert_close(lost[WHOLE, "rounded_to_zero"], exactly(1.0))
    assert lost[WHOLE, "rounding_cosine"].isnan()
    assert rounding(glimpse(two_layers(), rounded=([there], [gone])))[WHOLE, "rounding_error"].isnan()
