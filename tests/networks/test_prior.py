import torch
from torch.testing import assert_close

from aegan.networks.prior import Mixture

N = 200_000


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def three():
    """Three components in two dimensions, one of them correlated."""
    scales = torch.stack([torch.eye(2) * 0.5, torch.tensor([[1.0, 0.0], [0.6, 0.8]]), torch.eye(2) * 0.1])
    return Mixture(torch.tensor([0.2, 0.3, 0.5]), torch.tensor([[0.0, 5.0], [4.0, 0.0], [-3.0, -3.0]]), scales)


def moments(mixture):
    """Mean and covariance of a mixture: the law of total variance."""
    weights, means = mixture.weights, mixture.means
    covariances = mixture.scales @ mixture.scales.mT
    mean = weights @ means
    between = torch.einsum("k,ki,kj->ij", weights, means - mean, means - mean)
    return mean, torch.einsum("k,kij->ij", weights, covariances) + between


def test_draws_of_a_mixture_have_its_moments():
    mixture = three()
    draws, (mean, covariance) = mixture.draw(N, rng()), moments(mixture)
    assert_close(draws.mean(0), mean, rtol=0, atol=0.04)
    assert_close(draws.T.cov(), covariance, rtol=0.02, atol=0.05)


def test_each_component_has_its_own_covariance():
    mixture = three()
    mixture.means *= 10  # far apart, so that the nearest mean tells the component
    draws = mixture.draw(N, rng())
    nearest = torch.cdist(draws, mixture.means).argmin(1)
    for component, scale in enumerate(mixture.scales):
        assert_close(draws[nearest == component].T.cov(), scale @ scale.T, rtol=0, atol=0.03)


def test_components_are_drawn_in_their_proportions():
    nearest = torch.cdist(three().draw(N, rng()), three().means).argmin(1)
    assert_close(nearest.bincount() / N, torch.tensor([0.2, 0.3, 0.5]), rtol=0, atol=0.01)


def test_draws_of_a_single_gaussian_have_its_moments():
    scale = torch.tensor([[2.0, 0.0], [-1.0, 0.5]])
    draws = Mixture(torch.ones(1), torch.tensor([[1.0, -2.0]]), scale[None]).draw(N, rng())
    assert_close(draws.mean(0), torch.tensor([1.0, -2.0]), rtol=0, atol=0.03)
    assert_close(draws.T.cov(), torch.tensor([[4.0, -2.0], [-2.0, 1.25]]), rtol=0, atol=0.05)


def test_the_standard_prior_is_plain_noise():
    assert_close(Mixture.standard_normal(3).draw(5, rng()), torch.randn(5, 3, generator=rng()))


def test_draws_follow_their_generator_alone():
    before = torch.get_rng_state()
    assert torch.equal(three().draw(9, rng()), three().draw(9, rng()))
    assert not torch.equal(three().draw(9, rng()), three().draw(9, rng(1)))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_prior_is_buffers_that_nobody_trains():
    assert list(three().parameters()) == []
    assert set(three().state_dict()) == {"weights", "means", "scales"}
