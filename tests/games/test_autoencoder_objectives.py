import numpy as np
import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.data.digits import Digits
from aegan.errors import InputError
from aegan.games.assembly import make_autoencoder, make_autoencoder_game
from aegan.games.autoencoder_objectives import OBJECTIVES
from aegan.training.cohort import train

#: objective -> whether its loss draws noise
DRAWS_NOISE = {
    "mse": False,
    "denoising": True,
    "contractive": True,
    "vae": True,
    "iwae": True,
    "wae_mmd": True,
    "rae": True,
    "vq_vae": False,
}


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_loss_is_a_function_of_its_batch_and_its_noise(linear, objective):
    autoencoder, player, batch = linear(objective)
    first, again, other = (player.loss(batch, rng(seed)) for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert torch.equal(first, other) != DRAWS_NOISE.get(objective, not torch.equal(first, other))
    assert first.dtype == torch.float64
    slopes = torch.autograd.grad(first, list(autoencoder.parameters()))
    assert all(torch.isfinite(slope).all() and slope.any() for slope in slopes)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_only_an_objective_that_quantises_has_a_bottleneck_with_weights(tiny, objective):
    autoencoder = make_autoencoder(tiny.entry(objective), tiny.SHAPE, 0)
    keys = {key for key in autoencoder.state_dict() if not key.startswith(("encoder.", "decoder."))}
    assert keys == ({"bottleneck.entries.weight"} if OBJECTIVES[objective].make_bottleneck else set())
    plain = make_autoencoder(tiny.entry(), tiny.SHAPE, 0).state_dict()
    assert torch.equal(plain["encoder.dense1.weight"], autoencoder.state_dict()["encoder.dense1.weight"])


def test_a_width_that_does_not_divide_the_code_is_refused():
    with pytest.raises(InputError, match="width: 3 does not divide the 2 numbers"):
        make_autoencoder(
            {
                "architecture": {"name": "dense", "code": 2, "depth": 0},
                "objective": {"name": "vq_vae", "width": 3},
            },
            (3,),
            0,
        )


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_an_encoder_has_as_many_heads_as_its_objective_wants(tiny, objective, batch):
    autoencoder = make_autoencoder(tiny.entry(objective), tiny.SHAPE, 0)
    assert autoencoder.encoder(batch.real).shape == (6, 4 * OBJECTIVES[objective].heads)
    assert autoencoder.encode(batch.real).shape == (6, 4)


@pytest.fixture(scope="module")
def digits():
    return ArrayDataset(Digits().load([]).values)


@pytest.mark.slow
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_learns_more_of_digits_than_their_mean(tiny, digits, objective):
    likelihood = {"variance": 0.05} if objective in {"vae", "iwae"} else {}
    architecture = {"name": "dense", "code": 16, "width": 64}
    entry = {"architecture": architecture, "objective": {"name": objective, **likelihood}}
    game = make_autoencoder_game(entry, (1, 8, 8), 0)
    member = tiny.member(game, rows=digits, optimiser={"name": "adam", "learning_rate": 3e-3}, batch_size=128)
    train(member, 400, [])
    real = digits.select_batch(np.arange(len(digits))).real
    error = (game.reconstruct(real) - real).square().mean().item()
    assert member.divergence is None
    assert error < 0.6 * (real - real.mean(0)).square().mean().item()
