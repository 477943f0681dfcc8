import pytest
import torch
from torch.testing import assert_close

from aegan.games.assembly import make_gan_game
from aegan.objectives.losses import LOSSES


def rng():
    return torch.Generator().manual_seed(0)


def game_of(tiny, role, trained, **changes):
    return make_gan_game(tiny.method(role, **changes), tiny.SHAPE, 0, trained)


def code_maker(game, role):
    """The network from noise to codes."""
    return game.modules["generator"].codes if role == "decoded" else game.modules["generator"]


@pytest.mark.parametrize("role", ["decoded", "decoded_reconstruction"])
def test_fakes_are_decoded_codes_of_noise(tiny, batch, role):
    trained = tiny.trained()
    game = game_of(tiny, role, trained)
    by_hand = trained.autoencoder.decoder(code_maker(game, role)(torch.randn(6, 4, generator=rng())))
    assert_close(game.discriminator_task.fake(batch, rng()), by_hand)
    assert_close(game.generate(6, rng()), by_hand)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("role", ["decoded", "decoded_reconstruction"])
def test_losses_by_hand(tiny, batch, role, loss):
    trained = tiny.trained()
    game = game_of(tiny, role, trained, loss=loss)
    judge, generator = game.players
    data = batch.real if role == "decoded" else trained.autoencoder.decoder(trained.autoencoder.encoder(batch.real))
    real, fake = judge.module(data).flatten(), judge.module(game.generate(6, rng())).flatten()
    assert_close(judge.loss(batch, rng()), LOSSES[loss]().discriminator(real, fake))
    assert_close(generator.loss(batch, rng()), LOSSES[loss]().generator(real, fake))


@pytest.mark.parametrize("role", ["decoded", "decoded_reconstruction"])
def test_codes_are_made_by_the_generator_that_the_latent_role_starts_from(tiny, role):
    trained = tiny.trained()
    maker = code_maker(game_of(tiny, role, trained), role)
    assert tiny.identical(maker.state_dict(), game_of(tiny, "latent", trained).modules["generator"].state_dict())


def test_the_trained_decoder_belongs_to_the_generator(tiny):
    trained = tiny.trained()
    game = game_of(tiny, "decoded", trained)
    moved = {id(weight) for weight in game.get_player("generator").module.parameters()}
    assert moved > {id(weight) for weight in trained.autoencoder.decoder.parameters()}
    standing = {id(weight) for module in game.auxiliary_modules.values() for weight in module.parameters()}
    assert not moved & standing
