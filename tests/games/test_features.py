import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.games.assembly import make_autoencoder, make_gan_game
from aegan.games.components import TrainedAutoencoder
from aegan.games.features import compute_levels
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.networks.prior import Mixture
from aegan.objectives.input_gradients import compute_input_gradients
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.training.cohort import train

DEEP = {"name": "dense", "code": 4, "width": 8, "depth": 3}
#: shape of each level on 8 × 8 images
LEVELS = {
    "article": ({"name": "article", "code": 4}, [(4,)]),
    "dense": (DEEP, [(8,)] * 3),
    "flat": ({"name": "dense", "code": 4, "depth": 0}, [(4,)]),
    "conv": ({"name": "conv", "code": 4, "channels": 2}, [(2, 8, 8), (4, 4, 4)]),
    "residual": ({"name": "residual", "code": 4, "channels": 2}, [(2, 8, 8), (4, 4, 4), (4, 4, 4)]),
}


def rng():
    return torch.Generator().manual_seed(0)


def playing(tiny, architecture=DEEP, **changes):
    autoencoder = make_autoencoder(tiny.entry(architecture=architecture), tiny.SHAPE, 0)
    trained = TrainedAutoencoder(autoencoder, Mixture.standard_normal(4))
    return make_gan_game(tiny.method("features", **changes), tiny.SHAPE, 0, trained)


@pytest.mark.parametrize("kind", LEVELS)
def test_every_level_of_every_autoencoder_has_a_judge_of_its_own(tiny, batch, kind):
    architecture, shapes = LEVELS[kind]
    game = playing(tiny, architecture)
    seen = compute_levels(game.modules["encoder"], batch.real)
    assert [tuple(level.shape[1:]) for level in seen] == shapes
    assert len(game.modules["discriminator"]) == len(shapes)
    by_hand = [head(level) for head, level in zip(game.modules["discriminator"], seen, strict=True)]
    real, fake = game.discriminator_task.compute_logit_pair(batch, rng())
    assert_close(real, torch.stack([logits.flatten() for logits in by_hand], dim=1))
    assert real.shape == fake.shape == (6, len(shapes))


def test_every_autoencoder_is_looked_into():
    assert set(AUTOENCODERS) <= set(LEVELS)


def test_levels_by_hand():
    chain = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1))
    data = torch.randn(5, 2, generator=rng())
    first = torch.tanh(chain[0](data))
    assert_close(compute_levels(chain, data), [first, torch.relu(chain[2](first))])
    assert_close(compute_levels(chain[:1], data), [chain[0](data)])


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_are_means_over_the_levels(tiny, batch, loss):
    game, by = playing(tiny, loss=loss), LOSSES[loss]()
    real, fake = game.discriminator_task.compute_logit_pair(batch, rng())
    pairs = list(zip(real.T, fake.T, strict=True))
    discriminator, generator = (player.loss(batch, rng()) for player in game.players)
    assert_close(discriminator, sum(by.discriminator(*pair) for pair in pairs) / 3)
    assert_close(generator, sum(by.generator(*pair) for pair in pairs) / 3)


def test_penalties_look_at_the_slope_of_the_levels_together(tiny, batch):
    game = playing(tiny)
    judge = game.discriminator_task.bind_batch(batch)
    images = batch.real.clone().requires_grad_()
    (slope,) = torch.autograd.grad(judge(images).sum(), images)
    assert_close(compute_input_gradients(judge, batch.real), slope.flatten(1))
    expected = slope.square().sum((1, 2, 3)).mean() / 2
    assert_close(PENALTIES["r1"]()(judge, batch.real, batch.real, rng()), expected)


def test_the_encoder_stays_as_it_was_trained_and_passes_gradients_on(tiny):
    game = playing(tiny)
    kept = {key: value.clone() for key, value in game.modules["encoder"].state_dict().items()}
    made = game.modules["generator"].state_dict()["dense1.weight"].clone()
    train(tiny.member(game), 3, [])
    assert all(torch.equal(kept[key], value) for key, value in game.modules["encoder"].state_dict().items())
    assert not torch.equal(made, game.modules["generator"].dense1.weight)


@pytest.mark.parametrize(("option", "architecture"), [("width", DEEP), ("channels", LEVELS["conv"][0])])
def test_the_heads_are_as_wide_as_is_asked(tiny, option, architecture):
    autoencoder = make_autoencoder(tiny.entry(architecture=architecture), tiny.SHAPE, 0)
    role = {"name": "features", option: 5}
    game = make_gan_game(tiny.method(role), tiny.SHAPE, 0, TrainedAutoencoder(autoencoder, Mixture.standard_normal(4)))
    assert all(len(next(head.parameters())) == 5 for head in game.modules["discriminator"])


def test_what_it_does_not_read_is_not_needed(tiny):
    chosen = tiny.method("features")
    del chosen["discriminator"]
    assert tiny.identical(tiny.weights(tiny.game(chosen)), tiny.weights(tiny.game(tiny.method("features"))))
