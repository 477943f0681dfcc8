"""What each objective of an autoencoder minimises, by hand, on a linear autoencoder of points with three numbers."""

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch import Batch
from aegan.data.digits import Digits
from aegan.errors import InputError
from aegan.games.autoencoder_objectives import BOTTLENECKS, OBJECTIVES
from aegan.games.deterministic import contractive
from aegan.games.roles import autoencoder_game, fresh_autoencoder, gan_game
from aegan.training.cohort import train

CODE = 2


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def chosen(name, **options):
    architecture = {"name": "dense", "code": CODE, "depth": 0}
    width = {"width": 1} if name in BOTTLENECKS else {}
    return {"architecture": architecture, "objective": {"name": name, **width, **options}}


def linear(name, **options):
    """The autoencoder, its player and the data x (5, 3), in float64: Enc(x) = Wx, Dec(z) = Vz."""
    (player,) = autoencoder_game(chosen(name, **options), (3,), 0).players
    player.module.double()
    return player.module, player, Batch(torch.randn(5, 3, generator=rng(1), dtype=torch.float64))


def matrices(autoencoder):
    return autoencoder.encoder.dense1.weight, autoencoder.decoder.dense1.weight


def normal(*shape):
    return torch.randn(shape, generator=rng(), dtype=torch.float64)


@pytest.mark.parametrize("deviation", [0.1, 2.0])
def test_denoising_reconstructs_clean_data_from_noisy_ones(deviation):
    autoencoder, player, batch = linear("denoising", deviation=deviation)
    encode, decode = matrices(autoencoder)
    noisy = batch.real + deviation * normal(5, 3)
    by_hand = (noisy @ encode.T @ decode.T - batch.real).square().sum() / 15
    assert_close(player.loss(batch, rng()), by_hand)


def test_noise_shrinks_a_linear_autoencoder():
    """The expected loss is that of clean data plus σ²·‖VW‖²/3, so noise pulls VW towards zero."""
    autoencoder, player, batch = linear("denoising", deviation=3.0)
    many = Batch(batch.real.repeat(2000, 1))
    encode, decode = matrices(autoencoder)
    error = (batch.real @ encode.T @ decode.T - batch.real).square().mean()
    expected = error + 9 * (decode @ encode).square().sum() / 3
    assert_close(player.loss(many, rng()), expected, rtol=0.05, atol=0)


@pytest.mark.parametrize("weight", [0.0, 0.7])
def test_contractive_adds_the_norm_of_the_encoders_jacobian(weight):
    autoencoder, player, batch = linear("contractive", weight=weight)
    encode, decode = matrices(autoencoder)
    with torch.no_grad():  # rows at right angles: the estimate is then exact, whatever the signs
        encode[1] -= encode[1] @ encode[0] / encode[0].square().sum() * encode[0]
    error = (batch.real @ encode.T @ decode.T - batch.real).square().sum() / 5
    assert_close(player.loss(batch, rng()), error + weight * encode.square().sum())


def test_contraction_shrinks_the_encoder_alone():
    autoencoder, held, batch = linear("contractive", weight=0.7)
    (free,) = contractive(autoencoder, weight=0.0).players
    encode, decode = matrices(autoencoder)
    pulls = torch.autograd.grad(held.loss(batch, rng()) - free.loss(batch, rng()), [encode, decode])
    assert (pulls[0] * encode).sum() > 0
    assert_close(pulls[1], torch.zeros(3, CODE).double())


def test_wae_adds_the_discrepancy_of_codes_from_draws_of_the_prior():
    autoencoder, player, batch = linear("wae_mmd", weight=3.0)
    encode, decode = matrices(autoencoder)
    codes, draws = batch.real @ encode.T, normal(5, CODE)

    def kernel(x, y):
        return 2 * CODE / (2 * CODE + (x - y).square().sum())

    pairs = [(i, j) for i in range(5) for j in range(5)]
    within = sum(kernel(a[i], a[j]) for a in (codes, draws) for i, j in pairs if i != j) / 20
    discrepancy = within - 2 * sum(kernel(codes[i], draws[j]) for i, j in pairs) / 25
    error = (codes @ decode.T - batch.real).square().sum() / 5
    assert_close(player.loss(batch, rng()), error + 3.0 * discrepancy)


@pytest.mark.parametrize("beta", [0.0, 0.4])
def test_rae_holds_codes_and_the_decoders_weights(beta):
    autoencoder, player, batch = linear("rae", beta=beta, regulariser="weights", weight=0.3)
    encode, decode = matrices(autoencoder)
    with torch.no_grad():
        autoencoder.decoder.dense1.bias.fill_(0.5)
    codes = batch.real @ encode.T
    error = (codes @ decode.T + 0.5 - batch.real).square().sum() / 5
    held = beta / 2 * codes.square().sum() / 5 + 0.3 * (decode.square().sum() + 3 * 0.5**2)
    assert_close(player.loss(batch, rng()), error + held)


