from collections import OrderedDict

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.errors import InputError
from aegan.probes.activations import capture_activations
from aegan.probes.quantities import (
    PROBES,
    gradient,
    logits,
    loss,
    rounding,
    saturation,
    select_probes,
    update,
)
from aegan.probes.snapshot import ProbeSnapshot
from aegan.tables import WHOLE_NETWORK


def exactly(value):
    return torch.tensor(value, dtype=torch.float64)


def snapshot(module=None, **parts):
    """A snapshot whose other parts no probe reads."""
    blank = {"losses": [], "gradients": [], "weights": [], "activations": {}, "logits": None}
    return ProbeSnapshot(module or nn.Identity(), **(blank | parts))


def two_layers():
    return nn.Sequential(OrderedDict(first=nn.Linear(2, 1), second=nn.Linear(1, 1, bias=False)))


def filled(*values):
    """Gradients or weights of `two_layers`: first weight, first bias, second weight."""
    first, bias, second = values
    return [torch.tensor([first]), torch.tensor([bias]), torch.tensor([[second]])]


def test_gradient_norms_by_hand_are_medians_over_batches():
    batches = [filled([3.0, 0.0], 4.0, 12.0), filled([0.0, 0.0], 1.0, 0.0), filled([6.0, 0.0], 8.0, 1.0)]
    readings = gradient(snapshot(two_layers(), gradients=batches))
    assert_close(readings["first", "gradient_norm"], exactly(5.0))
    assert_close(readings["second", "gradient_norm"], exactly(1.0))
    assert_close(readings[WHOLE_NETWORK, "gradient_norm"], exactly((6.0**2 + 8.0**2 + 1.0) ** 0.5))


def test_zero_and_nonfinite_fractions_are_means_over_batches():
    nan, inf = float("nan"), float("inf")
    batches = [filled([0.0, 0.0], 1.0, nan), filled([0.0, inf], 1.0, 2.0)]
    readings = gradient(snapshot(two_layers(), gradients=batches))
    assert_close(readings["first", "zero_fraction"], exactly((2 / 3 + 1 / 3) / 2))
    assert_close(readings["first", "nonfinite_fraction"], exactly(1 / 6))
    assert_close(readings["second", "nonfinite_fraction"], exactly(0.5))
    assert_close(readings[WHOLE_NETWORK, "nonfinite_fraction"], exactly((1 / 4 + 1 / 4) / 2))


def test_a_bare_layer_is_its_own_whole():
    readings = gradient(snapshot(nn.Linear(2, 1), gradients=[[torch.tensor([[3.0, 0.0]]), torch.tensor([4.0])]]))
    assert_close(readings[WHOLE_NETWORK, "gradient_norm"], exactly(5.0))
    assert {layer for layer, _ in readings} == {WHOLE_NETWORK}


def test_update_ratio_by_hand():
    net = two_layers()
    with torch.no_grad():
        for parameter, value in zip(net.parameters(), filled([3.0, 0.0], 4.5, 2.0), strict=True):
            parameter.copy_(value)
    readings = update(snapshot(net, weights=filled([3.0, 0.0], 4.0, 1.0)))
    assert_close(readings["first", "update_ratio"], exactly(0.5 / 5))
    assert_close(readings["second", "update_ratio"], exactly(1.0))
    assert_close(readings[WHOLE_NETWORK, "update_ratio"], exactly((0.25 + 1) ** 0.5 / 26**0.5))


def test_loss_is_the_median_over_batches():
    losses = [torch.tensor(value) for value in (5.0, -1.0, 2.0)]
    assert_close(loss(snapshot(losses=losses))[WHOLE_NETWORK, "loss"], exactly(2.0))


def test_logits_by_hand():
    values = torch.tensor([2.0, -1.0, 0.0]), torch.tensor([-3.0, 0.0, 4.0])
    readings = logits(snapshot(logits=values))
    assert_close(readings[WHOLE_NETWORK, "logit_real"], exactly(1 / 3))
    assert_close(readings[WHOLE_NETWORK, "logit_fake"], exactly(1 / 3))
    assert_close(readings[WHOLE_NETWORK, "accuracy"], exactly(3 / 6))
    assert logits(snapshot()) == {}


