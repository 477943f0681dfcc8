"""`Batch`: the real data that a player's loss is computed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor


class Batch(NamedTuple):
    """One batch of real data."""

    real: (
        Tensor  #: float32 (B, C, H, W) images in [0, 1], (B, D) points, or (B, K) codes if the game is played on codes
    )
    labels: Tensor | None = None  #: int64 (B,) class numbers, -1 for a hidden label; None for data without labels
    step: int | Tensor = 0  #: rounds played so far, for losses and schedules that change over training
