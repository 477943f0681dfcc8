import torch
from torch import nn
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.games.components import AdversarialComponents
from aegan.games.plain_gan import make_plain_gan
from aegan.networks.prior import Mixture
from aegan.objectives.losses import LOSSES


def rng():
    return torch.Generator().manual_seed(0)


def plain_gan(generator, **options):
    components = AdversarialComponents(
        shape=(2,),
        latent=3,
        generator=None,
        discriminator=lambda shape: nn.Linear(*shape, 1),
        loss=LOSSES["wasserstein"](),
        discriminator_moves=5,
    )
    return make_plain_gan(components, generator, Mixture.standard_normal(3), **options)


def points():
    return Batch(torch.randn(6, 2, generator=torch.Generator().manual_seed(1)))


def test_fakes_are_the_generators_of_as_many_draws_as_there_are_reals():
    generator = nn.Linear(3, 2)
    game, batch = plain_gan(generator), points()
    fake = generator(torch.randn(6, 3, generator=rng()))
    assert_close(game.discriminator_task.fake(batch, rng()), fake)
    assert_close(game.generate(6, rng()), fake)
    discriminator, maker = game.players
    on_real, on_fake = (discriminator.module(data).mean() for data in (batch.real, fake))
    assert_close(discriminator.loss(batch, rng()), on_fake - on_real)
    assert_close(maker.loss(batch, rng()), -on_fake)
    assert (discriminator.moves, maker.moves) == (5, 1)


def test_real_data_may_be_others_than_the_batch():
    game, batch = plain_gan(nn.Linear(3, 2), real=lambda batch, _rng: -batch.real), points()
    assert torch.equal(game.discriminator_task.real(batch, rng()), -batch.real)


def test_a_part_of_the_generator_may_move():
    generator = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    assert plain_gan(generator).get_player("generator").module is generator
    assert plain_gan(generator, trainable=generator[0]).get_player("generator").module is generator[0]
