"""One batch of data, as every player of a game sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor


class Batch(NamedTuple):
    """What a player sees of the data in one move."""

    real: Tensor  #: (N, C, H, W) images in [0, 1], (N, D) points, or (N, K) codes in a game that is played on codes
    labels: Tensor | None = None  #: (N,) class numbers, where the data have them; -1 where a label is hidden
    step: int | Tensor = 0  #: rounds played before this one, for what changes over training
