import pytest
import torch
from torch.testing import assert_close

from aegan.errors import InputError
from aegan.games.assembly import make_gan_game
from aegan.objectives.losses import LOSSES
from aegan.objectives.mixing import measure_gradient
from aegan.probes.schedules import SCHEDULES
from aegan.training.cohort import train
from aegan.training.probing import Probing


def rng():
    return torch.Generator().manual_seed(0)


def article(tiny, weight, trained, **changes):
    role = {"name": "reconstruction", "weight": weight} if isinstance(weight, int | float) else weight
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


def test_the_weight_is_one_unless_it_is_given(tiny, batch):
    trained = tiny.trained()
    default, one = (
        gradients(article(tiny, role, trained), "generator", batch) for role in ({"name": "reconstruction"}, 1.0)
    )
    assert all(map(torch.equal, default, one))


@pytest.mark.parametrize("share", [0.1, 0.5])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_anchor_has_its_share_of_the_gradient_in_the_last_layer(tiny, batch, share, loss):
    trained = tiny.trained()
    anchored = article(tiny, {"name": "reconstruction", "share": share}, trained, loss=loss)
    terms = anchored.get_player("generator").loss.compute(batch, rng())
    last = list(trained.autoencoder.decoder.dense2.parameters())
    norms = {name: measure_gradient(term, last).item() for name, term in terms.items()}
    assert_close(norms["anchor"] / sum(norms.values()), share, rtol=1e-3, atol=0)
    # its direction is that of the mean squared error, and the adversarial part is as without it
    error = (trained.autoencoder(batch.real) - batch.real).square().mean()
    anchor = torch.autograd.grad(error, list(trained.autoencoder.decoder.parameters()))
    adversarial = gradients(article(tiny, 0, trained, loss=loss), "generator", batch)
    together = gradients(anchored, "generator", batch)
    factors = torch.cat([((t - a) / e)[e.abs() > 1e-4] for t, a, e in zip(together, adversarial, anchor, strict=True)])
    assert_close(factors, factors.median().expand_as(factors), rtol=1e-2, atol=0)


def test_a_weight_and_a_share_exclude_each_other(tiny):
    with pytest.raises(InputError, match=r"both a weight and a share.*Remove one"):
        article(tiny, {"name": "reconstruction", "weight": 1.0, "share": 0.5}, tiny.trained())


@pytest.mark.parametrize("augmentations", [[], [{"name": "instance_noise"}]])
@pytest.mark.parametrize("loss", ["minimax", "relativistic"])
def test_a_move_of_the_generator_draws_its_fakes_once(tiny, batch, loss, augmentations):
    trained, calls = tiny.trained(), []
    game = article(tiny, 1.0, trained, loss=loss, augmentations=augmentations)
    trained.autoencoder.decoder.register_forward_hook(lambda *_: calls.append(1))
    game.get_player("generator").loss(batch, rng())
    assert len(calls) == 1


def test_augmentations_are_for_the_discriminator_alone(tiny, batch):
    trained = tiny.trained()
    game = article(tiny, 1.0, trained, augmentations=[{"name": "instance_noise"}])
    terms = game.get_player("generator").loss.compute(batch, rng())
    assert_close(terms["anchor"], (trained.autoencoder(batch.real) - batch.real).square().mean())
    judged = game.modules["discriminator"](game.discriminator_task.fake(batch, rng())).flatten()
    assert_close(terms["adversarial"], LOSSES["minimax"]().generator(judged, judged))


@pytest.mark.parametrize(
    ("role", "expected"), [({}, None), ({"share": 0.5}, 0.5), ({"weight": 0}, 0.0), ({"weight": 1e6}, 1.0)]
)
def test_the_anchors_share_is_recorded(tiny, role, expected):
    member, _ = tiny.member_factory(tiny.method({"name": "reconstruction", **role}))(0)
    train(member, 3, [Probing(SCHEDULES["evenly"](4, points=2), 3)])
    table = member.history.to_frame().query("network == 'generator'")
    found = table[table["quantity"] == "anchor_share"]
    if expected == 0:
        assert found.empty
        return
    assert set(found["layer"]) == {"dense2"}
    others = table[table["quantity"] == "adversarial_share"]["value"]
    assert_close((found["value"].to_numpy() + others.to_numpy()).tolist(), [1.0] * len(found))
    if expected:
        assert_close(found["value"].tolist(), [expected] * len(found), rtol=1e-2, atol=0)
