"""Random networks: gradients against plain autograd, normalised layers, the activations of the theorem."""

import numpy as np
import pytest
import torch
from torch import nn

from aegan.probes.lipschitz import layer_gradient_bounds
from aegan.reproductions.random_networks import (
    ACTIVATIONS,
    compute_bounds,
    compute_gradient_norms,
    compute_spectral_norms,
    draw_networks,
    normalise_layers,
)

LAYERS = {"relu": nn.ReLU(), "leaky_relu": nn.LeakyReLU(), "tanh": nn.Tanh()}


def drawn(count=5, deepest=4, widest=6, seed=0):
    return draw_networks(count, deepest, widest, np.random.default_rng(seed), torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("seed", range(4))
def test_gradients_and_bounds_are_those_of_each_network_alone(seed):
    networks = drawn(seed=seed)
    norms, allowed = compute_gradient_norms(networks), compute_bounds(networks, compute_spectral_norms(networks))
    for case in range(len(networks.x)):
        weights = [weight[case].detach() for weight in networks.weights]
        layers = [nn.utils.skip_init(nn.Linear, *weight.T.shape, bias=False, dtype=weight.dtype) for weight in weights]
        for layer, weight in zip(layers, weights, strict=True):
            layer.weight.data = weight
        hidden = [part for layer in layers[:-1] for part in (layer, LAYERS[networks.activation])]
        nn.Sequential(*hidden, layers[-1])(networks.x[case]).backward()
        torch.testing.assert_close(norms[case], torch.stack([layer.weight.grad.norm() for layer in layers]))
        torch.testing.assert_close(allowed[case], layer_gradient_bounds(weights, networks.x[case].norm()))


def test_normalised_layers_have_norm_one_and_the_bound_of_the_input():
    networks = drawn()
    tame = normalise_layers(networks, compute_spectral_norms(networks))
    for weight in tame.weights:
        torch.testing.assert_close(torch.linalg.matrix_norm(weight, ord=2), torch.ones(5).double())
    torch.testing.assert_close(
        compute_bounds(tame, compute_spectral_norms(tame)),
        tame.x.norm(dim=1, keepdim=True).expand(-1, len(tame.weights)),
    )


def test_activations_are_those_the_theorem_is_about():
    x = torch.linspace(-5, 5, 201, dtype=torch.float64)
    for activation in ACTIVATIONS.values():
        values = activation(x)
        assert (values.abs() <= x.abs() + 1e-15).all()
        assert (values.diff().abs() <= x.diff().abs() + 1e-15).all()
