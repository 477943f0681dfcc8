"""Encode every split, and fit a distribution on the codes so that every role can generate new images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from pydantic import Field, PositiveInt
from torch import nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.games.adversarial import Trained
from aegan.games.roles import fresh_autoencoder
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.prior import Mixture
from aegan.registry import build
from aegan.storage import read_array
from aegan.training.checkpoint import load_weights, read_weights


def encode_cohort(
    seeds: Sequence[int],
    chosen: Mapping[str, Any],
    sampler: Mapping[str, Any],
    weights: Path | str,
    train: ArrayDataset,
    test: ArrayDataset,
) -> tuple[list[np.ndarray], dict[int, dict[str, nn.Module]]]:
    """Encode both splits with the autoencoder of every seed, and fit a prior on each seed's train codes.

    Returns:
        The codes of the train and of the test split, float32 (seeds, N, code), and the priors by seed.
    """
    autoencoders = [load_autoencoder(chosen, train.sample_shape, seed, weights).to(train.device) for seed in seeds]
    codes = [
        np.stack([images.map_batches(autoencoder.encode) for autoencoder in autoencoders]) for images in (train, test)
    ]
    fitted = zip(seeds, codes[0], strict=True)
    return codes, {seed: {"prior": build(SAMPLERS, sampler, of_seed, seed)} for seed, of_seed in fitted}


def gaussian(codes: np.ndarray, seed: int) -> Mixture:
    """Fit one Gaussian with full covariance."""
    return gmm(codes, seed, components=(1,))


def gmm(
    codes: np.ndarray,
    seed: int,
    *,
    components: Annotated[Sequence[PositiveInt], Field(min_length=1)] = (1, 2, 5, 10, 20),
    fitted_on: PositiveInt = 10_000,
) -> Mixture:
    """Fit Gaussian mixtures with full covariances and keep the one of lowest BIC, as RAE does (Ghosh 2020, section 4).

    Args:
        components: numbers of components to try; numbers above the number of codes are left out.
        fitted_on: codes to fit on, drawn at random where there are more; the time of a fit grows with them.
    """
    from sklearn.mixture import GaussianMixture  # here, for it takes a second that the config need not wait for

    state = seeding.derive(seed, "latents") % 2**32
    rows = seeding.numpy_generator(seed, "latents", "rows").permutation(len(codes))[:fitted_on]
    codes = codes[rows].astype(np.float64)
    if not np.isfinite(codes).all():
        raise InputError(f"seed {seed}", "its autoencoder gives codes that are not finite", "Lower its learning rate.")
    # dead code units have no variance at all; the added 1e-6 keeps every covariance positive definite
    fits = [GaussianMixture(k, reg_covar=1e-6, random_state=state) for k in components if k <= len(codes)]
    best = min((fit.fit(codes) for fit in fits), key=lambda fit: float(fit.bic(codes)))
    scales = np.linalg.cholesky(best.covariances_)
    return Mixture(*(torch.from_numpy(array).float() for array in (best.weights_, best.means_, scales)))


#: (codes (N, code), seed) and options to a prior.
SAMPLERS: dict[str, Callable[..., Mixture]] = {"gaussian": gaussian, "gmm": gmm}


def load_autoencoder(chosen: Mapping[str, Any], shape: tuple[int, ...], seed: int, weights: Path | str) -> Autoencoder:
    """Load the trained autoencoder of a seed; `chosen` is its resolved entry of `autoencoders`."""
    autoencoder = fresh_autoencoder(chosen, shape, seed)
    load_weights(weights, seed, "autoencoder", autoencoder)
    return autoencoder


def trained_by_seed(
    chosen: Mapping[str, Any], images: ArrayDataset, weights: Path | None, sampler: Path | None
) -> Callable[[int], Trained | None]:
    """Make the loader of a method's autoencoder and prior, seed by seed; of None for a method without one."""
    if weights is None or sampler is None:
        return lambda _seed: None
    return lambda seed: Trained(
        load_autoencoder(chosen, images.sample_shape, seed, weights), Mixture(**read_weights(sampler, seed, "prior"))
    )


def codes_by_seed(codes: Path | None, seeds: Sequence[int], device: str) -> Callable[[int], ArrayDataset]:
    """Make the loader of a method's training codes (seeds, N, code), seed by seed."""
    return lambda seed: ArrayDataset(read_array(codes)[seeds.index(seed)], device=device)  # type: ignore[arg-type]
