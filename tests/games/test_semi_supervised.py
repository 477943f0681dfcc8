import numpy as np
import pytest
import torch
from torch.testing import assert_close

from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch import Batch
from aegan.data.digits import Digits
from aegan.games.assembly import make_gan_game
from aegan.objectives.losses import LOSSES
from aegan.training.cohort import train
from aegan.training.member_factory import dataset_of_game
from aegan.training.sampling import classify_dataset

HIDDEN = torch.tensor([2, -1, -1, 0, -1, -1])


def rng():
    return torch.Generator().manual_seed(0)


def batch(tiny, labels=HIDDEN):
    return Batch(torch.rand(6, *tiny.SHAPE, generator=rng()), labels)


def test_d_is_z_of_z_and_one(tiny):
    game = tiny.game(tiny.method("semi_supervised"))
    scores, logits = (
        game.classify(batch(tiny).real),
        game.discriminator_task.compute_logits(batch(tiny).real, batch(tiny)),
    )
    z = scores.exp().sum(1)
    assert scores.shape == (6, 4)
    assert_close(torch.sigmoid(logits), z / (z + 1))


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_by_hand(tiny, loss):
    role = {"name": "semi_supervised", "feature_matching": False}
    game, by = tiny.game(tiny.method(role, loss=loss)), LOSSES[loss]()
    real, fake = game.discriminator_task.compute_logit_pair(batch(tiny), rng())
    chances = game.classify(batch(tiny).real).softmax(1)
    surprise = -(chances[0, 2].log() + chances[3, 0].log()) / 2
    discriminator, generator = (player.loss(batch(tiny), rng()) for player in game.players)
    assert_close(discriminator, by.discriminator(real, fake) + surprise)
    assert_close(generator, by.generator(real, fake))


def test_features_are_matched_in_the_mean(tiny):
    game = tiny.game(tiny.method("semi_supervised"))
    real, fake = (
        torch.stack([game.modules["discriminator"].features(row[None])[0] for row in data])
        for data in (batch(tiny).real, game.discriminator_task.fake(batch(tiny), rng()))
    )
    expected = sum((on_real - on_fake) ** 2 for on_real, on_fake in zip(real.mean(0), fake.mean(0), strict=True))
    assert_close(game.get_player("generator").loss(batch(tiny), rng()), expected)


def test_in_the_minimax_game_it_is_the_cross_entropy_of_one_class_more(tiny):
    game = tiny.game(tiny.method("semi_supervised"))
    real = game.classify(batch(tiny).real)
    fake = game.classify(game.discriminator_task.fake(batch(tiny), rng()))
    (real, fake) = (torch.cat([scores, torch.zeros(6, 1)], dim=1).log_softmax(1) for scores in (real, fake))
    unsupervised = -(1 - real[:, 4].exp()).log().mean() - fake[:, 4].mean()
    nothing_told = batch(tiny, torch.full((6,), -1))
    assert_close(game.get_player("discriminator").loss(nothing_told, rng()), unsupervised)


def test_hidden_labels_do_not_matter_and_told_ones_do(tiny):
    judge = tiny.game(tiny.method("semi_supervised")).get_player("discriminator")
    told, other = (judge.loss(batch(tiny, torch.tensor([y, -1, -1, 0, -1, -1])), rng()) for y in (2, 1))
    assert told != other


@pytest.mark.parametrize(("share", "told"), [(0.1, 4), (0.5, 20), (1.0, 40)])
def test_the_game_is_told_that_share_of_the_labels(tiny, share, told):
    game = tiny.game(tiny.method({"name": "semi_supervised", "labelled_share": share}))
    rows = dataset_of_game(game, tiny.labelled(), None, 0)
    assert (rows.labels >= 0).sum() == told
    assert (rows.labels[rows.labels >= 0] == tiny.labels()[rows.labels >= 0]).all()


def test_classes_are_those_of_the_highest_score(tiny):
    games = {seed: tiny.game(tiny.method("semi_supervised"), seed) for seed in (0, 1)}
    rows = tiny.labelled()
    expected = [game.classify(rows.select_batch(np.arange(40)).real).argmax(1) for game in games.values()]
    np.testing.assert_array_equal(classify_dataset(games, rows), np.stack(expected))
    assert classify_dataset({0: tiny.game(tiny.method()), 1: tiny.game(tiny.method())}, rows).shape == (2, 0)


@pytest.mark.slow
def test_few_labels_are_enough_to_classify_digits(tiny):
    digits = Digits().load([])
    train_split, test = (
        ArrayDataset(digits.values[part], digits.labels[part]) for part in (slice(1400), slice(1400, None))
    )
    network = {"name": "dense", "width": 64, "depth": 2}
    chosen = tiny.method("semi_supervised", "non_saturating", latent=32, generator=network, discriminator=network)
    game = make_gan_game(chosen, (1, 8, 8), 0, None, train_split.compute_class_shares())
    member = tiny.member(game, rows=dataset_of_game(game, train_split, None, 0), batch_size=64)
    train(member, 600, [])
    assert member.divergence is None
    assert (classify_dataset({0: game}, test)[0] == test.labels).mean() > 0.7
