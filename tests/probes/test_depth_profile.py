import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch import nn

from aegan.errors import InputError
from aegan.probes.depth_profile import decades_per_layer, depth_ratio


def test_a_geometric_profile_has_the_exponent_as_its_slope():
    norms = 10.0 ** (-0.3 * np.arange(12))  # largest at the input
    assert_allclose(decades_per_layer(norms), 0.3, rtol=1e-10)
    assert_allclose(depth_ratio(norms), 3.3, rtol=1e-10)
    assert_allclose(decades_per_layer(norms[::-1]), -decades_per_layer(norms))
    assert_allclose(depth_ratio(norms[::-1]), -depth_ratio(norms))


def test_the_slope_is_that_of_a_least_squares_fit_row_by_row():
    rows = np.random.default_rng(0).random((4, 3, 7))
    expected = [-np.polyfit(range(7), np.log10(row), 1)[0] for row in rows.reshape(-1, 7)]
    assert_allclose(decades_per_layer(rows).ravel(), expected, rtol=1e-10, atol=1e-12)
    assert_allclose(depth_ratio(rows), np.log10(rows[..., 0] / rows[..., -1]))
    assert_allclose(decades_per_layer(torch.from_numpy(rows)), decades_per_layer(rows), rtol=0)


def test_the_norms_are_only_seen_relative_to_each_other():
    norms = np.array([3.0, 1.0, 2.0, 5.0])
    assert_allclose(decades_per_layer(1e-30 * norms), decades_per_layer(norms), rtol=1e-10)


def test_zeros_and_single_layers_are_told_as_they_are():
    assert decades_per_layer([0.0, 1.0, 2.0]) == -np.inf  # vanishes on its way back
    assert depth_ratio([0.0, 1.0]) == -np.inf
    assert np.isnan(decades_per_layer([1.0, 0.0, 1.0]))
    assert np.isnan(decades_per_layer([2.0]))
    assert depth_ratio([2.0]) == 0


def test_a_chain_of_equal_gains_grows_or_shrinks_by_that_gain():
    """y = wᴸx without biases or activations: ∂y/∂h_l = w^(L−l)."""
    for gain in (0.1, 10.0):
        chain = nn.Sequential(*[nn.Linear(1, 1, bias=False) for _ in range(5)]).double()
        outputs, x = [], torch.ones(1, 1).double().requires_grad_()
        for layer in chain:
            layer.weight.data.fill_(gain)
            outputs.append(x)
            x = layer(x)
        at = torch.autograd.grad(x, outputs)
        norms = torch.cat([gradient.abs().flatten() for gradient in at])
        assert_allclose(decades_per_layer(norms), np.log10(gain), rtol=1e-10)


@pytest.mark.parametrize("measure", [decades_per_layer, depth_ratio])
def test_tensors_with_a_graph_are_read_and_profiles_that_cannot_be_are_refused(measure):
    norms = torch.tensor([4.0, 2.0, 1.0], requires_grad=True)
    assert_allclose(measure(norms), measure([4.0, 2.0, 1.0]))
    assert np.isnan(measure([1.0, np.nan, np.nan]))
    for shape in [(), (3, 0)]:
        with pytest.raises(InputError, match=r"norms: have shape \("):
            measure(np.ones(shape))
    with pytest.raises(InputError, match="norms: the least is -1"):
        measure([1.0, -1.0])
