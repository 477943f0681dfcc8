import torch
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.networks.autoencoders import dense


def rng():
    return torch.Generator().manual_seed(0)


def make_player(**options):
    """The player of a linear autoencoder (heads 2, code 2) of points whose encoder gives N(m, 1) with m = (0, 1)."""
    from aegan.games.free_bits import free_bits

    autoencoder = dense((3,), 2, code=2, depth=0)
    with torch.no_grad():
        for parameter in autoencoder.parameters():
            parameter.zero_()
        autoencoder.encoder.dense1.bias.copy_(torch.tensor([0.0, 1.0, 0.0, 0.0]))
    (player,) = free_bits(autoencoder, **options).players
    return player


def test_free_bits_by_hand():
    batch = Batch(torch.tensor([[1.0, 2.0, 0.0], [0.0, 0.0, 1.0]]))
    error = (5.0 + 1.0) / 2 / (2 * 0.5)  # the decoder gives zeros
    assert_close(make_player(nats=0.3, variance=0.5).loss(batch, rng()), torch.tensor(error + 0.3 + 0.5))
    assert_close(make_player(nats=0.0, variance=0.5).loss(batch, rng()), torch.tensor(error + 0.0 + 0.5))


def test_a_divergence_within_the_bound_has_no_gradient():
    player = make_player(nats=0.3)
    loss = player.loss(Batch(torch.zeros(4, 3)), rng())
    (gradient,) = torch.autograd.grad(loss, player.module.encoder.dense1.bias)
    assert_close(gradient, torch.tensor([0.0, 1.0, 0.0, 0.0]))
