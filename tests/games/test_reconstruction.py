import pytest
import torch
from torch.testing import assert_close

from aegan.games.assembly import make_gan_game
from aegan.objectives.losses import LOSSES


def rng():
    return torch.Generator().manual_seed(0)


def article(tiny, weight, trained, **changes):
    role = {"name": "reconstruction", "weight": weight}
    return make_gan_game(tiny.method(role, **changes), tiny.SHAPE, 0, trained)


def gradients(game, name, batch):
    (player,) = [player for player in game.players if player.name == name]
    return torch.autograd.grad(player.loss(batch, rng()), list(player.module.parameters()))


def test_the_articles_fakes_are_reconstructions(tiny, batch):
    trained = tiny.trained()
    game = article(tiny, 1.0, trained)
    by_hand = trained.autoencoder.decoder(trained.autoencoder.encoder(batch.real))
    assert torch.equal(game.reconstruct(batch.real), by_hand)
    judge = game.players[0].module
    real, fake = game.discriminator_task.compute_logit_pair(batch, rng())
    assert torch.equal(real, judge(batch.real).flatten())
    assert torch.equal(fake, judge(by_hand).flatten())
    assert game.players[1].module is trained.autoencoder.decoder


def test_without_weight_the_articles_generator_has_the_adversarial_gradient_alone(tiny, batch):
    trained = tiny.trained()
    game = article(tiny, 0, trained)
    fakes = trained.autoencoder(batch.real)
    adversarial = LOSSES["minimax"]().generator(torch.zeros(6), game.players[0].module(fakes).flatten())
    by_hand = torch.autograd.grad(adversarial, list(trained.autoencoder.decoder.parameters()))
    for measured, expected in zip(gradients(game, "generator", batch), by_hand, strict=True):
        assert_close(measured, expected)


@pytest.mark.parametrize("weight", [0.5, 20.0])
def test_weight_adds_that_much_of_the_mean_squared_error(tiny, batch, weight):
    trained = tiny.trained()
    error = (trained.autoencoder(batch.real) - batch.real).square().mean()
    anchor = torch.autograd.grad(error, list(trained.autoencoder.decoder.parameters()))
    adversarial = gradients(article(tiny, 0, trained), "generator", batch)
    together = gradients(article(tiny, weight, trained), "generator", batch)
    for whole, alone, extra in zip(together, adversarial, anchor, strict=True):
        assert_close(whole, alone + weight * extra)


def test_weight_does_not_touch_the_discriminator(tiny, batch):
    trained = tiny.trained()
    without, with_anchor = (gradients(article(tiny, weight, trained), "discriminator", batch) for weight in (0, 5.0))
    assert all(map(torch.equal, without, with_anchor))


def test_a_variational_encoders_mean_is_what_the_article_decodes(tiny, batch):
    chosen = tiny.entry("vae")
    trained = tiny.trained(autoencoder_config=chosen)
    reconstructed = article(tiny, 1.0, trained).reconstruct(batch.real)
    mean, _ = trained.autoencoder.encoder(batch.real).chunk(2, dim=1)
    assert_close(reconstructed, trained.autoencoder.decoder(mean))
