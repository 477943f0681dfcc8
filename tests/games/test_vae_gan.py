import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.games.vae_gan import drop_last_layer
from aegan.objectives.losses import LOSSES

ARCHITECTURE = {"name": "dense", "code": 4, "width": 8, "depth": 1}


def rng():
    return torch.Generator().manual_seed(0)


def vae_gan(tiny, weight=1.0, **changes):
    return tiny.game(tiny.method({"name": "vae_gan", "architecture": ARCHITECTURE, "weight": weight}, **changes))


def encoded(game, batch):
    """Means and log-variances, each (6, 4)."""
    return game.modules["encoder"](batch.real).split(4, dim=1)


def rebuilt(game, batch, draws):
    mean, log_variance = encoded(game, batch)
    return game.modules["generator"](mean + log_variance.exp().sqrt() * torch.randn(6, 4, generator=draws))


def drawn(game, draws):
    return game.modules["generator"](torch.randn(6, 4, generator=draws))


def feature_error(game, batch, reconstruction):
    flat, dense, activation, _last = game.modules["discriminator"]
    ours, theirs = (activation(dense(flat(data))) for data in (batch.real, reconstruction))
    return (ours - theirs).square().sum() / (2 * 6)


def logits(game, data):
    return game.modules["discriminator"](data).flatten()


def test_the_encoders_loss_by_hand(tiny, batch):
    game = vae_gan(tiny)
    mean, log_variance = encoded(game, batch)
    divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum() / (2 * 6)
    error = feature_error(game, batch, rebuilt(game, batch, rng()))
    assert_close(game.get_player("encoder").loss(batch, rng()), divergence + error)


@pytest.mark.parametrize("weight", [0.0, 3.0])
@pytest.mark.parametrize("loss", LOSSES)
def test_adversarial_losses_are_means_over_reconstructions_and_new_images(tiny, batch, loss, weight):
    game, draws = vae_gan(tiny, weight, loss=loss), rng()
    real = logits(game, batch.real)
    fakes = [logits(game, drawn(game, draws)), logits(game, rebuilt(game, batch, draws))]
    error = feature_error(game, batch, rebuilt(game, batch, draws))
    judged, fooled = ([side(real, fake) for fake in fakes] for side in LOSSES[loss]()[:2])
    assert_close(game.get_player("discriminator").loss(batch, rng()), sum(judged) / 2)
    assert_close(game.get_player("generator").loss(batch, rng()), sum(fooled) / 2 + weight * error)


def test_the_discriminator_task_is_that_of_new_images(tiny, batch):
    game = vae_gan(tiny)
    assert torch.equal(game.discriminator_task.real(batch, rng()), batch.real)
    assert_close(game.discriminator_task.fake(batch, rng()), drawn(game, rng()))
    assert_close(game.generate(6, rng()), drawn(game, rng()))


def test_a_penalty_on_real_images_counts_once(tiny, batch):
    plain, penalised = vae_gan(tiny), vae_gan(tiny, penalty={"name": "r1", "gamma": 4.0})
    real = batch.real.clone().requires_grad_()
    (slope,) = torch.autograd.grad(logits(plain, real).sum(), real)
    difference = penalised.players[0].loss(batch, rng()) - plain.players[0].loss(batch, rng())
    assert_close(difference, 4.0 / 2 * slope.square().sum() / 6, rtol=1e-4, atol=1e-6)


def test_reconstructions_come_from_the_mean_code(tiny, batch):
    game = vae_gan(tiny)
    mean, _ = encoded(game, batch)
    assert_close(game.reconstruct(batch.real), game.modules["generator"](mean))


def test_images_are_compared_before_the_last_layer(tiny, batch):
    game = vae_gan(tiny)
    encoder, judge = game.get_player("encoder"), game.modules["discriminator"]
    before = encoder.loss(batch, rng())
    with torch.no_grad():
        judge[-1].weight.mul_(7)
    assert_close(encoder.loss(batch, rng()), before)
    with torch.no_grad():
        judge[1].weight.mul_(7)
    assert encoder.loss(batch, rng()) > before


def test_packs_are_compared_as_packs(tiny, batch):
    game = vae_gan(tiny, packing=2)
    judge = game.modules["discriminator"]
    dense, last = judge.packed[1], judge.packed[-1]
    assert (dense.in_features, last.out_features) == (2 * 64, 1)
    reconstruction = rebuilt(game, batch, rng())
    packs = [dense(data.reshape(3, 2 * 64)) for data in (batch.real, reconstruction)]
    ours, theirs = (nn.functional.leaky_relu(pack, 0.2) for pack in packs)
    mean, log_variance = encoded(game, batch)
    divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum() / (2 * 6)
    by_hand = divergence + (ours - theirs).square().sum() / (2 * 3)
    assert_close(game.get_player("encoder").loss(batch, rng()), by_hand)


def test_the_last_layer_of_a_chain_of_chains_is_left_out():
    first, second, third = nn.Linear(2, 3), nn.Linear(3, 4), nn.Linear(4, 1)
    data = torch.rand(5, 2, generator=rng())
    kept = drop_last_layer(nn.Sequential(first, nn.Sequential(second, nn.Sequential(third))))
    assert_close(kept(data), second(first(data)))
    assert {id(weight) for weight in kept.parameters()} == {
        id(weight) for layer in (first, second) for weight in layer.parameters()
    }


@pytest.mark.parametrize("loss", LOSSES)
def test_the_decoder_makes_both_kinds_of_fakes_look_real(tiny, batch, loss):
    game = vae_gan(tiny, 0.0, loss=loss)
    generator = game.get_player("generator")
    parameters = list(generator.module.parameters())

    def looks():
        return torch.stack([logits(game, data).mean() for data in (drawn(game, rng()), rebuilt(game, batch, rng()))])

    before = looks()
    slopes = torch.autograd.grad(generator.loss(batch, rng()), parameters)
    with torch.no_grad():
        for weight, slope in zip(parameters, slopes, strict=True):
            weight.sub_(1e-2 * slope)
    assert (looks() > before).all()
