"""What is measured of an autoencoder's codes: what they cost, how they lie, and what they tell of the classes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import torch

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.metrics.codes import index_entropy
from aegan.metrics.registry import RATE, code_statistics, separation
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.quantisation import Codebook
from aegan.objectives.reconstruction import gaussian_divergence

#: codes that classes are learned from, drawn at random where there are more; the time of a fit grows with them
LEARNED_FROM = 10_000


class Codes(NamedTuple):
    """The codes of both splits, as the rule `encode` wrote them."""

    train: np.ndarray  #: float32 (seeds, N, code)
    train_labels: np.ndarray  #: (N,), empty where there are none
    test: np.ndarray  #: float32 (seeds, M, code)

    def known(self, position: int) -> tuple[np.ndarray, np.ndarray]:
        """Return codes of a seed's train split with their labels, the same rows of every seed."""
        rows = seeding.numpy_generator(0, "probe").permutation(len(self.train_labels))[:LEARNED_FROM]
        return np.take(self.train[position], rows, axis=0), self.train_labels[rows]


def code_quality(autoencoder: Autoencoder, test: ArrayDataset, codes: Codes, position: int) -> pd.DataFrame:
    """Measure the codes of one seed: metric, value, n.

    Args:
        autoencoder: the seed's.
        test: the test split.
        codes: of all seeds, their test codes those of `test`.
        position: of the seed in them.
    """
    of_seed = codes.test[position]
    measured = code_statistics(of_seed)
    if test.labels is not None:
        measured |= separation(*codes.known(position), of_seed, test.labels)
    measured |= rate(autoencoder, test)
    return pd.DataFrame([{"metric": metric, "value": value, "n": len(test)} for metric, value in measured.items()])


def rate(autoencoder: Autoencoder, data: ArrayDataset) -> dict[str, float]:
    """Measure what codes of data cost in nats per datum; codes that are a function of the data have no such price.

    A variational encoder's is E KL(q(z | x) ‖ N(0, I)), the rate of Alemi 2018; that of a codebook the entropy of the
    indices into it.
    """
    codebook = autoencoder.bottleneck
    if isinstance(codebook, Codebook):
        return {RATE: index_entropy(data.map_batches(lambda real: codebook.indices(autoencoder.encoder(real))))}
    encoded = torch.from_numpy(data.map_batches(autoencoder.encoder)).double()
    if encoded.shape[1] == autoencoder.code:
        return {}
    return {RATE: float(gaussian_divergence(*encoded.chunk(2, dim=1)))}