def test_rae_holds_the_decoders_slopes():
    autoencoder, player, batch = linear("rae", beta=0.0, regulariser="slopes", weight=0.3)
    encode, decode = matrices(autoencoder)
    with torch.no_grad():
        decode.zero_()
        decode[0, 0] = decode[1, 1] = 2.0  # rows at right angles, as above
    error = (batch.real @ encode.T @ decode.T - batch.real).square().sum() / 5
    assert_close(player.loss(batch, rng()), error + 0.3 * 8)
    (slope,) = torch.autograd.grad(player.loss(batch, rng()) - error, decode)
    assert slope[0, 0] > 0
    assert slope[1, 1] > 0


def variational(name, **options):
    """A variational one, its data, and its mean and log-variance of them (5, 2)."""
    autoencoder, player, batch = linear(name, **options)
    encode, decode = matrices(autoencoder)
    with torch.no_grad():
        encode[CODE:] *= 0.3
    encoded = batch.real @ encode.T
    return player, batch, decode, encoded[:, :CODE], encoded[:, CODE:]


@pytest.mark.parametrize("variance", [0.5, 0.05])
def test_the_variance_of_the_likelihood_divides_the_error(variance):
    player, batch, decode, mean, log_variance = variational("vae", beta=3.0, variance=variance)
    codes = mean + (log_variance / 2).exp() * normal(5, CODE)
    error = (codes @ decode.T - batch.real).square().sum() / 5
    divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum() / 5
    assert_close(player.loss(batch, rng()), error / (2 * variance) + 3.0 * divergence)


def log_weights(batch, decode, mean, log_variance, count, variance):
    """Logarithms (count, 5) of p(x, z) / q(z | x), by torch's distributions, without the constant of p(x | z)."""
    posterior = torch.distributions.Normal(mean, (log_variance / 2).exp())
    codes = mean + posterior.scale * normal(count, 5, CODE)
    prior = torch.distributions.Normal(torch.zeros(CODE).double(), 1.0)
    likelihood = -(codes @ decode.T - batch.real).square().sum(2) / (2 * variance)
    return likelihood + prior.log_prob(codes).sum(2) - posterior.log_prob(codes).sum(2)


@pytest.mark.parametrize("samples", [1, 2, 7])
@pytest.mark.parametrize("variance", [0.5, 0.05])
def test_iwae_is_the_logarithm_of_the_mean_weight(samples, variance):
    player, batch, *posterior = variational("iwae", samples=samples, variance=variance)
    weights = log_weights(batch, *posterior, samples, variance).exp()
    assert_close(player.loss(batch, rng()), -weights.mean(0).log().mean())


def test_iwae_with_one_sample_is_the_vae_with_its_divergence_estimated():
    player, batch, decode, mean, log_variance = variational("iwae", samples=1)
    noise = normal(1, 5, CODE)[0]
    codes = mean + (log_variance / 2).exp() * noise
    error = (codes @ decode.T - batch.real).square().sum() / 5
    estimated = (codes**2 - noise**2 - log_variance).sum() / 2 / 5
    assert_close(player.loss(batch, rng()), error + estimated)
    many = Batch(batch.real.repeat(4000, 1))
    assert_close(player.loss(many, rng()), variational("vae")[0].loss(many, rng()), rtol=0.02, atol=0)


@pytest.mark.parametrize("samples", [2, 7])
def test_the_bound_of_iwae_is_no_looser_than_the_mean_of_the_vaes_of_its_samples(samples):
    player, batch, *posterior = variational("iwae", samples=samples)
    of_vae = -log_weights(batch, *posterior, samples, 0.5).mean()
    assert player.loss(batch, rng()) < of_vae  # Jensen, on the same draws


def test_the_bound_of_iwae_tightens_with_the_samples():
    many = Batch(linear("iwae")[2].real.repeat(2000, 1))
    losses = [variational("iwae", samples=samples)[0].loss(many, rng()).item() for samples in (1, 3, 10, 30)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] > losses[-1] + 0.1


@pytest.fixture
def quantised():
    """A VQ-VAE with one number a piece and the vectors −1, 0 and 1."""
    autoencoder, player, batch = linear("vq_vae", entries=3, commitment=0.25)
    with torch.no_grad():
        autoencoder.bottleneck.entries.weight[:] = torch.tensor([[-1.0], [0.0], [1.0]])
    encode, decode = matrices(autoencoder)
    codes = batch.real @ encode.T
    return player, batch, decode, codes, codes.detach().clamp(-1, 1).round()


def test_vq_by_hand(quantised):
    player, batch, decode, codes, nearest = quantised
    error = (nearest @ decode.T - batch.real).square().sum() / 5
    assert len(nearest.unique()) == 3
    assert_close(player.module.encode(batch.real), nearest)
    assert_close(player.module(batch.real), nearest @ decode.T)
    assert_close(player.loss(batch, rng()), error + 1.25 * (codes - nearest).square().sum() / 5)