def saturating_net():
    """Identity layers in front of each kind of activation, so that inputs set the activations by hand."""
    kinds = OrderedDict(relu=nn.ReLU(), tanh=nn.Tanh(), sigmoid=nn.Sigmoid(), leaky=nn.LeakyReLU())
    return nn.ModuleDict(kinds)


def test_saturation_by_hand():
    net = saturating_net()
    inputs = torch.tensor([[-1.0, -2.0, 0.0, 3.0], [-5.0, 1.0, 0.0, 4.0]])
    sharp = torch.tensor([[0.0, 2.0, 3.0, -9.0], [4.5, 4.7, -4.7, 0.0]])
    with capture_activations(net) as activations:
        net["relu"](inputs)
        net["tanh"](sharp)
        net["sigmoid"](sharp)
        net["leaky"](inputs)
    readings = saturation(snapshot(net, activations=activations))
    assert set(readings) == {(name, "saturation") for name in ("relu", "tanh", "sigmoid")}
    assert_close(readings["relu", "saturation"], exactly(2 / 4))  # units 0 and 2 are zero on both inputs
    assert_close(readings["tanh", "saturation"], exactly(5 / 8))  # |x| > artanh 0.99 = 2.65
    assert_close(readings["sigmoid", "saturation"], exactly(3 / 8))  # |x| > 4.585, where σ' = 0.01


def test_a_unit_is_dead_only_if_it_is_zero_in_every_call():
    net = nn.Sequential(OrderedDict(relu=nn.ReLU()))
    with capture_activations(net) as activations:
        net(torch.tensor([[-1.0, -1.0]]))
        net(torch.tensor([[-1.0, 1.0]]))
    assert_close(saturation(snapshot(net, activations=activations))["relu", "saturation"], exactly(0.5))


def test_dead_units_of_feature_maps_are_counted_per_place():
    net = nn.Sequential(OrderedDict(relu=nn.ReLU()))
    maps = -torch.ones(3, 2, 2, 2)
    maps[1, 0, 0, 0] = 1.0
    with capture_activations(net) as activations:
        net(maps)
    assert_close(saturation(snapshot(net, activations=activations))["relu", "saturation"], exactly(7 / 8))


def test_every_reading_is_a_scalar():
    net = two_layers()
    full = snapshot(
        net,
        losses=[torch.tensor(1.0)],
        gradients=[filled([1.0, 2.0], 3.0, 4.0)],
        weights=[parameter.detach() for parameter in net.parameters()],
        logits=(torch.ones(2), torch.ones(2)),
        gradient_pairs=([filled([1.0, 2.0], 3.0, 4.0)], [filled([1.0, 2.0], 3.0, 4.0)]),
    )
    assert all(value.shape == () for probe in PROBES.values() for value in probe(full).values())


def test_rounding_by_hand():
    net = two_layers()
    exact = [filled([3.0, 4.0], 0.0, 1.0), filled([3.0, 4.0], 0.0, 1.0), filled([0.0, 1.0], 0.0, 0.0)]
    low = [filled([3.0, 0.0], 0.0, 1.0), filled([3.0, 4.0], 0.0, 1.0), filled([0.0, 2.0], 0.0, 0.0)]
    readings = rounding(snapshot(net, gradient_pairs=(low, exact)))
    assert_close(readings["first", "rounding_error"], exactly(4 / 5))  # of 4/5, 0 and 1 the median
    assert_close(readings["first", "rounding_cosine"], exactly(1.0))  # of 3/5, 1 and 1
    assert_close(readings["first", "rounded_to_zero"], exactly(0.0))  # of 1/3, 0 and 0: what was zero before is none
    assert_close(
        rounding(snapshot(net, gradient_pairs=(low[:1], exact[:1])))["first", "rounded_to_zero"], exactly(1 / 3)
    )
    assert rounding(snapshot(net)) == {}


