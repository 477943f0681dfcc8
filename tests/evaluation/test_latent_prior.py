import numpy as np
import pytest
import torch
from torch.testing import assert_close

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.latent_prior import (
    SAMPLERS,
    encode_cohort,
    fit_gaussian,
    fit_mixture,
    load_autoencoder,
    make_codes_loader,
    make_trained_loader,
)
from aegan.games.assembly import make_autoencoder
from aegan.registry import build
from aegan.storage import write_array
from aegan.training.weights import save_weights

SHAPE = (1, 8, 8)
CHOSEN = {"architecture": {"name": "dense", "code": 3, "width": 8, "depth": 1}, "objective": {"name": "mse"}}


def images(count=30):
    return ArrayDataset(np.random.default_rng(0).integers(0, 256, (count, 8, 8, 1), dtype=np.uint8))


def drawn(mean, covariance, count, seed=0):
    return np.random.default_rng(seed).multivariate_normal(mean, covariance, count).astype(np.float32)


def covariance_of(prior):
    return prior.scales @ prior.scales.mT


def test_a_gaussian_has_the_moments_of_its_codes():
    codes = drawn([1.0, -2.0], [[2.0, 0.6], [0.6, 0.5]], 500)
    prior = fit_gaussian(codes, 0)
    assert_close(prior.weights, torch.ones(1))
    assert_close(prior.means[0].numpy(), codes.mean(0), rtol=1e-5, atol=1e-5)
    assert_close(covariance_of(prior)[0].numpy(), np.cov(codes.T, ddof=0).astype(np.float32), rtol=1e-4, atol=1e-5)


def test_a_mixture_finds_three_far_blobs():
    centres = np.array([[0, 0], [20, 0], [0, 20]], dtype=np.float32)
    codes = np.concatenate([drawn(c, np.eye(2), 100 * k, k) for k, c in enumerate(centres, start=1)])
    prior = fit_mixture(codes, 0, components=(1, 2, 3, 5))
    order = torch.cdist(torch.from_numpy(centres), prior.means).argmin(1)
    assert len(prior.weights) == 3
    assert_close(prior.weights[order], torch.tensor([1 / 6, 2 / 6, 3 / 6]), rtol=1e-4, atol=1e-4)
    assert_close(prior.means[order].numpy(), centres, rtol=0, atol=0.3)


def test_a_single_blob_needs_a_single_component():
    assert len(fit_mixture(drawn([0, 0], np.eye(2), 400), 0, components=(1, 2, 5)).weights) == 1


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_dead_code_units_stay_dead(sampler):
    codes = np.concatenate([drawn([1.0], [[1.0]], 50), np.zeros((50, 2), np.float32)], axis=1)
    prior = build(SAMPLERS, {"name": sampler}, codes, 0)
    draws = prior.draw(1000, torch.Generator().manual_seed(0))
    assert torch.isfinite(draws).all()
    assert draws[:, 1:].abs().max() < 0.01


def test_more_components_than_codes_are_left_out():
    codes = drawn([0, 0], np.eye(2), 4)
    assert len(fit_mixture(codes, 0, components=(1, 2, 50)).weights) <= 2


def test_fits_depend_on_seed_and_codes_alone():
    codes = np.random.default_rng(0).uniform(size=(80, 2)).astype(np.float32)
    first, again = (fit_mixture(codes, 3, components=(4,)) for _ in range(2))
    assert all(map(torch.equal, first.state_dict().values(), again.state_dict().values()))


def test_codes_are_those_of_the_autoencoder_chunk_by_chunk():
    autoencoder, many = make_autoencoder(CHOSEN, SHAPE, 0), images(1500)
    codes = many.map_batches(autoencoder.encode)
    with torch.no_grad():
        whole = autoencoder.encode(many.select_batch(np.arange(1500)).real).numpy()
    assert codes.dtype == np.float32
    np.testing.assert_allclose(codes, whole, rtol=1e-5, atol=1e-6)


@pytest.fixture
def saved(tmp_path):
    """Weights of two seeds on disk."""
    autoencoders = {seed: {"autoencoder": make_autoencoder(CHOSEN, SHAPE, 100 + seed)} for seed in (0, 1)}
    save_weights(tmp_path / "autoencoder.safetensors", autoencoders)
    return tmp_path / "autoencoder.safetensors", autoencoders


def test_a_cohort_encodes_both_splits_with_its_own_autoencoders(saved):
    weights, autoencoders = saved
    train, test = images(30), images(7)
    codes, priors = encode_cohort([1, 0], CHOSEN, {"name": "gaussian"}, weights, train, test)
    assert [c.shape for c in codes] == [(2, 30, 3), (2, 7, 3)]
    for position, seed in enumerate((1, 0)):
        of_seed = train.map_batches(autoencoders[seed]["autoencoder"].encode)
        np.testing.assert_array_equal(codes[0][position], of_seed)
        assert_close(priors[seed]["prior"].means, fit_gaussian(of_seed, seed).means)


def test_trained_autoencoders_and_priors_come_back_from_disk(saved, tmp_path):
    weights, autoencoders = saved
    priors = {seed: {"prior": fit_gaussian(drawn([seed, 0, 0], np.eye(3), 40), seed)} for seed in (0, 1)}
    save_weights(tmp_path / "prior.safetensors", priors)
    trained = make_trained_loader(CHOSEN, images(), weights, tmp_path / "prior.safetensors")
    for seed in (0, 1):
        loaded, original = trained(seed).autoencoder.state_dict(), autoencoders[seed]["autoencoder"].state_dict()
        assert all(torch.equal(loaded[key], original[key]) for key in original)
        assert torch.equal(trained(seed).prior.means, priors[seed]["prior"].means)
    assert load_autoencoder(CHOSEN, SHAPE, 0, weights) is not trained(0).autoencoder


def test_a_method_without_an_autoencoder_has_nothing_trained():
    assert make_trained_loader({}, images(), None, None)(0) is None


def test_codes_are_found_by_seed_not_by_position(tmp_path):
    codes = np.arange(2 * 4 * 3, dtype=np.float32).reshape(2, 4, 3)
    write_array(tmp_path / "codes.npy", codes)
    rows = make_codes_loader(tmp_path / "codes.npy", [7, 5], "cpu")
    np.testing.assert_array_equal(rows(5).array, codes[1])
    assert_close(rows(7).select_batch(np.array([3])).real.numpy(), codes[0, 3:])
