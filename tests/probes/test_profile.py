import numpy as np
import torch
from torch import nn
from torch.testing import assert_close

from aegan.probes.profile import decades_per_layer, depth_ratio


def test_a_geometric_profile_has_the_exponent_as_its_slope():
    norms = 10.0 ** (-0.3 * torch.arange(12, dtype=torch.float64))  # largest at the input
    assert_close(decades_per_layer(norms), torch.tensor(0.3).double(), rtol=1e-6, atol=0)
    assert_close(depth_ratio(norms), torch.tensor(3.3).double(), rtol=1e-6, atol=0)
    assert_close(decades_per_layer(norms.flip(0)), -decades_per_layer(norms))
    assert_close(depth_ratio(norms.flip(0)), -depth_ratio(norms))


def test_the_slope_is_that_of_a_least_squares_fit_row_by_row():
    rows = torch.rand(4, 3, 7, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    expected = [-np.polyfit(range(7), np.log10(row), 1)[0] for row in rows.reshape(-1, 7).numpy()]
    assert_close(decades_per_layer(rows).flatten(), torch.tensor(expected), rtol=1e-10, atol=1e-12)
    assert_close(depth_ratio(rows), (rows[..., 0] / rows[..., -1]).log10())


def test_the_norms_are_only_seen_relative_to_each_other():
    norms = torch.tensor([3.0, 1.0, 2.0, 5.0]).double()
    assert_close(decades_per_layer(1e-30 * norms), decades_per_layer(norms), rtol=1e-10, atol=0)


def test_zeros_and_single_layers_are_told_as_they_are():
    assert decades_per_layer(torch.tensor([0.0, 1.0, 2.0])) == -torch.inf  # vanishes on its way back
    assert depth_ratio(torch.tensor([0.0, 1.0])) == -torch.inf
    assert decades_per_layer(torch.tensor([1.0, 0.0, 1.0])).isnan()
    assert decades_per_layer(torch.tensor([2.0])).isnan()
    assert depth_ratio(torch.tensor([2.0])) == 0


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
        assert_close(decades_per_layer(norms), torch.tensor(gain).double().log10(), rtol=1e-6, atol=0)
