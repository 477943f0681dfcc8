"""Properties of the probes on random networks, among them such as no study of the package has."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import softplus
from torch.testing import assert_close

from aegan import seeding
from aegan.errors import InputError
from aegan.probes.conditioning import compute_jacobians, log_condition_numbers
from aegan.probes.decomposition import decompose_gradient
from aegan.probes.dynamics import Jacobian, compute_field
from aegan.probes.layer_bounds import NoBoundError
from aegan.probes.lipschitz import input_gradient_norms, lipschitz_lower_bound, lipschitz_upper_bound

networks = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("random_networks.py"))))
ROUNDING = 1 + 1e-9

seeds = st.integers(0, 10**6)
shapes = st.sampled_from([(5,), (1, 4, 4), (2, 3, 5)])
known = st.lists(st.sampled_from(sorted(networks.KNOWN)), max_size=5)
any_layers = st.lists(st.sampled_from(sorted(networks.KNOWN) + sorted(networks.UNKNOWN)), max_size=5)


def draw(seed, *shape):
    return torch.randn(shape, generator=seeding.torch_generator(seed, "data"), dtype=torch.float64)


def steepest_differences(net, shape, seed):
    """The largest ‖f(x) − f(y)‖ / ‖x − y‖ over pairs of points, without autograd."""
    x, step = draw(seed, 32, *shape), draw(seed + 1, 32, *shape)
    steps = torch.cat([step, 1e-3 * step])
    with torch.no_grad():
        rise = (net(torch.cat([x, x]) + steps) - net(torch.cat([x, x]))).flatten(1).norm(dim=1)
    return (rise / steps.flatten(1).norm(dim=1)).max()


@settings(max_examples=60)
@given(any_layers, seeds, shapes, st.sampled_from([1, 3]), st.booleans())
def test_an_upper_bound_is_above_every_slope_or_refused(names, seed, shape, outputs, training):
    net = networks.build_network(names, seed, shape, outputs).train(training)
    before = networks.read_state(net)
    if set(names) & set(networks.UNKNOWN):
        with pytest.raises(NoBoundError, match="layer '"):
            lipschitz_upper_bound(net)
        assert networks.read_state(net) == before
        return
    upper = lipschitz_upper_bound(net)
    rng = seeding.torch_generator(seed, "test")
    assert lipschitz_lower_bound(net, draw(seed, 8, *shape), draw(seed + 1, 8, *shape), rng) <= upper * ROUNDING
    assert networks.read_state(net) == before
    if not training:  # where each call would move the power iteration of a spectral norm on
        assert steepest_differences(net, shape, seed) <= upper * ROUNDING
        slopes = torch.linalg.matrix_norm(compute_jacobians(net, draw(seed, 4, *shape)), ord=2)
        assert slopes.max() <= upper * ROUNDING


@pytest.mark.parametrize("name", sorted(networks.UNKNOWN))
@pytest.mark.parametrize("shape", [(3,), (2, 4, 4)])
def test_the_layer_without_a_bound_is_named(name, shape):
    net = networks.build_network(["leaky", name], 0, shape)
    before = networks.read_state(net)
    with pytest.raises(NoBoundError, match=rf"layer '{name}1"):
        lipschitz_upper_bound(net)
    assert networks.read_state(net) == before


@settings(max_examples=30)
@given(any_layers, seeds, shapes, st.sampled_from([1, 4]))
@example(["batch", "dropout"], 0, (5,), 4)
def test_condition_numbers_are_at_least_one_and_jacobians_those_of_autograd(names, seed, shape, outputs):
    net = networks.build_network(names, seed, shape, outputs).eval()
    codes, before = draw(seed, 3, *shape), networks.read_state(net)
    if "random_weight" in names:
        with pytest.raises(InputError, match="random"):
            log_condition_numbers(net, codes)
        return
    found, jacobians = log_condition_numbers(net, codes), compute_jacobians(net, codes)
    flat = log_condition_numbers(lambda code: net(code.unflatten(1, shape)), codes.flatten(1))
    assert networks.read_state(net) == before
    assert found.shape == (3,)
    assert (found >= 0).all()
    assert_close(found, flat, rtol=1e-6, atol=1e-6)
    if "backward_hook" not in names:  # it changes gradients in reverse mode
        twin = torch.stack(
            [torch.autograd.functional.jacobian(lambda x: net(x[None]).flatten(), code) for code in codes]
        )
        assert_close(jacobians, twin.flatten(2), rtol=1e-9, atol=1e-12)


@settings(max_examples=30)
@given(any_layers, any_layers, seeds, st.integers(0, 2**12))
def test_gradients_and_factors_are_those_of_autograd_with_frozen_layers(made, judged, seed, frozen):
    generator = networks.build_network(made, seed, outputs=7).eval()
    judge = networks.build_network(judged, seed + 1, (7,)).eval()
    parameters = list(generator.parameters())
    for bit, parameter in enumerate(parameters[:-1]):
        parameter.requires_grad_(not frozen >> bit & 1)
    judge.requires_grad_(requires_grad=False)
    fake = generator(draw(seed, 4, 5))
    before = networks.read_state(generator, judge)
    with torch.no_grad():
        found = decompose_gradient(lambda logits: softplus(-logits).mean(), judge, fake, parameters)
    assert networks.read_state(generator, judge) == before
    assert [gradient is None for gradient in found.gradients] == [not own.requires_grad for own in parameters]
    trainable = [parameter for parameter in parameters if parameter.requires_grad]
    value = softplus(-judge(generator(draw(seed, 4, 5)))).mean()
    twins = torch.autograd.grad(value, trainable, allow_unused=True)
    for gradient, twin in zip([own for own in found.gradients if own is not None], twins, strict=True):
        expected = torch.zeros_like(gradient) if twin is None else twin
        if "random_weight" not in made + judged:
            assert_close(gradient, expected, rtol=1e-9, atol=1e-12)
    if found.gain.isfinite():
        assert_close(found.slope * found.field * found.gain, found.norm)


@settings(max_examples=20)
@given(known, seeds, st.integers(0, 2**8))
def test_the_field_and_its_jacobian_are_those_of_autograd_with_frozen_layers(names, seed, frozen):
    net, x = networks.build_network(names, seed).eval(), draw(seed, 6, 5)
    parameters = list(net.parameters())
    for bit, parameter in enumerate(parameters[:-1]):
        parameter.requires_grad_(not frozen >> bit & 1)
    before = networks.read_state(net)
    players = [(parameters, lambda: softplus(net(x.clone())).mean())]
    with torch.no_grad():
        field, jacobian = compute_field(players), Jacobian(players)
        rows = jacobian.matrix()
    assert networks.read_state(net) == before
    assert [own.requires_grad for own in jacobian.parameters] == [True] * len(jacobian.parameters)
    trainable = [own for own in parameters if own.requires_grad]
    twin = torch.autograd.grad(players[0][1](), trainable, create_graph=True, materialize_grads=True)
    flat = torch.cat([part.flatten() for part in twin])
    assert_close(field, flat.detach(), rtol=1e-9, atol=1e-12)
    hessian = [
        torch.cat(
            [part.flatten() for part in torch.autograd.grad(one, trainable, retain_graph=True, materialize_grads=True)]
        )
        for one in flat
    ]
    assert_close(rows, torch.stack(hessian), rtol=1e-9, atol=1e-12)


@settings(max_examples=20)
@given(any_layers, seeds, shapes)
def test_weights_that_are_not_numbers_give_nan_and_no_error(names, seed, shape):
    net = networks.build_network(names, seed, shape).eval()
    weight = net[-1].weight if isinstance(net[-1], nn.Linear) else net[-1][-1].weight
    weight.data.fill_(torch.nan)
    data = draw(seed, 3, *shape)
    assert input_gradient_norms(net, data).isnan().all()
    assert lipschitz_lower_bound(net, data, data + 1, seeding.torch_generator(0, "test")).isnan()
    if set(names).isdisjoint(networks.UNKNOWN):
        assert lipschitz_upper_bound(net).isnan()
    if "random_weight" not in names:
        assert log_condition_numbers(net, data).isnan().all()
    for parameter in net.parameters():  # where a single one is not a number, a dead unit may hide it
        parameter.data.fill_(torch.nan)
    shift = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    parts = decompose_gradient(torch.mean, net, data + shift, [shift])
    assert parts.norm.isnan()
    assert parts.field.isnan()
