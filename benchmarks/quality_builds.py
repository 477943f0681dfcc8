"""Autoencoders with a collapsed codebook or a prior with holes, and healthy ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from benchmarks.small_gans import make_small_autoencoder

from aegan.evaluation.code_quality import measure_rate
from aegan.evaluation.latent_prior import fit_mixture
from aegan.games.game import Game
from aegan.metrics.coverage import compute_overlap
from aegan.metrics.reconstruction import structural_similarity
from aegan.networks.prior import Mixture
from aegan.probes.findings import Limits
from aegan.probes.quality_faults import assess_codebooks, assess_priors
from aegan.training.cohort import train
from aegan.training.member import Member
from aegan.training.sampling import generate_samples, reconstruct_dataset

ROUNDS = 1500
VQ = {"name": "vq_vae", "entries": 32, "width": 4}


class QualityBuild(NamedTuple):
    """A way to make an autoencoder whose verdict is known."""

    built: str  #: the expected verdict
    how: str  #: the way, in words
    network: str  #: that is judged
    assess: Callable[
        [int, tuple[int, int], Limits], pd.DataFrame
    ]  #: (seed, shape, limits) -> verdicts, none if healthy


def push_entries_away(member: Member) -> Member:
    """Move all entries of the codebook but one so far away that no code is near them."""
    codebook = member.game.modules["autoencoder"].bottleneck
    with torch.no_grad():
        codebook.entries.weight[1:] += 1e3
    return member


def assess_codebook(change: Callable[[Member], Member]) -> Callable[[int, tuple[int, int], Limits], pd.DataFrame]:
    """Return the function that trains a quantising autoencoder, changed before, and judges its codebook."""

    def assess(seed: int, shape: tuple[int, int], limits: Limits) -> pd.DataFrame:
        member = change(make_small_autoencoder(seed, *shape, objective=VQ))
        train(member, ROUNDS, [])
        rate = measure_rate(member.game.modules["autoencoder"], member.dataset)
        rows = [("digits", "vq", seed, name, value) for name, value in rate.items()]
        table = pd.DataFrame(rows, columns=["dataset", "autoencoder", "seed", "metric", "value"])
        return assess_codebooks(table, {"vq": {"autoencoder": "vq"}}, limits)

    return assess


def assess_prior(
    fit: Callable[[np.ndarray, int], Mixture],
) -> Callable[[int, tuple[int, int], Limits], pd.DataFrame]:
    """Return the function that trains an autoencoder, and judges the prior that `fit` makes from codes and a seed."""

    def assess(seed: int, shape: tuple[int, int], limits: Limits) -> pd.DataFrame:
        member = make_small_autoencoder(seed, *shape)
        train(member, ROUNDS, [])
        autoencoder, images = member.game.modules["autoencoder"], member.dataset.array
        prior = fit(member.dataset.map_batches(autoencoder.encode), seed)
        game = Game((), reconstruct=autoencoder, generate=lambda n, rng: autoencoder.decoder(prior.draw(n, rng)))
        first, second = np.array_split(images.reshape(len(images), -1).astype(float), 2)
        samples = generate_samples({seed: game}, len(second), "cpu", "zoo")[0].reshape(len(second), -1).astype(float)
        reconstructions = reconstruct_dataset({seed: game}, member.dataset)[0]
        rows = [
            ("ssim", structural_similarity(images, reconstructions), np.nan),
            ("precision", compute_overlap(second, samples).precision, compute_overlap(second, first).precision),
        ]
        table = pd.DataFrame(rows, columns=["metric", "value", "floor"])
        return assess_priors(table.assign(dataset="digits", method="ae", seed=seed), limits)

    return assess


QUALITY_BUILDS = [
    QualityBuild("codebook collapse", "codebook with all entries but one far from the codes", "codebook",
                 assess_codebook(push_entries_away)),
    QualityBuild("healthy", "quantising autoencoder", "codebook", assess_codebook(lambda member: member)),
    QualityBuild("prior hole", "prior N(0, 1) beside unregularised codes", "prior",
                 assess_prior(lambda codes, _seed: Mixture.standard_normal(codes.shape[1]))),
    QualityBuild("healthy", "prior fitted to the codes", "prior", assess_prior(fit_mixture)),
]  # fmt: skip
