import math

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Normal, kl_divergence
from torch.testing import assert_close

from aegan.objectives.reconstruction import gaussian_divergence, mean_squared_error, sum_squared_error

ONES, HALVES = torch.ones(2, 1, 2, 2), torch.full((2, 1, 2, 2), 0.5)


def test_mean_squared_error_is_the_mean_over_every_number():
    assert_close(mean_squared_error(ONES, HALVES), torch.tensor(0.25))
    one_off = torch.zeros(2, 3)
    one_off[0, 1] = 3.0
    assert_close(mean_squared_error(one_off, torch.zeros(2, 3)), torch.tensor(9 / 6))


def test_squared_error_is_summed_per_image_and_averaged_over_images():
    assert_close(sum_squared_error(ONES, HALVES), torch.tensor(4 * 0.25))
    assert_close(sum_squared_error(ONES[:1], HALVES[:1]), torch.tensor(4 * 0.25))


def test_divergence_is_zero_at_the_prior():
    assert_close(gaussian_divergence(torch.zeros(3, 4), torch.zeros(3, 4)), torch.tensor(0.0), rtol=0, atol=0)


def test_divergence_by_hand():
    mean, log_variance = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, math.log(4.0)]])
    by_hand = 0.5 * (1 + 0) + 0.5 * (4 - 1 - math.log(4.0))
    assert_close(gaussian_divergence(mean, log_variance), torch.tensor(by_hand))


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=1, max_size=8))
def test_divergence_agrees_with_torch_distributions(units):
    mean, log_variance = torch.tensor(units, dtype=torch.float64).T.unsqueeze(1)
    posterior = Normal(mean, (log_variance / 2).exp())
    oracle = kl_divergence(posterior, Normal(torch.zeros_like(mean), 1.0)).sum(1).mean()
    assert_close(gaussian_divergence(mean, log_variance), oracle)


def test_gradients_agree_with_finite_differences():
    rng = torch.Generator().manual_seed(0)
    a, b = (torch.randn(3, 4, generator=rng, dtype=torch.float64).requires_grad_() for _ in range(2))
    for term in (mean_squared_error, sum_squared_error, gaussian_divergence):
        assert torch.autograd.gradcheck(term, (a, b))