def test_vq_gives_the_codebook_the_gradient_of_its_distance_alone(quantised):
    player, batch, _, codes, nearest = quantised
    (slope,) = torch.autograd.grad(player.loss(batch, rng()), player.module.bottleneck.entries.weight)
    by_hand = [(2 * (nearest - codes) * (nearest == vector)).sum() / 5 for vector in (-1, 0, 1)]
    assert_close(slope[:, 0], torch.stack(by_hand))


def test_vq_gives_the_encoder_the_decoders_gradient_and_its_commitment(quantised):
    player, batch, decode, codes, nearest = quantised
    encode = player.module.encoder.dense1.weight
    (slope,) = torch.autograd.grad(player.loss(batch, rng()), encode)
    of_codes = 2 * (nearest @ decode.T - batch.real) @ decode / 5 + 0.25 * 2 * (codes - nearest) / 5
    assert_close(slope, of_codes.T @ batch.real)


def test_vq_gives_the_decoder_the_gradient_at_the_vectors(quantised):
    player, batch, decode, _, nearest = quantised
    (slope,) = torch.autograd.grad(player.loss(batch, rng()), player.module.decoder.dense1.weight)
    assert_close(slope, 2 * (nearest @ decode.T - batch.real).T @ nearest / 5)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_loss_is_a_function_of_its_batch_and_its_noise(objective):
    autoencoder, player, batch = linear(objective)
    first, again, other = (player.loss(batch, rng(seed)) for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert torch.equal(first, other) == (objective in {"mse", "vq_vae"})
    assert first.dtype == torch.float64
    slopes = torch.autograd.grad(first, list(autoencoder.parameters()))
    assert all(torch.isfinite(slope).all() and slope.any() for slope in slopes)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_only_an_objective_that_quantises_has_a_bottleneck_with_weights(tiny, objective):
    autoencoder = fresh_autoencoder(tiny.entry(objective), tiny.SHAPE, 0)
    keys = {key for key in autoencoder.state_dict() if not key.startswith(("encoder.", "decoder."))}
    assert keys == ({"bottleneck.entries.weight"} if objective in BOTTLENECKS else set())
    plain = fresh_autoencoder(tiny.entry(), tiny.SHAPE, 0).state_dict()
    assert torch.equal(plain["encoder.dense1.weight"], autoencoder.state_dict()["encoder.dense1.weight"])


def test_a_width_that_does_not_divide_the_code_is_refused():
    with pytest.raises(InputError, match="width: 3 does not divide the 2 numbers"):
        fresh_autoencoder(chosen("vq_vae") | {"objective": {"name": "vq_vae", "width": 3}}, (3,), 0)


@pytest.mark.parametrize("role", ["reconstruction", "latent", "warm_start"])
def test_roles_play_with_an_autoencoder_that_quantises(tiny, role):
    trained = tiny.trained(chosen=tiny.entry("vq_vae"))
    game = gan_game(tiny.method(role), tiny.SHAPE, 0, trained)
    before = tiny.weights(game)
    rows = (
        ArrayDataset(ArrayDataset(tiny.images()).map_batches(trained.autoencoder.encode))
        if game.played_on == "codes"
        else None
    )
    train(tiny.member(game, rows=rows), 2, [])
    moved = {key.split("/")[0] for key, value in tiny.weights(game).items() if not torch.equal(value, before[key])}
    assert moved == {"discriminator", "generator"}


def test_the_articles_fakes_come_through_the_bottleneck(tiny):
    autoencoder = (trained := tiny.trained(chosen=tiny.entry("vq_vae"))).autoencoder
    game = gan_game(tiny.method("reconstruction"), tiny.SHAPE, 0, trained)
    real = ArrayDataset(tiny.images()).batch(np.arange(4)).real
    codes = autoencoder.bottleneck(autoencoder.encoder(real))
    assert_close(game.reconstruct(real), autoencoder.decoder(codes))
    assert game.modules["bottleneck"] is autoencoder.bottleneck


@pytest.fixture(scope="module")
def digits():
    return ArrayDataset(Digits().load([]).values)


@pytest.mark.slow
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_learns_more_of_digits_than_their_mean(tiny, digits, objective):
    likelihood = {"variance": 0.05} if objective in {"vae", "iwae"} else {}
    architecture = {"name": "dense", "code": 16, "width": 64}
    entry = {"architecture": architecture, "objective": {"name": objective, **likelihood}}
    game = autoencoder_game(entry, (1, 8, 8), 0)
    member = tiny.member(game, rows=digits, optimiser={"name": "adam", "learning_rate": 3e-3}, batch_size=128)
    train(member, 400, [])
    real = digits.batch(np.arange(len(digits))).real
    error = (game.reconstruct(real) - real).square().mean().item()
    assert member.divergence is None
    assert error < 0.6 * (real - real.mean(0)).square().mean().item()
