import pytest
import torch
from torch.testing import assert_close

from aegan.games.assembly import make_gan_game
from aegan.objectives.losses import LOSSES


def rng():
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_by_hand(tiny, batch, loss):
    role = {"name": "mdgan", "distance": 0.3, "adversarial": 0.7}
    game, by = tiny.game(tiny.method(role, loss=loss)), LOSSES[loss]()
    judge, generator, encoder = (player.module for player in game.players)
    rebuilt = generator(encoder(batch.real))
    real, fake, passed = (judge(data).flatten() for data in (batch.real, generator(noise()), rebuilt))
    regulariser = 0.3 * (rebuilt - batch.real).square().flatten(1).sum(1).mean() + 0.7 * by.generator(real, passed)
    expected = by.discriminator(real, fake), by.generator(real, fake) + regulariser, regulariser
    for player, value in zip(game.players, expected, strict=True):
        assert_close(player.loss(batch, rng()), value)


def noise():
    return torch.randn(6, 4, generator=rng())


def test_the_weights_are_those_of_the_paper_unless_told_otherwise(tiny, batch):
    plain, told = (
        tiny.game(tiny.method(role)).get_player("encoder").loss(batch, rng())
        for role in ("mdgan", {"name": "mdgan", "distance": 0.2, "adversarial": 0.4})
    )
    assert torch.equal(plain, told)


def test_without_weights_the_generator_plays_the_plain_gan_and_the_encoder_has_nothing_to_do(tiny, batch):
    game = tiny.game(tiny.method({"name": "mdgan", "distance": 0, "adversarial": 0}))
    plain = tiny.game(tiny.method())
    assert_close(game.get_player("generator").loss(batch, rng()), plain.get_player("generator").loss(batch, rng()))
    encoder = game.get_player("encoder")
    slopes = torch.autograd.grad(encoder.loss(batch, rng()), list(encoder.module.parameters()))
    assert all((slope == 0).all() for slope in slopes)


@pytest.mark.parametrize(("distance", "adversarial"), [(1.0, 0.0), (0.0, 1.0)])
def test_the_encoder_brings_reconstructions_to_the_data_and_before_the_judge(tiny, batch, distance, adversarial):
    role = {"name": "mdgan", "distance": distance, "adversarial": adversarial}
    game = tiny.game(tiny.method(role, loss="non_saturating"))
    encoder = game.get_player("encoder")

    def measured():
        rebuilt = game.reconstruct(batch.real)
        return (rebuilt - batch.real).square().mean().item(), game.modules["discriminator"](rebuilt).mean().item()

    error, logit = measured()
    slopes = torch.autograd.grad(encoder.loss(batch, rng()), list(encoder.module.parameters()))
    with torch.no_grad():
        for weight, slope in zip(encoder.module.parameters(), slopes, strict=True):
            weight.sub_(1e-2 * slope)
    after = measured()
    assert after[0] < error if distance else after[1] > logit


def test_augmentations_change_what_is_judged_and_not_the_distance(tiny, batch):
    role = {"name": "mdgan", "distance": 1.0, "adversarial": 0.0}
    noisy = tiny.method(role, augmentations=[{"name": "instance_noise", "deviation": 10.0}])
    plain, seen = (make_gan_game(chosen, tiny.SHAPE, 0, None) for chosen in (tiny.method(role), noisy))
    assert_close(seen.get_player("encoder").loss(batch, rng()), plain.get_player("encoder").loss(batch, rng()))
    assert seen.get_player("discriminator").loss(batch, rng()) != plain.get_player("discriminator").loss(batch, rng())
