from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations
from torch.testing import assert_close

from aegan import seeding
from aegan.errors import InputError
from aegan.probes.layer_bounds import NoBoundError
from aegan.probes.lipschitz import (
    input_gradient_norms,
    layer_gradient_bounds,
    lipschitz_lower_bound,
    lipschitz_upper_bound,
)


def rng(seed=0):
    return seeding.torch_generator(seed, "test")


def filled(module, seed=0, scale=1.0):
    """The module in float64 with Gaussian weights of its own."""
    source = rng(seed)
    module = module.double()
    for parameter in module.parameters():
        parameter.data = scale * torch.randn(parameter.shape, generator=source, dtype=torch.float64)
    return module


def dense():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(32, 9), nn.LeakyReLU(0.2), nn.Sequential(nn.Linear(9, 7), nn.Tanh()), nn.Linear(7, 1)
    )


def conv():
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1),
        nn.LeakyReLU(1.5),
        nn.Conv2d(4, 3, 3, stride=2, padding=1),
        nn.Sigmoid(),
        nn.ConvTranspose2d(3, 2, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32, 1),
    )


def images(seed, count=16):
    return torch.randn(count, 2, 4, 4, generator=rng(seed), dtype=torch.float64)


def operator(module, shape):
    """The matrix of a map's linear part."""
    J = torch.autograd.functional.jacobian(lambda x: module(x[None])[0], torch.zeros(shape, dtype=torch.float64))
    return J.reshape(-1, torch.zeros(shape).numel())


@pytest.mark.parametrize("build", [dense, conv])
def test_slopes_are_those_of_plain_autograd_one_by_one(build):
    judge, data = filled(build()), images(1)
    found = input_gradient_norms(lambda x: judge(x).squeeze(1), data)
    for row, slope in zip(data, found, strict=True):
        x = row[None].clone().requires_grad_()
        judge(x).sum().backward()
        assert_close(slope, x.grad.norm(), rtol=1e-10, atol=0)


def test_slopes_work_where_gradients_are_switched_off():
    judge = filled(nn.Linear(3, 1))
    with torch.no_grad():
        found = input_gradient_norms(judge, torch.zeros(5, 3).double())
    assert_close(found, judge.weight.detach().norm().expand(5))


def test_small_float32_slopes_do_not_underflow():
    weights = torch.full((3,), 1e-30)
    assert_close(
        input_gradient_norms(lambda x: x @ weights, torch.ones(1, 3)), weights.double().norm()[None], rtol=1e-6, atol=0
    )


@pytest.mark.parametrize("build", [dense, conv])
@pytest.mark.parametrize("seed", range(5))
def test_the_lower_bound_is_below_the_upper(build, seed):
    judge = filled(build(), seed, scale=0.7)
    assert 0 < lipschitz_lower_bound(judge, images(seed), images(seed + 100), rng()) <= lipschitz_upper_bound(judge)


def test_a_linear_judge_meets_its_bounds():
    judge = filled(nn.Sequential(nn.Flatten(), nn.Linear(32, 1, bias=False)))
    expected = judge[1].weight.detach().norm()
    assert_close(lipschitz_upper_bound(judge), expected, rtol=1e-12, atol=0)
    assert_close(lipschitz_lower_bound(judge, images(0), images(1), rng()), expected, rtol=1e-12, atol=0)


def test_the_lower_bound_looks_between_real_and_fake():
    steep_in_the_middle = lambda x: torch.sigmoid(100 * x).sum(1)  # noqa: E731
    real, fake = torch.full((500, 1), -1.0).double(), torch.full((500, 1), 1.0).double()
    found = lipschitz_lower_bound(steep_in_the_middle, real, fake, rng())
    assert found > 1e6 * input_gradient_norms(steep_in_the_middle, torch.cat([real, fake])).max()
    assert_close(found, torch.tensor(25.0).double(), rtol=0.1, atol=0)
    assert_close(found, lipschitz_lower_bound(steep_in_the_middle, real, fake, rng()), rtol=0, atol=0)


