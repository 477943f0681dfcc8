import pytest
import torch
from torch.testing import assert_close

from aegan.games.game import Batch
from aegan.games.roles import gan_game
from aegan.objectives.losses import LOSSES


def rng():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def batch(tiny):
    return Batch(torch.rand(6, *tiny.SHAPE, generator=rng()))


def article(tiny, weight, trained, **changes):
    role = {"name": "reconstruction", "weight": weight}
    return gan_game(tiny.method(role, **changes), tiny.SHAPE, 0, trained)


def gradients(game, name, batch):
    (player,) = [player for player in game.players if player.name == name]
    return torch.autograd.grad(player.loss(batch, rng()), list(player.module.parameters()))


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_of_the_plain_gan_by_hand(tiny, batch, loss):
    game = tiny.game(tiny.method(loss=loss))
    judge, generator = game.players
    fakes = generator.module(torch.randn(6, 4, generator=rng()))
    real, fake = judge.module(batch.real).flatten(), judge.module(fakes).flatten()
    assert_close(judge.loss(batch, rng()), LOSSES[loss]().discriminator(real, fake))
    assert_close(generator.loss(batch, rng()), LOSSES[loss]().generator(real, fake))
    for measured, by_hand in zip(game.logits(batch, rng()), (real, fake), strict=True):
        assert_close(measured, by_hand)


def test_a_penalty_is_added_to_the_discriminators_loss_alone(tiny, batch):
    plain, penalised = (tiny.game(tiny.method(**change)) for change in ({}, {"penalty": {"name": "r1", "gamma": 4.0}}))
    real = batch.real.clone().requires_grad_()
    (slope,) = torch.autograd.grad(plain.players[0].module(real).sum(), real)
    penalty = 4.0 / 2 * slope.square().sum((1, 2, 3)).mean()
    difference = penalised.players[0].loss(batch, rng()) - plain.players[0].loss(batch, rng())
    assert_close(difference, penalty, rtol=1e-4, atol=1e-6)
    assert_close(penalised.players[1].loss(batch, rng()), plain.players[1].loss(batch, rng()))


def test_the_articles_fakes_are_reconstructions(tiny, batch):
    trained = tiny.trained()
    game = article(tiny, 1.0, trained)
    by_hand = trained.autoencoder.decoder(trained.autoencoder.encoder(batch.real))
    assert torch.equal(game.reconstruct(batch.real), by_hand)
    judge = game.players[0].module
    real, fake = game.logits(batch, rng())
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


def test_players_losses_reach_no_one_elses_parameters(tiny, batch):
    for role in ("none", "reconstruction", "warm_start"):
        judge, generator = tiny.game(tiny.method(role)).players
        with pytest.raises(RuntimeError, match="not have been used"):
            torch.autograd.grad(judge.loss(batch, rng()), list(generator.module.parameters()))


def test_a_variational_encoders_mean_is_what_the_article_decodes(tiny, batch):
    chosen = tiny.entry("vae")
    trained = tiny.trained(chosen=chosen)
    reconstructed = article(tiny, 1.0, trained).reconstruct(batch.real)
    mean, _ = trained.autoencoder.encoder(batch.real).chunk(2, dim=1)
    assert_close(reconstructed, trained.autoencoder.decoder(mean))
