"""Which layers have a bound, and which are refused whatever their class says."""

import math

import pytest
import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook
from torch.nn.utils import parametrizations, parametrize
from torch.testing import assert_close

from aegan.errors import InputError
from aegan.probes.layer_bounds import BOUNDS, NoBoundError, bound_layer, refuse_changed, spectral_norm
from aegan.probes.lipschitz import lipschitz_upper_bound


def linear(value=2.0):
    layer = nn.Linear(1, 1)
    nn.init.constant_(layer.weight, value)
    return layer


def test_every_bound_is_that_of_an_exact_type():
    for kind in BOUNDS:
        derived = type(f"My{kind.__name__}", (kind,), {"forward": lambda self, x: 99 * x})
        arguments = {nn.Linear: (1, 1), nn.Conv2d: (1, 1, 1), nn.ConvTranspose2d: (1, 1, 1), nn.Unflatten: (1, (1, 1))}
        layer = derived(*arguments.get(kind, ()))
        with pytest.raises(NoBoundError, match=rf"layer 'a\.b', My{kind.__name__}.*type My{kind.__name__} is not"):
            bound_layer("a.b", layer)


HOOKS = {
    "forward hooks": lambda layer: layer.register_forward_hook(lambda _layer, _input, output: 99 * output),
    "forward pre hooks": lambda layer: layer.register_forward_pre_hook(lambda _layer, given: (99 * given[0],)),
    "backward hooks": lambda layer: layer.register_full_backward_hook(lambda _layer, gradient, _output: gradient),
    "backward pre hooks": lambda layer: layer.register_full_backward_pre_hook(lambda _layer, gradient: gradient),
}


@pytest.mark.parametrize("kind", HOOKS)
def test_a_layer_with_a_hook_is_refused_until_it_is_removed(kind):
    net = nn.Sequential(nn.Sequential(linear()))
    hook = HOOKS[kind](net[0][0])
    with pytest.raises(NoBoundError, match=rf"layer '0\.0', Linear.*it has {kind}"):
        lipschitz_upper_bound(net)
    hook.remove()
    assert_close(lipschitz_upper_bound(net), torch.tensor(2.0).double())


def test_global_hooks_are_refused():
    hook = register_module_forward_hook(lambda _layer, _input, output: 99 * output)
    try:
        with pytest.raises(NoBoundError, match="global forward hooks"):
            lipschitz_upper_bound(linear())
    finally:
        hook.remove()
    assert_close(lipschitz_upper_bound(linear()), torch.tensor(2.0).double())


@pytest.mark.parametrize(("layer", "method"), [(linear(), "forward"), (nn.Conv2d(1, 1, 1), "_conv_forward")])
def test_a_method_replaced_on_the_layer_is_refused(layer, method):
    setattr(layer, method, lambda *_: 99)
    with pytest.raises(NoBoundError, match=f"own attribute '{method}' replaces the method"):
        bound_layer("layer", layer)


def test_a_sequential_with_other_order_or_none_is_refused():
    class Backwards(nn.Sequential):
        def __iter__(self):
            return reversed(list(self._modules.values()))

    with pytest.raises(NoBoundError, match="Backwards"):
        lipschitz_upper_bound(Backwards(linear()))
    with pytest.raises(NoBoundError, match="layer '1', Module"):
        lipschitz_upper_bound(nn.Sequential(linear(), None))
    net = nn.Sequential(linear())
    net.register_forward_hook(lambda *_: None)
    with pytest.raises(NoBoundError, match="forward hooks"):
        refuse_changed("net", net)


class Scaled(nn.Module):
    def __init__(self, noise):
        super().__init__()
        self.noise = noise

    def forward(self, weight):
        return 3 * weight + (torch.rand(()) if self.noise else 0)


def test_a_parametrised_weight_counts_as_the_layer_uses_it():
    layer = linear()
    parametrize.register_parametrization(layer, "weight", Scaled(noise=False))
    assert_close(bound_layer("layer", layer), torch.tensor(6.0).double())
    noisy = linear()
    parametrize.register_parametrization(noisy, "weight", Scaled(noise=True))
    with pytest.raises(NoBoundError, match="weight differs from call to call"):
        bound_layer("layer", noisy)
    layer.parametrizations.weight[0].register_forward_hook(lambda _layer, _input, output: output)
    with pytest.raises(NoBoundError, match=r"layer 'layer\.parametrizations\.weight\.0'.*forward hooks"):
        bound_layer("layer", layer)


def test_a_class_that_claims_to_be_parametrised_is_refused():
    class Parametrised(nn.Linear):
        def forward(self, x):
            return 99 * super().forward(x)

    with pytest.raises(NoBoundError, match="type ParametrizedParametrised is not"):
        bound_layer("layer", parametrizations.weight_norm(Parametrised(1, 1)))


def test_the_bound_of_a_spectral_norm_in_training_is_that_of_its_next_forward_pass():
    torch.manual_seed(0)
    layer = parametrizations.spectral_norm(nn.Conv2d(2, 3, 3)).double()
    bound = lipschitz_upper_bound(layer)
    plain = nn.Conv2d(2, 3, 3).double()
    plain.weight.data = layer.weight.detach()
    assert_close(bound, lipschitz_upper_bound(plain), rtol=1e-14, atol=0)


@pytest.mark.parametrize("kind", [torch.complex64, torch.int8])
def test_weights_that_are_not_real_are_refused(kind):
    layer = linear()
    layer.weight = nn.Parameter(torch.ones(1, 1, dtype=kind), requires_grad=False)
    with pytest.raises(NoBoundError, match=str(kind)):
        bound_layer("layer", layer)


class Stating(nn.Module):
    lipschitz = 0.5

    def forward(self, x):
        return x / 2


def test_a_stated_bound_counts_for_the_forward_pass_that_it_was_stated_for():
    class Steeper(Stating):
        def forward(self, x):
            return 99 * x

    class Named(Stating):
        pass

    assert bound_layer("layer", Named()) == 0.5
    with pytest.raises(NoBoundError, match="type Steeper is not"):
        bound_layer("layer", Steeper())
    own = Steeper()
    own.lipschitz = torch.tensor(99.0)
    assert bound_layer("layer", own) == 99
    changed = Stating()
    changed.register_forward_hook(lambda _layer, _input, output: output)
    with pytest.raises(NoBoundError, match="forward hooks"):
        bound_layer("layer", changed)


@pytest.mark.parametrize("value", [-1.0, math.nan, torch.ones(2), "1", None])
def test_a_statement_that_is_no_bound_is_refused(value):
    layer = nn.Module()
    layer.lipschitz = value
    with pytest.raises(InputError, match="layer 'layer': its attribute lipschitz is"):
        bound_layer("layer", layer)


def test_spectral_norms_of_matrices_that_are_not_finite_are_nan():
    assert_close(spectral_norm(torch.tensor([[3.0, 0.0], [0.0, -4.0]])), torch.tensor(4.0).double())
    for value in (math.nan, math.inf):
        assert spectral_norm(torch.tensor([[1.0, value]])).isnan()
    assert bound_layer("layer", nn.LeakyReLU(math.nan)) != bound_layer("layer", nn.LeakyReLU(0.2))