def test_of_a_gradient_that_is_gone_rounding_is_undefined_or_all_of_it():
    gone, there = filled([0.0, 0.0], 0.0, 0.0), filled([3.0, 4.0], 2.0, 1.0)
    lost = rounding(snapshot(two_layers(), gradient_pairs=([gone], [there])))
    assert_close(lost[WHOLE_NETWORK, "rounding_error"], exactly(1.0))
    assert_close(lost[WHOLE_NETWORK, "rounded_to_zero"], exactly(1.0))
    assert lost[WHOLE_NETWORK, "rounding_cosine"].isnan()
    assert rounding(snapshot(two_layers(), gradient_pairs=([there], [gone])))[WHOLE_NETWORK, "rounding_error"].isnan()


def test_probes_are_selected_in_the_order_of_the_registry():
    assert select_probes(list(PROBES)) == PROBES
    assert list(select_probes(["loss", "gradient"])) == ["gradient", "loss"]
    with pytest.raises(InputError, match="los"):
        select_probes(["los"])


def test_frozen_parameters_have_no_part_in_the_readings():
    first, _, second = filled([3.0, 4.0], 7.0, 12.0)
    readings = gradient(snapshot(two_layers(), gradients=[[first, None, second]]))
    assert_close(readings["first", "gradient_norm"], exactly(5.0))
    assert_close(readings[WHOLE_NETWORK, "gradient_norm"], exactly(13.0))
    frozen = gradient(snapshot(two_layers(), gradients=[[None, None, torch.tensor([[0.0]])]]))
    assert {layer for layer, _ in frozen} == {"second", WHOLE_NETWORK}
    assert_close(frozen[WHOLE_NETWORK, "zero_fraction"], exactly(1.0))
    pairs = [[[first, None, second]], [[first, None, second]]]
    assert_close(rounding(snapshot(two_layers(), gradient_pairs=pairs))["first", "rounding_error"], exactly(0.0))


def test_complex_and_sparse_gradients_have_norms():
    net = nn.Sequential(OrderedDict(table=nn.Embedding(2, 2)))
    dense = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    for own in (dense.to_sparse(), dense.to(torch.complex64) * 1j):
        readings = gradient(snapshot(net, gradients=[[own]]))
        assert_close(readings["table", "gradient_norm"], exactly(5.0))
        assert_close(readings["table", "zero_fraction"], exactly(0.5))


def test_a_layer_at_several_places_is_saturated_over_all_of_them():
    net = nn.Sequential(OrderedDict(relu=nn.ReLU(), unused=nn.Tanh()))
    with capture_activations(net) as activations:
        net.relu(torch.tensor([[-1.0, 1.0]]))
        net.relu(torch.tensor([[-1.0, 2.0]]))
        net.relu(-torch.ones(2, 3, 2))
    readings = saturation(snapshot(net, activations=activations))
    assert set(readings) == {("relu", "saturation")}
    assert_close(readings["relu", "saturation"], exactly((2 + 12) / (4 + 12)))


def test_what_is_not_a_number_has_no_fraction():
    net = saturating_net()
    broken = torch.tensor([[-1.0, torch.nan]])
    with capture_activations(net) as activations:
        for name in ("relu", "tanh", "sigmoid"):
            net[name](broken)
    assert all(value.isnan() for value in saturation(snapshot(net, activations=activations)).values())
    readings = logits(snapshot(logits=(broken, torch.ones(1, 2))))
    assert readings[WHOLE_NETWORK, "accuracy"].isnan()
    assert readings[WHOLE_NETWORK, "logit_real"].isnan()
    assert_close(readings[WHOLE_NETWORK, "logit_fake"], exactly(1.0))


def test_snapshots_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match=r"losses: have shapes \[\(2,\)\]"):
        loss(snapshot(losses=[torch.ones(2)]))
    with pytest.raises(InputError, match="losses"):
        loss(snapshot())
    with pytest.raises(InputError, match="weights: 1 tensors do not fit 3 parameters"):
        update(snapshot(two_layers(), weights=[torch.ones(1, 2)]))
    with pytest.raises(InputError, match="weights: 0 tensors do not fit 0 parameters"):
        update(snapshot())
    with pytest.raises(InputError, match="gradients: there are none"):
        gradient(snapshot())
