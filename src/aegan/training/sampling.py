"""Samples, reconstructions and class predictions of trained games."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.data.scaling import to_uint8
from aegan.games.game import Game
from aegan.progress import track

#: samples per forward pass
CHUNK = 512

Games = Mapping[int, Game]  #: seed -> game


def generate_samples(games: Games, count: int, device: str, *purpose: object) -> np.ndarray:
    """Generate `count` samples with the game of every seed: uint8 (seeds, count, H, W, C) or float32 (seeds, count, D).

    The noise is a function of the seed and of the purpose.

    Args:
        games: seed -> game.
        count: samples per seed.
        device: of the games.
        *purpose: words that distinguish this draw from others of the same seed.
    """
    return np.stack(
        [np.concatenate(list(generate_chunks(game, seed, count, device, *purpose))) for seed, game in games.items()]
    )


def generate_chunks(game: Game, seed: int, count: int, device: str, *purpose: object) -> Iterator[np.ndarray]:
    """Generate the samples of `generate_samples` with the game of one seed, in chunks (≤ `CHUNK`, …).

    Args:
        game: the game.
        seed: of the noise.
        count: total number of samples.
        device: of the game.
        *purpose: words that distinguish this draw from others of the same seed.
    """
    assert game.generate is not None, "this game generates nothing"
    rng = seeding.torch_generator(seed, "samples", *purpose, device=device)
    with _inference(game):
        for start in track(range(0, count, CHUNK), f"samples of seed {seed}, chunks"):
            yield _to_storage(game.generate(min(CHUNK, count - start), rng))


def reconstruct_dataset(games: Games, dataset: ArrayDataset) -> np.ndarray:
    """Reconstruct all samples with the game of every seed: (seeds, N, …), each like a sample.

    Games without reconstructions give (seeds, 0, …).
    """
    return _apply_to_dataset(games, dataset, lambda game: game.reconstruct, _to_storage, dataset.array[:0])


def classify_dataset(games: Games, dataset: ArrayDataset) -> np.ndarray:
    """Predict the class of all samples with the game of every seed: int64 (seeds, N); (seeds, 0) if it learns none."""

    def most_likely(scores: Tensor) -> np.ndarray:
        classes: np.ndarray = scores.argmax(1).cpu().numpy()
        return classes

    return _apply_to_dataset(games, dataset, lambda game: game.classify, most_likely, np.empty(0, np.int64))


def _apply_to_dataset(
    games: Games,
    dataset: ArrayDataset,
    function_of: Callable[[Game], Callable[[Tensor], Tensor] | None],
    convert: Callable[[Tensor], np.ndarray],
    empty: np.ndarray,
) -> np.ndarray:
    """Apply a function of each game to the data, a chunk at a time; where a game has none, its result is `empty`."""
    results = []
    for game in track(games.values(), "seeds"):
        function = function_of(game)
        batches = track(dataset.iterate_batches(CHUNK), "batches", -(-len(dataset) // CHUNK)) if function else ()
        with _inference(game):
            chunks = [convert(function(batch.real)) for batch in batches if function]
        results.append(np.concatenate([empty, *chunks]))
    return np.stack(results)


def _to_storage(samples: Tensor) -> np.ndarray:
    """Convert images to uint8 pixels, and points to float32.

    uint8 cannot hold NaN; NaN pixels of a diverged seed become 0 so that other seeds can still be written. The
    divergence itself is recorded in the history.
    """
    if samples.ndim == 2:
        points: np.ndarray = samples.cpu().numpy()
        return points
    return to_uint8(torch.where(samples.isnan(), 0.0, samples))


@contextmanager
def _inference(game: Game) -> Iterator[None]:
    """Put networks into evaluation mode, where a sample does not depend on its batch, without gradients."""
    for module in game.modules.values():
        module.eval()
    with torch.no_grad():
        yield
    for module in game.modules.values():
        module.train()
