"""Seeding: all random numbers come from named generators derived from (seed, purpose).

Nothing in aegan uses the global random state. A generator is a function of a seed and of words that name its purpose,
so two methods with the same seed have the same data order, initial weights and noise.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # torch takes a second to import, and not every job needs it
    import torch

#: seed of the measuring instruments that all methods share: feature networks, real-against-real floors, ladders
YARDSTICK = 0


def derive_seed(seed: int, *purpose: object) -> int:
    """Derive a 63-bit integer from a seed and a purpose. Equal arguments give the same integer on every machine."""
    text = "/".join([str(seed), *map(str, purpose)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def torch_generator(seed: int, *purpose: object, device: str | torch.device = "cpu") -> torch.Generator:
    """Make the torch generator of (seed, purpose) on `device`."""
    import torch

    return torch.Generator(device=device).manual_seed(derive_seed(seed, *purpose))


def numpy_generator(seed: int, *purpose: object) -> np.random.Generator:
    """Make the numpy generator of (seed, purpose)."""
    return np.random.default_rng(derive_seed(seed, *purpose))


def parse_seed_block(seeds: str) -> list[int]:
    """Return the seeds of a block: 0, 1, 2, 3, 4 for "0-4"."""
    first, last = map(int, seeds.split("-"))
    return list(range(first, last + 1))
