import torch
from torch.nn.functional import softplus
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.training.round import play_round


def rng():
    return torch.Generator().manual_seed(0)


def test_both_networks_start_from_the_autoencoder(tiny):
    game, (autoencoder, prior) = tiny.game(tiny.method("bagan")), tiny.trained()
    images = torch.rand(5, *tiny.SHAPE, generator=rng())
    assert torch.equal(game.modules["discriminator"].encoder(images), autoencoder.encoder(images))
    codes = prior.draw(5, rng())
    assert torch.equal(game.modules["generator"](codes), autoencoder.decoder(codes))
    assert torch.equal(game.generate(5, rng()), autoencoder.decoder(codes))


def test_the_objectives_are_those_of_the_plain_gan(tiny):
    game, batch = tiny.game(tiny.method("bagan")), Batch(torch.rand(6, *tiny.SHAPE, generator=rng()))
    discriminator, fake = game.modules["discriminator"], game.generate(6, rng())
    by_hand = softplus(-discriminator(batch.real)).mean() + softplus(discriminator(fake)).mean()
    assert_close(game.get_player("discriminator").loss(batch, rng()), by_hand)
    assert_close(game.get_player("generator").loss(batch, rng()), -softplus(discriminator(fake)).mean())


def test_encoder_and_decoder_move_and_the_prior_does_not(tiny):
    game = tiny.game(tiny.method("bagan"))
    before = tiny.weights(game)
    play_round(tiny.member(game))
    moved = {key for key, value in tiny.weights(game).items() if not torch.equal(value, before[key])}
    assert moved == {key for key in before if not key.startswith("prior")}
