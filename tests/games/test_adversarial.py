from itertools import permutations

import pytest
import torch
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.games.game import moving
from aegan.games.roles import ROLES, gan_game
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.registry import build


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
    for measured, by_hand in zip(game.contest.logits(batch, rng()), (real, fake), strict=True):
        assert_close(measured, by_hand)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("role", ["none", "bigan", "mdgan", "veegan", "alpha_gan", "wae_gan"])
def test_real_data_are_judged_in_a_makers_move_only_where_its_loss_compares_with_them(tiny, batch, role, loss):
    game, judged = tiny.game(tiny.method(role, loss=loss)), []
    game.modules["discriminator"].register_forward_hook(lambda *_: judged.append(1))
    kinds = 2 if role in {"mdgan", "alpha_gan"} else 1  # of fakes: reconstructions are some, too
    game.player("generator").loss(batch, rng())
    assert len(judged) == (2 * kinds if loss == "relativistic" else kinds)


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
    real, fake = game.contest.logits(batch, rng())
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


def reach(loss, module):
    """Size of a loss's gradient in a module's parameters, 0 where it does not depend on them."""
    parts = torch.autograd.grad(loss, list(module.parameters()), allow_unused=True, retain_graph=True)
    return sum(part.abs().sum().item() for part in parts if part is not None)


@pytest.mark.parametrize("role", ROLES)
def test_only_movers_require_gradients(tiny, role):
    game = tiny.game(tiny.method(role))
    for player in game.players:
        moving(game, player.module)
        required = {
            id(weight) for module in game.modules.values() for weight in module.parameters() if weight.requires_grad
        }
        assert required == {id(weight) for weight in player.module.parameters()}
    moving(game)
    assert not any(weight.requires_grad for module in game.modules.values() for weight in module.parameters())


@pytest.mark.parametrize("role", ROLES)
def test_a_movers_loss_keeps_no_graph_of_the_others(tiny, role):
    game = tiny.game(tiny.method(role, penalty={"name": "r1_r2"}))
    data = codes_or_images(tiny, game)
    judge, generator = game.player("discriminator"), game.player("generator")
    moving(game, judge.module)
    assert reach(judge.loss(data, rng()), judge.module) > 0
    with pytest.raises(RuntimeError, match="not require grad"):
        torch.autograd.grad(judge.loss(data, rng()), list(generator.module.parameters()))


#: (role, player, other): the loss does not depend on the other's parameters, in BEGAN not as long as k is 0
APART = {
    ("aae", "autoencoder", "discriminator"),
    ("began", "discriminator", "generator"),
    ("mdgan", "discriminator", "encoder"),
    ("veegan", "encoder", "discriminator"),
    *(("alpha_gan", *two) for two in permutations(("discriminator", "code_discriminator"))),
    *(("alpha_gan", *two) for two in permutations(("generator", "code_discriminator"))),
    ("alpha_gan", "encoder", "discriminator"),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("penalty", [None, {"name": "r2"}, {"name": "gp"}])
def test_both_losses_are_differentiable_in_both_players(tiny, role, penalty):
    game = tiny.game(tiny.method(role, loss="relativistic", penalty=penalty))
    moving(game, *(player.module for player in game.players))
    data = codes_or_images(tiny, game)
    for player in game.players:
        loss = player.loss(data, rng())
        for other in game.players:
            assert (reach(loss, other.module) > 0) == ((role, player.name, other.name) not in APART)


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("role", ["none", "bigan"])
def test_a_penalty_alone_is_differentiable_in_what_made_the_data_it_looks_at(tiny, role, penalty):
    curved = {"name": "dense", "width": 8, "depth": 1, "activation": "tanh"}  # the slopes of flat pieces are constant
    game = tiny.game(tiny.method(role, discriminator=curved))
    moving(game, *(player.module for player in game.players))
    data = codes_or_images(tiny, game)
    real, fake = game.contest.real(data, rng()), game.contest.fake(data, rng())
    value = build(PENALTIES, {"name": penalty})(game.contest.judging(data), real, fake, rng())
    assert (reach(value, game.modules["generator"]) > 0) == (penalty not in {"r1", "dragan", "consistency"})
    if role == "bigan":
        assert (reach(value, game.modules["encoder"]) > 0) == (penalty != "r2")


def codes_or_images(tiny, game):
    """A batch of what a game is played on."""
    labels = torch.tensor([0, 1, 2, 3, 0, -1 if game.labelled < 1 else 1])
    return Batch(torch.rand(6, *((4,) if game.played_on == "codes" else tiny.SHAPE), generator=rng()), labels)


def test_a_variational_encoders_mean_is_what_the_article_decodes(tiny, batch):
    chosen = tiny.entry("vae")
    trained = tiny.trained(chosen=chosen)
    reconstructed = article(tiny, 1.0, trained).reconstruct(batch.real)
    mean, _ = trained.autoencoder.encoder(batch.real).chunk(2, dim=1)
    assert_close(reconstructed, trained.autoencoder.decoder(mean))
