"""Quality of trained autoencoders: reconstructions and codes of the test split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.code_quality import CohortCodes, measure_code_quality
from aegan.evaluation.latent_prior import load_autoencoder
from aegan.evaluation.sample_quality import measure_reconstructions
from aegan.games.game import Game
from aegan.progress import track
from aegan.tables import CODE_QUALITY_COLUMNS, PROJECTION_COLUMNS
from aegan.training.sampling import reconstruct_dataset


class AutoencoderQuality(NamedTuple):
    """The results of evaluating a cohort of autoencoders."""

    quality: pd.DataFrame  #: `CODE_QUALITY_COLUMNS`
    reconstructions: np.ndarray  #: (seeds, N, …) of the test split, of its shape and type
    projection: pd.DataFrame  #: `PROJECTION_COLUMNS`


def evaluate_autoencoder(
    autoencoder_config: Mapping[str, Any],
    seeds: Sequence[int],
    weights: Path | str,
    test_dataset: ArrayDataset,
    codes: CohortCodes,
) -> AutoencoderQuality:
    """Measure the reconstructions and codes of each seed's autoencoder, and project the codes for a scatter plot.

    Args:
        autoencoder_config: the resolved entry of `autoencoders`.
        seeds: the members.
        weights: safetensors of the trained autoencoders.
        test_dataset: the test split.
        codes: the codes of both splits; their test codes are those of `test_dataset`.
    """
    shape, device = test_dataset.sample_shape, test_dataset.device
    autoencoders = {seed: load_autoencoder(autoencoder_config, shape, seed, weights).to(device) for seed in seeds}
    games = {seed: Game(players=(), reconstruct=autoencoder) for seed, autoencoder in autoencoders.items()}
    reconstructions = reconstruct_dataset(games, test_dataset)
    tables = []
    for position, (seed, autoencoder) in enumerate(track(autoencoders.items(), "seeds")):
        of_reconstructions = measure_reconstructions(test_dataset.array, reconstructions[position])
        of_codes = measure_code_quality(autoencoder, test_dataset, codes, position)
        tables.append(pd.concat([of_reconstructions.drop(columns="space"), of_codes]).assign(seed=seed))
    quality = pd.concat(tables, ignore_index=True)[CODE_QUALITY_COLUMNS]
    return AutoencoderQuality(quality, reconstructions, project_codes(seeds, codes.test_codes, test_dataset.labels))


def project_codes(seeds: Sequence[int], codes: np.ndarray, labels: np.ndarray | None) -> pd.DataFrame:
    """Project codes on their first two principal components.

    Args:
        seeds: the members.
        codes: (seeds, N, code).
        labels: (N,), or None.

    Returns:
        `PROJECTION_COLUMNS`; y is 0 for codes of one dimension and for a single code, label is empty without labels.
    """
    from sklearn.decomposition import PCA

    tables = []
    for seed, own_codes in zip(seeds, codes, strict=True):
        plane, components = np.zeros((len(own_codes), 2)), min(2, *own_codes.shape)
        if len(own_codes) > 1:
            pca = PCA(n_components=components, svd_solver="full")
            plane[:, :components] = pca.fit_transform(own_codes.astype(np.float64))
        columns = (seed, plane[:, 0], plane[:, 1], labels)
        tables.append(pd.DataFrame(dict(zip(PROJECTION_COLUMNS, columns, strict=True))))
    return pd.concat(tables, ignore_index=True)
