import pytest
import torch

from aegan.games.assembly import make_gan_game
from aegan.training.cohort import train


def rng():
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("name", ["warm_start", "reconstruction"])
def test_a_fresh_decoder_starts_as_the_plain_gan_of_the_same_network_does(tiny, name):
    trained = tiny.trained(3)
    before = {key: value.clone() for key, value in trained.autoencoder.state_dict().items()}
    game = make_gan_game(tiny.method({"name": name, "decoder": "fresh"}), tiny.SHAPE, 3, trained)
    plain = tiny.game(tiny.method(), 3)
    for module in ("generator", "discriminator"):
        assert tiny.identical(game.modules[module].state_dict(), plain.modules[module].state_dict())
    assert game.modules["generator"] is not trained.autoencoder.decoder
    assert tiny.identical(trained.autoencoder.state_dict(), before)
    # the prior is still the fitted one
    codes = trained.prior.draw(4, rng())
    assert torch.equal(game.generate(4, rng()), plain.modules["generator"](codes))


@pytest.mark.parametrize("name", ["warm_start", "reconstruction"])
def test_a_normal_prior_has_the_numbers_of_a_code(tiny, name):
    trained = tiny.trained()
    game = make_gan_game(tiny.method({"name": name, "prior": "normal"}), tiny.SHAPE, 0, trained)
    codes = torch.randn(5, trained.autoencoder.code, generator=rng())
    assert torch.equal(game.generate(5, rng()), trained.autoencoder.decoder(codes))


def test_without_all_that_an_autoencoder_gives_a_warm_start_is_the_plain_gan(tiny):
    trained = []
    for role in ({"name": "warm_start", "decoder": "fresh", "prior": "normal"}, "none"):
        member, _ = tiny.member_factory(tiny.method(role))(1)
        train(member, 6, [])
        trained.append(tiny.weights(member.game))
    assert tiny.identical(*trained)
