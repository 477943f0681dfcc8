import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.minibatch_averaging import AppendBatchMean, make_averaging_discriminator
from aegan.networks.packing import make_packed_discriminator


@pytest.mark.parametrize("shape", [(5,), (3, 8, 8)])
def test_each_sample_stands_beside_the_mean_of_its_batch(shape):
    data = torch.rand(6, *shape)
    seen = AppendBatchMean()(data)
    assert_close(seen[:, : shape[0]], data)
    assert_close(seen[:, shape[0] :], (sum(data) / 6).expand(6, *shape))


@pytest.mark.parametrize(("name", "shape"), [("dense", (5,)), ("dense", (3, 8, 8)), ("conv", (3, 8, 8))])
@pytest.mark.parametrize("pack", [1, 2])
def test_a_discriminator_of_any_kind_judges_samples_and_packs(name, shape, pack):
    def make(shape):
        return make_packed_discriminator(lambda of: DISCRIMINATORS[name](of, 1), shape, pack)

    discriminator = make_averaging_discriminator(make, shape)
    assert discriminator(torch.rand(8, *shape)).shape == (8 // pack, 1)
    assert isinstance(discriminator[-1], nn.Sequential if pack > 1 else nn.Linear), "roles split off the last layer"


def test_a_linear_discriminator_has_the_logits_and_slopes_of_its_two_halves():
    """D(x) = wᵀx + vᵀx̄, so a sample moves its own logit by w + v/N and each other by v/N."""
    linear = nn.Linear(6, 1, bias=False)
    own, of_mean = linear.weight[0].split(3)
    judge, data = make_averaging_discriminator(lambda _shape: linear, (3,)), torch.rand(4, 3, requires_grad=True)
    logits = judge(data).flatten()
    assert_close(logits, data @ own + data.mean(0) @ of_mean)
    (slope,) = torch.autograd.grad(logits[0], data)
    assert_close(slope, torch.stack([own + of_mean / 4, *[of_mean / 4] * 3]))


def test_a_collapsed_batch_differs_in_its_mean_from_data_whose_samples_it_copies():
    judge = make_averaging_discriminator(lambda _shape: nn.Linear(2, 1, bias=False), (1,))
    data = torch.tensor([[-1.0], [1.0]])
    collapsed = data[[1, 1]]
    assert judge(data)[1] != judge(collapsed)[1], "the same sample in another batch"
