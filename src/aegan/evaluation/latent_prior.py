"""Latent codes of both splits, and the priors fitted on them, from which every role can generate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from pydantic import Field, PositiveInt
from torch import nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.games.assembly import make_autoencoder
from aegan.games.components import TrainedAutoencoder
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.prior import Mixture
from aegan.progress import track
from aegan.registry import Entry, build
from aegan.storage import read_array
from aegan.training.weights import load_weights, read_weights


def encode_cohort(
    seeds: Sequence[int],
    autoencoder_config: Mapping[str, Any],
    sampler: Mapping[str, Any],
    weights: Path | str,
    train_dataset: ArrayDataset,
    test_dataset: ArrayDataset,
) -> tuple[list[np.ndarray], dict[int, dict[str, nn.Module]]]:
    """Encode both splits with the autoencoder of every seed, and fit a prior on each seed's train codes.

    Args:
        seeds: the members.
        autoencoder_config: the resolved entry of `autoencoders`.
        sampler: an entry of `SAMPLERS`, name and options.
        weights: safetensors of the trained autoencoders.
        train_dataset: the train split.
        test_dataset: the test split.

    Returns:
        The codes of the train and of the test split, float32 (seeds, N, code), and the priors by seed.
    """
    shape, device = train_dataset.sample_shape, train_dataset.device
    autoencoders = [load_autoencoder(autoencoder_config, shape, seed, weights).to(device) for seed in seeds]
    codes = [
        np.stack([dataset.map_batches(autoencoder.encode) for autoencoder in track(autoencoders, "encoding, seeds")])
        for dataset in (train_dataset, test_dataset)
    ]
    train_codes = track(zip(seeds, codes[0], strict=True), "priors, seeds", len(seeds))
    return codes, {seed: {"prior": build(SAMPLERS, sampler, of_seed, seed)} for seed, of_seed in train_codes}


def fit_gaussian(codes: np.ndarray, seed: int) -> Mixture:
    """Fit one Gaussian with full covariance to codes (N, code)."""
    return fit_mixture(codes, seed, components=(1,))


def fit_mixture(
    codes: np.ndarray,
    seed: int,
    *,
    components: Annotated[Sequence[PositiveInt], Field(min_length=1)] = (1, 2, 5, 10, 20),
    fitted_on: Annotated[int, Field(ge=2)] = 10_000,
) -> Mixture:
    """Fit Gaussian mixtures with full covariances and keep the one of lowest BIC, as RAE does (Ghosh 2020, section 4).

    Args:
        codes: (N, code).
        seed: draws the codes to fit on, and the initial clusters.
        components: numbers of components to try; those above the number of codes are left out.
        fitted_on: most codes to fit on, drawn at random from more; the time of a fit grows with their number.

    Raises:
        InputError: the codes are not finite, or of so many sizes that no mixture fits.
    """
    from sklearn.mixture import GaussianMixture  # takes a second; the config imports this file

    state = seeding.derive_seed(seed, "latents") % 2**32
    rows = seeding.numpy_generator(seed, "latents", "rows").permutation(len(codes))[:fitted_on]
    codes = codes[rows].astype(np.float64)
    if not np.isfinite(codes).all():
        raise InputError(f"seed {seed}", "the autoencoder's codes are not finite", "Lower its learning rate.")
    # unused code units have no variance; the added 1e-6 keeps every covariance positive definite
    fits = [GaussianMixture(k, reg_covar=1e-6, random_state=state) for k in components if k <= len(codes)]
    try:
        best = min(
            (fit.fit(codes) for fit in track(fits, f"prior of seed {seed}, mixtures")),
            key=lambda fit: float(fit.bic(codes)),
        )
    except ValueError as error:  # beside the variance of a large unit that of a small one is rounding
        wrong = f"no mixture fits the autoencoder's codes, the largest of which is {np.abs(codes).max():.3g}"
        raise InputError(f"seed {seed}", wrong, "Lower its learning rate, or bound its codes.") from error
    scales = np.linalg.cholesky(best.covariances_)
    return Mixture(*(torch.from_numpy(array).float() for array in (best.weights_, best.means_, scales)))


class SamplerEntry(Entry[Mixture]):
    """A sampler of codes, and how many codes it needs.

    Args:
        function: (codes, seed) and options -> prior.
        count_rows: options -> fewest codes that it can be fitted on.
    """

    def __init__(self, function: Callable[..., Mixture], *, count_rows: Callable[[Mapping[str, Any]], int]) -> None:
        super().__init__(function)
        self.count_rows = count_rows


#: name -> function from codes (N, code), a seed and options to a prior. A covariance needs two codes
SAMPLERS: dict[str, SamplerEntry] = {
    "gaussian": SamplerEntry(fit_gaussian, count_rows=lambda _options: 2),
    "gmm": SamplerEntry(fit_mixture, count_rows=lambda options: max(2, min(options["components"]))),
}


def load_autoencoder(
    autoencoder_config: Mapping[str, Any], shape: tuple[int, ...], seed: int, weights: Path | str
) -> Autoencoder:
    """Load the trained autoencoder of a seed.

    Args:
        autoencoder_config: the resolved entry of `autoencoders`.
        shape: (C, H, W) of images, (D,) of points.
        seed: the member.
        weights: safetensors of the trained autoencoders.
    """
    autoencoder = make_autoencoder(autoencoder_config, shape, seed)
    load_weights(weights, seed, "autoencoder", autoencoder)
    return autoencoder


def make_trained_loader(
    autoencoder_config: Mapping[str, Any], dataset: ArrayDataset, weights: Path | None, sampler: Path | None
) -> Callable[[int], TrainedAutoencoder | None]:
    """Make the loader of a method's trained autoencoder and prior, seed by seed.

    Args:
        autoencoder_config: the resolved entry of `autoencoders`.
        dataset: the data that it encodes.
        weights: safetensors of the trained autoencoders; None for a method without one.
        sampler: safetensors of the priors; None for a method without one.

    Returns:
        seed -> autoencoder and prior, or None for a method without one.
    """
    if weights is None or sampler is None:
        return lambda _seed: None
    return lambda seed: TrainedAutoencoder(
        load_autoencoder(autoencoder_config, dataset.sample_shape, seed, weights),
        Mixture(**read_weights(sampler, seed, "prior")),
    )


def make_codes_loader(codes: Path | None, seeds: Sequence[int], device: str) -> Callable[[int], ArrayDataset]:
    """Make the loader of a method's train codes, seed by seed; the members of a seed share them.

    Args:
        codes: .npy of (seeds, N, code); None for a method without an autoencoder, whose codes are never loaded.
        seeds: the seeds of the file, in its order.
        device: where batches go.
    """
    return cache(lambda seed: ArrayDataset(read_array(codes)[seeds.index(seed)], device=device))  # type: ignore[arg-type]
