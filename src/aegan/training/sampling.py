"""What trained games make: new images or points, and reconstructions."""

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

#: rows that are made at once
CHUNK = 512


def _at_rest(made: Tensor) -> np.ndarray:
    """Bring images to uint8 pixels, and points to float32.

    A byte has no NaN: where a diverged member gives one its image is stored black; points keep it. The verdict and the
    outcomes of decisions have the divergence; here it must not take the siblings' images along.
    """
    if made.ndim == 2:
        points: np.ndarray = made.cpu().numpy()
        return points
    return to_uint8(torch.where(made.isnan(), 0.0, made))


@contextmanager
def _resting(game: Game) -> Iterator[None]:
    """Hold networks in evaluation mode, where an image does not depend on its neighbours, and take no gradients."""
    for module in game.modules.values():
        module.eval()
    with torch.no_grad():
        yield
    for module in game.modules.values():
        module.train()


def generated(games: Mapping[int, Game], count: int, device: str, *draw: object) -> np.ndarray:
    """Generate `count` rows with the game of every seed: uint8 (seeds, count, H, W, C) or float32 (seeds, count, D).

    The noise is a function of the seed and of the words of `draw`.
    """
    return np.stack([np.concatenate(list(chunks(game, seed, count, device, *draw))) for seed, game in games.items()])


def chunks(game: Game, seed: int, count: int, device: str, *draw: object) -> Iterator[np.ndarray]:
    """Generate what `generated` does with the game of one seed, `CHUNK` rows at a time."""
    assert game.generate is not None, "this game generates nothing"
    rng = seeding.torch_generator(seed, "samples", *draw, device=device)
    with _resting(game):
        for start in range(0, count, CHUNK):
            yield _at_rest(game.generate(min(CHUNK, count - start), rng))


def reconstructed(games: Mapping[int, Game], rows: ArrayDataset) -> np.ndarray:
    """Reconstruct data with the game of every seed: (seeds, N, …), each like a row.

    Games that have no way back from their data give (seeds, 0, …).
    """
    return _mapped(games, rows, lambda game: game.reconstruct, _at_rest, rows.array[:0])


def classified(games: Mapping[int, Game], rows: ArrayDataset) -> np.ndarray:
    """Tell the class of data with the game of every seed: int64 (seeds, N); (seeds, 0) with games that learn none."""
    return _mapped(
        games, rows, lambda game: game.classify, lambda scores: scores.argmax(1).cpu().numpy(), np.empty(0, np.int64)
    )


def _mapped(
    games: Mapping[int, Game],
    rows: ArrayDataset,
    chosen: Callable[[Game], Callable[[Tensor], Tensor] | None],
    kept: Callable[[Tensor], np.ndarray],
    none: np.ndarray,
) -> np.ndarray:
    """Map data, a chunk at a time, by what is chosen of each game; where that is absent, `none` is its result."""
    made = []
    for game in games.values():
        function = chosen(game)
        with _resting(game):
            parts = [kept(function(batch.real)) for batch in rows.batches(CHUNK) if function]
        made.append(np.concatenate([none, *parts]))
    return np.stack(made)