CONVOLUTIONS = [
    partial(nn.Conv2d, 2, 3, 3, padding=1),
    partial(nn.Conv2d, 2, 3, 1),
    partial(nn.Conv2d, 3, 2, (2, 3), stride=2, padding=(0, 1)),
    partial(nn.Conv2d, 2, 2, 3, padding=2, dilation=2),
    partial(nn.Conv2d, 1, 4, 5, padding="same"),
    partial(nn.ConvTranspose2d, 3, 2, 4, stride=2, padding=1),
    partial(nn.ConvTranspose2d, 2, 3, 3, stride=2, padding=1, output_padding=1),
    partial(nn.ConvTranspose2d, 2, 3, (3, 2)),
]


@pytest.mark.parametrize("build", CONVOLUTIONS)
@pytest.mark.parametrize("seed", range(3))
def test_a_convolution_has_at_most_its_bound(build, seed):
    layer = filled(build(), seed)
    exact = torch.linalg.matrix_norm(operator(layer, (layer.in_channels, 7, 6)), ord=2)
    assert exact <= lipschitz_upper_bound(layer) * (1 + 1e-12) <= 3 * exact


def test_the_bound_is_the_least_of_four_unfoldings_and_exact_for_a_pointwise_kernel():
    pointwise = filled(nn.Conv2d(3, 4, 1))
    exact = torch.linalg.matrix_norm(pointwise.weight[:, :, 0, 0].detach(), ord=2)
    assert_close(lipschitz_upper_bound(pointwise), exact, rtol=1e-12, atol=0)
    kernel = filled(nn.Conv2d(2, 3, 3)).weight.detach()
    by_hand = [
        kernel.reshape(3, 18),
        kernel.movedim(1, 3).reshape(27, 2),
        kernel.movedim(2, 1).reshape(9, 6),
        kernel.movedim(3, 1).reshape(9, 6),
    ]
    least = min(torch.linalg.svdvals(unfolding)[0] for unfolding in by_hand)
    assert_close(lipschitz_upper_bound(filled(nn.Conv2d(2, 3, 3))), 3 * least, rtol=1e-12, atol=0)


def test_a_box_filter_gets_close_to_its_bound_on_a_large_image():
    box = nn.Conv2d(1, 1, 3, padding=1).double()
    box.weight.data.fill_(1.0)
    assert_close(lipschitz_upper_bound(box), torch.tensor(9.0).double(), rtol=1e-12, atol=0)
    assert torch.linalg.matrix_norm(operator(box, (1, 24, 24)), ord=2) > 8.7


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (nn.ReLU(), 1.0),
        (nn.LeakyReLU(0.2), 1.0),
        (nn.LeakyReLU(-3.0), 3.0),
        (nn.Tanh(), 1.0),
        (nn.Sigmoid(), 0.25),
        (nn.Identity(), 1.0),
        (nn.Flatten(), 1.0),
        (nn.Unflatten(1, (2, 2)), 1.0),
        (nn.Sequential(), 1.0),
    ],
)
def test_bounds_of_layers_without_weights(layer, expected):
    assert_close(lipschitz_upper_bound(layer), torch.tensor(expected).double())


def test_a_layer_that_occurs_twice_counts_twice():
    twice = filled(nn.Linear(3, 3))
    sigma = torch.linalg.matrix_norm(twice.weight.detach(), ord=2)
    assert_close(lipschitz_upper_bound(nn.Sequential(twice, twice)), sigma**2, rtol=1e-12, atol=0)


def test_spectral_normalisation_has_bound_one():
    layer = parametrizations.spectral_norm(filled(nn.Linear(6, 5)), n_power_iterations=200)
    layer(torch.zeros(1, 6).double())
    assert_close(lipschitz_upper_bound(layer), torch.ones((), dtype=torch.float64), rtol=1e-6, atol=0)


class Crop(nn.Module):
    lipschitz = 1.0

    def forward(self, x):
        return x[..., :2, :2]


class Doubling(nn.Linear):
    def forward(self, x):
        return 2 * super().forward(x)


def test_a_module_may_say_its_own_bound():
    layer = filled(nn.Conv2d(2, 3, 3))
    assert_close(lipschitz_upper_bound(nn.Sequential(layer, Crop())), lipschitz_upper_bound(layer))


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (nn.BatchNorm1d(3), "BatchNorm1d"),
        (Doubling(3, 3), "Doubling"),
        (nn.Conv2d(2, 2, 1, groups=2), "groups=2"),
        (nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect"), "reflect"),
        (torch.nn.utils.spectral_norm(nn.Linear(3, 3)), "Linear"),
    ],
)
def test_a_layer_without_a_known_bound_is_refused_by_name(layer, name):
    with pytest.raises(NoBoundError, match=rf"'block\.1'.*{name}"):
        lipschitz_upper_bound(named(layer))


