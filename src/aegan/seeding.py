"""All randomness: named generators derived from (seed, purpose).

Nothing in aegan touches the global random state. A generator is asked for by a seed and the words that say
what it is for, so two methods that share a seed share their data order, their initial weights and their noise.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # torch takes a second to import, and not every job needs it
    import torch

#: the seed of what measures all methods of a study alike: feature nets, floors, ladders
YARDSTICK = 0


def derive(seed: int, *purpose: object) -> int:
    """Derive a 63-bit integer from a seed and a purpose; equal arguments, equal integer, on every machine."""
    text = "/".join([str(seed), *map(str, purpose)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def torch_generator(seed: int, *purpose: object, device: str | torch.device = "cpu") -> torch.Generator:
    """Make the torch generator of (seed, purpose) on `device`."""
    import torch

    return torch.Generator(device=device).manual_seed(derive(seed, *purpose))


def numpy_generator(seed: int, *purpose: object) -> np.random.Generator:
    """Make the numpy generator of (seed, purpose)."""
    return np.random.default_rng(derive(seed, *purpose))


def block(seeds: str) -> list[int]:
    """List the seeds of a block: "0-4" is 0, 1, 2, 3, 4."""
    first, last = map(int, seeds.split("-"))
    return list(range(first, last + 1))
