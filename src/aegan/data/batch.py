"""`Batch`: the real data that a player's loss is computed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor


class Batch(NamedTuple):
    """One batch of real data."""

    real: Tensor  #: float32 images (B, C, H, W) in [0, 1], points (B, D), or codes (B, K) for a game on codes
    labels: Tensor | None = None  #: int64 class numbers (B,), -1 for a hidden label; None for data without labels
    step: int | Tensor = 0  #: rounds played so far, for augmentations and weights that change over training