def named(layer):
    net = nn.Sequential()
    net.add_module("block", nn.Sequential(nn.ReLU(), layer))
    return net


ACTIVATIONS = [nn.ReLU, nn.Tanh, partial(nn.LeakyReLU, 0.2)]


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    seed=st.integers(0, 10**6),
    activation=st.sampled_from(ACTIVATIONS),
    scale=st.sampled_from([0.1, 1.0, 4.0]),
)
def test_no_gradient_exceeds_the_bound_of_spectral_normalisation(sizes, seed, activation, scale):
    layers = []
    for inputs, outputs in zip(sizes, [*sizes[1:], 1], strict=True):
        layers += [nn.Linear(inputs, outputs, bias=False), activation()]
    net = filled(nn.Sequential(*layers[:-1]), seed, scale)
    x = torch.randn(sizes[0], generator=rng(seed + 1), dtype=torch.float64)
    weights = list(net.parameters())
    norms = torch.stack([gradient.norm() for gradient in torch.autograd.grad(net(x).sum(), weights)])
    assert (norms <= layer_gradient_bounds(weights, x.norm()) * (1 + 1e-12)).all()


def test_the_gradient_bound_by_hand_and_where_it_is_met():
    weights = [torch.tensor([[2.0]]), torch.tensor([[-3.0]]), torch.tensor([[5.0]])]
    assert_close(layer_gradient_bounds(weights, 7.0), torch.tensor([105.0, 70.0, 42.0]).double())
    w = [weight.double().requires_grad_() for weight in weights]
    value = w[2] @ w[1] @ w[0] * 7  # a chain of linear maps of one unit meets it
    for gradient, bound in zip(torch.autograd.grad(value.sum(), w), layer_gradient_bounds(w, 7.0), strict=True):
        assert_close(gradient.abs().squeeze(), bound, rtol=1e-12, atol=0)


def test_the_gradient_bound_of_a_layer_does_not_need_its_own_weight():
    weights = [torch.zeros(2, 2), torch.eye(2)]
    assert_close(layer_gradient_bounds(weights, torch.tensor(3.0).double()), torch.tensor([3.0, 0.0]).double())


def test_the_gradient_bounds_of_many_networks_are_those_of_each_alone():
    weights = [torch.tensor([[[2.0]], [[torch.nan]], [[1.0]]]), torch.tensor([[[-3.0]], [[5.0]], [[4.0]]])]
    expected = torch.tensor([[21.0, 14.0], [10.0, torch.nan], [12.0, 3.0]]).double()
    assert_close(layer_gradient_bounds(weights, torch.tensor([7.0, 2.0, 3.0])), expected, equal_nan=True)
    assert_close(layer_gradient_bounds(weights, 2.0)[2], torch.tensor([8.0, 2.0]).double())
    with pytest.raises(InputError, match="x_norm: is tensor"):
        layer_gradient_bounds(weights, torch.tensor([1.0, -1.0, 1.0]))
    with pytest.raises(InputError, match="weights: have shapes"):
        layer_gradient_bounds([weights[0], weights[1][:2]], 1.0)


def test_hooks_cannot_make_a_bound_too_small():
    """The case of a user: a bound of 0.5 for a network whose slope was 49.5."""
    net = nn.Sequential(nn.Linear(1, 1)).double()
    net[0].weight.data.fill_(0.5)
    assert_close(lipschitz_upper_bound(net), torch.tensor(0.5).double())
    net[0].register_forward_hook(lambda _layer, _input, output: 99 * output)
    data = torch.ones(4, 1).double()
    assert_close(lipschitz_lower_bound(net, data, data, rng()), torch.tensor(49.5).double())
    with pytest.raises(NoBoundError, match=r"layer '0', Linear.*forward hooks"):
        lipschitz_upper_bound(net)


