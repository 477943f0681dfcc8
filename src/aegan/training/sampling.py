"""What trained games make: new images, and reconstructions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from aegan import seeding
from aegan.data.scaling import to_uint8
from aegan.games.game import Game
from aegan.training.stream import Rows

#: images that are made at once
CHUNK = 512


def _pixels(images: Tensor) -> np.ndarray:
    """Make uint8 pixels. A byte has no NaN: where a diverged member gives one it is stored black.

    The verdict and the outcomes of decisions have the divergence; here it must not take the siblings' images along.
    """
    return to_uint8(torch.where(images.isnan(), 0.0, images))


def generated(games: Mapping[int, Game], count: int, device: str) -> np.ndarray:
    """Generate `count` images with the game of every seed: uint8 (seeds, count, H, W, C)."""
    pictures = []
    for seed, game in games.items():
        assert game.generate is not None, "this game generates nothing"
        rng = seeding.torch_generator(seed, "samples", device=device)
        with torch.no_grad():
            chunks = [_pixels(game.generate(min(CHUNK, count - start), rng)) for start in range(0, count, CHUNK)]
        pictures.append(np.concatenate(chunks))
    return np.stack(pictures)


def reconstructed(games: Mapping[int, Game], images: Rows) -> np.ndarray:
    """Reconstruct images with the game of every seed: uint8 (seeds, N, H, W, C).

    Games that have no way back from an image give (seeds, 0, H, W, C).
    """
    pictures = []
    for game in games.values():
        with torch.no_grad():
            chunks = [_pixels(game.reconstruct(batch.real)) for batch in images.batches(CHUNK) if game.reconstruct]
        pictures.append(np.concatenate([images.array[:0], *chunks]))
    return np.stack(pictures)
