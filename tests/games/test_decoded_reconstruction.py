import torch
from torch.testing import assert_close

from aegan.games.assembly import make_gan_game
from aegan.games.game import enable_gradients


def rng():
    return torch.Generator().manual_seed(0)


def test_a_frozen_decoder_passes_the_gradient_on(tiny, batch):
    trained = tiny.trained()
    game = make_gan_game(tiny.method("decoded_reconstruction", loss="minimax"), tiny.SHAPE, 0, trained)
    generator = game.get_player("generator")
    parameters = list(generator.module.parameters())
    fakes = trained.autoencoder.decoder(generator.module(torch.randn(6, 4, generator=rng())))
    value = torch.log(1 - torch.sigmoid(game.modules["discriminator"](fakes))).mean()
    by_hand = torch.autograd.grad(value, parameters)
    enable_gradients(game, generator.module)
    for measured, expected in zip(torch.autograd.grad(generator.loss(batch, rng()), parameters), by_hand, strict=True):
        assert measured.abs().max() > 0
        assert_close(measured, expected, rtol=1e-4, atol=1e-8)


def test_real_data_are_reconstructions(tiny, batch):
    trained = tiny.trained()
    game = make_gan_game(tiny.method("decoded_reconstruction"), tiny.SHAPE, 0, trained)
    expected = trained.autoencoder.decoder(trained.autoencoder.encoder(batch.real))
    assert_close(game.discriminator_task.real(batch, rng()), expected)
    assert game.modules["autoencoder"] is trained.autoencoder
    moved = {id(weight) for weight in game.get_player("generator").module.parameters()}
    assert not moved & {id(weight) for weight in trained.autoencoder.parameters()}
