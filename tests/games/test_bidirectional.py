import pytest
import torch
from torch.testing import assert_close


def rng():
    return torch.Generator().manual_seed(0)


def pairs(game, batch):
    """(x, Enc x) and (G(z), z), each (6, 64 + 4), by hand."""
    codes = torch.randn(6, 4, generator=rng())
    fakes, inferred = game.modules["generator"](codes), game.modules["encoder"](batch.real)
    return torch.cat([batch.real.flatten(1), inferred], 1), torch.cat([fakes.flatten(1), codes], 1)


def test_pairs_are_judged(tiny, batch):
    game = tiny.game(tiny.method("bigan"))
    assert_close(
        (game.discriminator_task.real(batch, rng()), game.discriminator_task.fake(batch, rng())), pairs(game, batch)
    )
    judge = game.modules["discriminator"]
    expected = tuple(judge(pair).flatten() for pair in pairs(game, batch))
    assert_close(game.discriminator_task.compute_logit_pair(batch, rng()), expected)


def test_reconstructions_go_through_encoder_and_generator(tiny, batch):
    game = tiny.game(tiny.method("bigan"))
    by_hand = game.modules["generator"](game.modules["encoder"](batch.real))
    assert torch.equal(game.reconstruct(batch.real), by_hand)


@pytest.mark.parametrize("encoder", [{"name": "dense", "width": 5}, {"name": "conv", "channels": 2}])
def test_the_encoder_is_the_network_that_was_chosen(tiny, batch, encoder):
    game = tiny.game(tiny.method({"name": "bigan", "encoder": encoder}))
    widths = {"dense": "dense1.weight", "conv": "conv0.weight"}
    assert len(game.modules["encoder"].state_dict()[widths[encoder["name"]]]) in encoder.values()
    assert game.modules["encoder"](batch.real).shape == (6, 4)


@pytest.mark.parametrize("role", ["bigan", "mdgan", "veegan", "alpha_gan"])
def test_discriminators_move_first_then_the_generator_then_the_encoder(tiny, role):
    game = tiny.game(tiny.method(role))
    *discriminators, generator, encoder = game.players
    assert all(player.is_discriminator for player in discriminators)
    assert (generator.name, encoder.name) == ("generator", "encoder")
    assert_close(game.generate(5, rng()), generator.module(torch.randn(5, 4, generator=rng())))
