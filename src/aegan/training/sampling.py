"""What trained games make: new images or points, and reconstructions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from aegan import seeding
from aegan.data.scaling import to_uint8
from aegan.games.game import Game
from aegan.training.stream import Rows

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


def generated(games: Mapping[int, Game], count: int, device: str) -> np.ndarray:
    """Generate `count` rows with the game of every seed: uint8 (seeds, count, H, W, C) or float32 (seeds, count, D)."""
    made = []
    for seed, game in games.items():
        assert game.generate is not None, "this game generates nothing"
        rng = seeding.torch_generator(seed, "samples", device=device)
        with torch.no_grad():
            chunks = [_at_rest(game.generate(min(CHUNK, count - start), rng)) for start in range(0, count, CHUNK)]
        made.append(np.concatenate(chunks))
    return np.stack(made)


def reconstructed(games: Mapping[int, Game], rows: Rows) -> np.ndarray:
    """Reconstruct data with the game of every seed: (seeds, N, …), each like a row.

    Games that have no way back from their data give (seeds, 0, …).
    """
    made = []
    for game in games.values():
        with torch.no_grad():
            chunks = [_at_rest(game.reconstruct(batch.real)) for batch in rows.batches(CHUNK) if game.reconstruct]
        made.append(np.concatenate([rows.array[:0], *chunks]))
    return np.stack(made)
