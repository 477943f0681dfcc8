"""Quality of an autoencoder's codes: their rate, their distribution, and their information about the classes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import torch

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.metrics.codes import index_entropy
from aegan.metrics.measurements import measure_class_information, measure_codes
from aegan.metrics.registry import PERPLEXITY, RATE
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.quantisation import Codebook
from aegan.objectives.reconstruction import gaussian_divergence

#: most codes that a classifier is fitted on, drawn at random from more; the time of a fit grows with their number
MAX_LABELLED_CODES = 10_000


class CohortCodes(NamedTuple):
    """The codes of both splits, as the rule `encode` wrote them."""

    train_codes: np.ndarray  #: float32 (seeds, N, code)
    train_labels: np.ndarray  #: (N,); empty without labels
    test_codes: np.ndarray  #: float32 (seeds, M, code)

    def draw_labelled_codes(self, position: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw train codes (n, code) of the seed at a position and their labels (n,); all seeds have the same rows."""
        rows = seeding.numpy_generator(0, "probe").permutation(len(self.train_labels))[:MAX_LABELLED_CODES]
        return np.take(self.train_codes[position], rows, axis=0), self.train_labels[rows]


def measure_code_quality(
    autoencoder: Autoencoder, test_dataset: ArrayDataset, codes: CohortCodes, position: int
) -> pd.DataFrame:
    """Measure the codes of one seed: metric, value, n.

    Args:
        autoencoder: the autoencoder of the seed.
        test_dataset: the test split.
        codes: the codes of all seeds; their test codes are those of `test_dataset`.
        position: the seed's place in `codes`.
    """
    test_codes = codes.test_codes[position]
    measured = measure_codes(test_codes)
    if test_dataset.labels is not None:
        measured |= measure_class_information(*codes.draw_labelled_codes(position), test_codes, test_dataset.labels)
    measured |= measure_rate(autoencoder, test_dataset)
    return pd.DataFrame(
        [{"metric": metric, "value": value, "n": len(test_dataset)} for metric, value in measured.items()]
    )


def measure_rate(autoencoder: Autoencoder, dataset: ArrayDataset) -> dict[str, float]:
    """Measure the rate of codes, in nats per datum; empty for continuous codes that are a function of the data.

    The rate of a variational encoder is E KL(q(z | x) ‖ N(0, I)) (Alemi 2018); that of a codebook is the entropy of its
    indices, which also has a perplexity: e to the mean entropy of a position.
    """
    codebook = autoencoder.bottleneck
    if isinstance(codebook, Codebook):
        indices = dataset.map_batches(lambda real: codebook.find_indices(autoencoder.encoder(real)))
        entropy = index_entropy(indices)
        return {RATE: entropy, PERPLEXITY: float(np.exp(entropy / indices.shape[1]))}
    encoded = torch.from_numpy(dataset.map_batches(autoencoder.encoder)).double()
    if encoded.shape[1] == autoencoder.code:
        return {}
    return {RATE: float(gaussian_divergence(*encoded.chunk(2, dim=1)))}
