import pytest
import torch
from torch.nn.functional import one_hot
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.errors import InputError
from aegan.games.roles import gan_game
from aegan.objectives.losses import LOSSES

LABELS = torch.tensor([0, 3, 1, 1, 2, 0])


def rng():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def batch(tiny):
    return Batch(torch.rand(6, *tiny.SHAPE, generator=rng()), LABELS)


def judged(judge, data):
    """ψ(φ(x)) + yᵀVφ(x) by hand."""
    features = judge.features(data)
    one_hots = one_hot(LABELS, 4).float()
    return (features @ judge.logit.weight.T + judge.logit.bias).flatten() + torch.stack(
        [y @ judge.classes.weight @ phi for y, phi in zip(one_hots, features, strict=True)]
    )


def fakes(generator):
    codes = torch.cat([torch.randn(6, 4, generator=rng()), one_hot(LABELS, 4).float()], dim=1)
    return generator(codes)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_by_hand(tiny, batch, loss):
    game, by = tiny.game(tiny.method("projection", loss=loss)), LOSSES[loss]()
    judge, generator = (player.module for player in game.players)
    expected = judged(judge, batch.real), judged(judge, fakes(generator))
    assert_close(game.contest.logits(batch, rng()), expected)
    discriminator, maker = (player.loss(batch, rng()) for player in game.players)
    assert_close(discriminator, by.discriminator(*expected))
    assert_close(maker, by.generator(*expected))


def test_without_v_it_is_the_discriminator_of_the_plain_gan(tiny, batch):
    game, plain = tiny.game(tiny.method("projection")), tiny.game(tiny.method())
    torch.nn.init.zeros_(game.modules["discriminator"].classes.weight)
    judged_with = game.contest.judge(batch.real, batch)
    assert_close(judged_with, plain.contest.judge(batch.real, batch))


@pytest.mark.parametrize(("normalisation", "normed"), [(None, False), ("spectral", True)])
def test_v_is_normalised_as_the_last_layer_is(tiny, normalisation, normed):
    network = {"name": "dense", "width": 8, "depth": 1, "normalisation": normalisation}
    judge = tiny.game(tiny.method("projection", discriminator=network)).modules["discriminator"]
    size = torch.linalg.matrix_norm(judge.classes.weight, ord=2)
    assert (abs(size - 1) < 1e-3) == normed


@pytest.mark.parametrize("role", ["projection", "ac_gan"])
def test_new_data_have_classes_as_often_as_the_rows(tiny, role):
    game = gan_game(tiny.method(role), tiny.SHAPE, 0, None, shares=(0.0, 0.75, 0.0, 0.25))
    caught = []
    game.modules["generator"].register_forward_pre_hook(lambda _module, given: caught.append(given[0]))
    game.generate(4000, rng())
    classes = caught[0][:, 4:]
    assert torch.equal(classes.sum(1), torch.ones(4000))
    assert_close(classes.mean(0), torch.tensor([0.0, 0.75, 0.0, 0.25]), atol=0.03, rtol=0)


@pytest.mark.parametrize("role", ["projection", "ac_gan", "semi_supervised"])
def test_data_without_labels_are_refused_with_what_to_do(tiny, role):
    with pytest.raises(InputError, match=r"the data have no labels\. Give labels, or use another role"):
        gan_game(tiny.method(role), tiny.SHAPE, 0, None)