def test_the_slope_of_many_logits_is_below_the_bound_of_all_of_them():
    """x ↦ (x, x, x, x) has the norm 2, and the sum of its outputs the slope 4."""
    net = nn.Linear(1, 4, bias=False).double()
    net.weight.data.fill_(1.0)
    data = torch.ones(4, 1).double()
    assert_close(input_gradient_norms(net, data), torch.full((4,), 4.0).double())
    assert_close(lipschitz_lower_bound(net, data, data, rng()), torch.tensor(2.0).double())
    assert_close(lipschitz_upper_bound(net), torch.tensor(2.0).double())
    patches = filled(nn.Sequential(nn.Conv2d(2, 1, 3, padding=1)))
    assert lipschitz_lower_bound(patches, images(0), images(1), rng()) <= lipschitz_upper_bound(patches)


@pytest.mark.parametrize("caller", [torch.no_grad, torch.inference_mode])
def test_slopes_do_not_depend_on_the_caller(caller):
    judge = filled(dense())
    expected = input_gradient_norms(judge, images(1))
    with caller():
        data = images(1)
        assert_close(input_gradient_norms(judge, data), expected, rtol=0, atol=0)
        lower, upper = lipschitz_lower_bound(judge, data, images(2), rng()), lipschitz_upper_bound(judge)
    assert 0 < lower <= upper
    assert_close(input_gradient_norms(judge, data), expected, rtol=0, atol=0)


def test_frozen_networks_have_slopes():
    judge = filled(dense())
    expected = input_gradient_norms(judge, images(1))
    assert_close(input_gradient_norms(judge.requires_grad_(requires_grad=False), images(1)), expected, rtol=0, atol=0)


def test_a_first_layer_that_works_in_place_leaves_the_data_alone():
    judge = nn.Sequential(nn.LeakyReLU(0.5, inplace=True), nn.Flatten(), filled(nn.Linear(32, 1)))
    data = images(1)
    weights = judge[2].weight.detach() * torch.where(data.flatten(1) > 0, 1.0, 0.5)
    assert_close(input_gradient_norms(judge, data), weights.norm(dim=1))
    assert torch.equal(data, images(1))


def test_only_the_samples_whose_logits_are_nan_have_no_slope():
    data = torch.tensor([[1.0], [torch.nan], [2.0], [3.0]]).double()
    assert input_gradient_norms(lambda x: 2 * x.squeeze(1), data).isnan().tolist() == [False, True, False, False]
    packed = lambda x: x.reshape(2, 2).relu().sum(1)  # noqa: E731
    assert input_gradient_norms(packed, data).isnan().tolist() == [True, True, False, False]


def test_weights_that_are_not_numbers_give_nan():
    judge = filled(dense())
    judge[1].weight.data[0, 0] = torch.nan
    assert lipschitz_upper_bound(judge).isnan()
    bounds = layer_gradient_bounds([torch.tensor([[torch.nan]]), torch.ones(1, 1)], 2.0)
    assert bounds[0] == 2
    assert bounds[1].isnan()


def test_arguments_are_checked_at_the_door():
    judge, data = filled(dense()), images(0)
    with pytest.raises(InputError, match="its logits do not depend on the data"):
        input_gradient_norms(lambda x: judge(x.detach()), data)
    with pytest.raises(InputError, match="without a graph"):
        input_gradient_norms(lambda x: judge(x).detach(), data)
    with pytest.raises(InputError, match=r"data: has type torch\.uint8"):
        input_gradient_norms(judge, data.byte())
    with pytest.raises(InputError, match=r"data: is torch.float32 .*torch.float64"):
        input_gradient_norms(judge, data.float())
    with pytest.raises(InputError, match=r"fake: is .*real is"):
        lipschitz_lower_bound(judge, data, data[:1], rng())  # would be broadcast
    with pytest.raises(InputError, match="module: is a function"):
        lipschitz_upper_bound(lambda x: x)
    for weights in ([], [torch.ones(2, 3), torch.ones(1, 3)], [torch.ones(1, 1, 3, 3)]):
        with pytest.raises(InputError, match="weights: have shapes"):
            layer_gradient_bounds(weights, 1.0)
    with pytest.raises(InputError, match="x_norm: is -1"):
        layer_gradient_bounds([torch.ones(1, 1)], -1.0)
