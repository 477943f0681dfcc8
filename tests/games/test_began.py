import numpy as np
import pytest
import torch
from torch.testing import assert_close

from aegan.data.array_dataset import ArrayDataset
from aegan.data.digits import Digits
from aegan.games.assembly import make_gan_game
from aegan.training.cohort import train


def rng():
    return torch.Generator().manual_seed(0)


def began(tiny, k=0.0, **options):
    game = tiny.game(tiny.method({"name": "began", **options}))
    game.modules["balance"].k.fill_(k)
    return game


def errors(game, batch):
    """Mean absolute errors of the discriminator's reconstructions of the batch and of fakes, by hand."""
    autoencoder = game.modules["discriminator"]
    fake = game.modules["generator"](torch.randn(6, 4, generator=rng()))
    return [(autoencoder(data) - data).abs().sum() / (6 * 64) for data in (batch.real, fake)]


@pytest.mark.parametrize("k", [0.0, 0.25, 1.0])
def test_losses_by_hand(tiny, batch, k):
    game = began(tiny, k)
    real, fake = errors(game, batch)
    judge, generator = game.players
    assert_close(judge.loss(batch, rng()), real - k * fake)
    assert_close(generator.loss(batch, rng()), fake)


@pytest.mark.parametrize(("gamma", "pace"), [(0.5, 0.001), (2.0, 0.3), (0.1, 0.3)])
def test_the_weight_of_fakes_moves_after_it_was_used(tiny, batch, gamma, pace):
    game = began(tiny, 0.5, gamma=gamma, pace=pace)
    real, fake = errors(game, batch)
    assert_close(game.players[0].loss(batch, rng()), real - 0.5 * fake)
    moved = 0.5 + pace * (gamma * real - fake)
    assert_close(game.modules["balance"].k, moved)
    assert (moved > 0.5) == (fake < gamma * real)
    assert_close(game.players[0].loss(batch, rng()), real - moved * fake)


@pytest.mark.parametrize(("k", "gamma", "bound"), [(0.999, 100.0, 1.0), (0.001, 1e-6, 0.0)])
def test_the_weight_of_fakes_is_a_share(tiny, batch, k, gamma, bound):
    game = began(tiny, k, gamma=gamma, pace=1.0)
    game.players[0].loss(batch, rng())
    assert game.modules["balance"].k == bound


def test_the_generator_leaves_the_balance_alone(tiny, batch):
    game = began(tiny, 0.5)
    game.get_player("generator").loss(batch, rng())
    assert game.modules["balance"].k == 0.5


def test_probing_leaves_the_balance_alone(tiny):
    games = []
    for observers in ([tiny.always()], []):
        member = tiny.member(began(tiny))
        train(member, 4, observers)
        games.append(tiny.weights(member.game))
    assert games[0]["balance/k"] > 0
    assert tiny.identical(*games)


@pytest.mark.slow
@pytest.mark.parametrize("gamma", [0.3, 0.7])
def test_the_errors_of_fakes_and_data_come_to_the_ratio_that_was_asked_for(tiny, gamma):
    digits = ArrayDataset(Digits().load([]).values)
    real = digits.select_batch(np.arange(200)).real
    method = tiny.method({"name": "began", "gamma": gamma, "pace": 0.05}, latent=32, generator={"name": "dense"})
    member = tiny.member(
        make_gan_game(method, (1, 8, 8), 0, None), rows=digits, optimiser={"name": "adam"}, batch_size=32
    )
    autoencoder, ratios = member.game.modules["discriminator"], []
    for rounds in range(500, 1000, 20):
        train(member, rounds, [])
        of_fakes, of_data = (
            (autoencoder(data) - data).abs().mean().item() for data in (member.game.generate(200, rng()), real)
        )
        ratios.append(of_fakes / of_data)
    assert member.divergence is None
    assert_close(np.mean(ratios), gamma, rtol=0, atol=0.1)
