import pytest
import torch
from torch import nn

from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.packing import make_packed_discriminator


def of_shape(name):
    return lambda shape: DISCRIMINATORS[name](shape, 1)


class Seen(nn.Module):
    """Notes what it is asked to judge."""

    def forward(self, x):
        self.data = x
        return x.flatten(1).sum(1, keepdim=True)


@pytest.mark.parametrize(("name", "shape"), [("dense", (5,)), ("dense", (3, 8, 8)), ("conv", (3, 8, 8))])
@pytest.mark.parametrize("together", [1, 2, 4])
def test_there_is_one_logit_to_a_pack(name, shape, together):
    discriminator = make_packed_discriminator(of_shape(name), shape, together)
    assert discriminator(torch.rand(8, *shape)).shape == (8 // together, 1)


@pytest.mark.parametrize("shape", [(5,), (3, 8, 8)])
def test_a_pack_is_neighbours_side_by_side(shape):
    asked, seen, data = [], Seen(), torch.rand(6, *shape)

    def make(of):
        asked.append(of)
        return seen

    make_packed_discriminator(make, shape, 3)(data)
    assert asked == [(3 * shape[0], *shape[1:])]
    assert torch.equal(seen.data, torch.stack([torch.cat(list(data[:3])), torch.cat(list(data[3:]))]))


def test_a_pack_of_one_is_the_plain_discriminator():
    plain = Seen()
    assert make_packed_discriminator(lambda _shape: plain, (3, 8, 8), 1) is plain


def test_a_torn_pack_is_no_pack():
    with pytest.raises(RuntimeError):
        make_packed_discriminator(of_shape("dense"), (5,), 2)(torch.rand(7, 5))
