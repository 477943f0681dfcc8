import pytest
import torch
from torch.testing import assert_close


def rng():
    return torch.Generator().manual_seed(0)


def ebgan(tiny, **options):
    return tiny.game(tiny.method({"name": "ebgan", **options}))


def energies(game, batch):
    """Energies (6,) of the batch and of the fakes that it is set against, by hand."""
    autoencoder, generator = game.modules["discriminator"], game.modules["generator"]
    fake = generator(torch.randn(6, 4, generator=rng()))
    reconstructed = ((data, autoencoder.decoder(autoencoder.encoder(data))) for data in (batch.real, fake))
    return [((data - back) ** 2).sum((1, 2, 3)) / 64 for data, back in reconstructed]


@pytest.mark.parametrize("margin", [1e-4, 0.05, 5.0])
def test_losses_by_hand(tiny, batch, margin):
    game = ebgan(tiny, margin=margin)
    real, fake = energies(game, batch)
    judge, generator = game.players
    missing = torch.stack([max(margin - energy, torch.tensor(0.0)) for energy in fake])
    assert_close(judge.loss(batch, rng()), real.mean() + missing.mean())
    assert_close(generator.loss(batch, rng()), fake.mean())


def test_the_generator_alone_pulls_the_codes_of_its_fakes_away_from_each_other(tiny, batch):
    plain, pulled = ebgan(tiny), ebgan(tiny, pulling_away=0.1)
    generator, autoencoder = pulled.modules["generator"], pulled.modules["discriminator"]
    codes = autoencoder.encoder(generator(torch.randn(6, 4, generator=rng())))
    cosines = torch.cosine_similarity(codes[:, None], codes[None], dim=2)
    term = (cosines.square().sum() - 6) / (6 * 5)
    losses = [[player.loss(batch, rng()) for player in game.players] for game in (plain, pulled)]
    assert torch.equal(losses[0][0], losses[1][0])
    assert_close(losses[1][1], losses[0][1] + 0.1 * term)


def test_each_fake_has_a_margin_of_its_own(tiny, batch):
    _, fake = energies(ebgan(tiny), batch)
    margin = fake.mean().item()  # a hinge of the mean would be closed; those below the mean are still pushed up
    game = ebgan(tiny, margin=margin)
    real, fake = energies(game, batch)
    assert game.players[0].loss(batch, rng()) > real.mean()


def test_fakes_past_the_margin_leave_the_discriminator_alone(tiny, batch):
    game = ebgan(tiny, margin=1e-4)
    autoencoder = game.modules["discriminator"]
    plain = (autoencoder(batch.real) - batch.real).square().mean()
    parameters = list(autoencoder.parameters())
    expected = torch.autograd.grad(plain, parameters)
    for measured, by_hand in zip(
        torch.autograd.grad(game.players[0].loss(batch, rng()), parameters), expected, strict=True
    ):
        assert_close(measured, by_hand)


def test_the_generator_is_pulled_to_what_the_discriminator_reconstructs(tiny, batch):
    game = ebgan(tiny)
    generator = game.get_player("generator")
    parameters = list(generator.module.parameters())
    before = generator.loss(batch, rng())
    with torch.no_grad():
        for weight, slope in zip(parameters, torch.autograd.grad(before, parameters), strict=True):
            weight.sub_(1e-2 * slope)
    assert energies(game, batch)[1].mean() < before
