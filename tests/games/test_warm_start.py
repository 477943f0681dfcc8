import pytest
import torch

from aegan.games.assembly import make_gan_game


@pytest.mark.parametrize("name", ["warm_start", "reconstruction"])
def test_generators_that_were_decoders_map_draws_of_the_fitted_prior(tiny, name):
    trained = tiny.trained(5)
    game = make_gan_game(tiny.method(name), tiny.SHAPE, 5, trained)
    assert tiny.identical(game.modules["generator"].state_dict(), trained.autoencoder.decoder.state_dict())
    rng = torch.Generator().manual_seed(0)
    codes = trained.prior.draw(4, torch.Generator().manual_seed(0))
    assert torch.equal(game.generate(4, rng), trained.autoencoder.decoder(codes))


def test_a_warm_start_and_the_plain_gan_have_the_same_layers(tiny):
    warm, plain = (tiny.game(tiny.method(name)).modules["generator"].state_dict() for name in ("warm_start", "none"))
    assert {key: value.shape for key, value in warm.items()} == {key: value.shape for key, value in plain.items()}
