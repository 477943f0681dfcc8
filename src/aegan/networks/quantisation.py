"""A bottleneck of few possible codes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from aegan.errors import InputError


class Codebook(nn.Module):
    """Cuts a code into pieces and replaces each by the nearest of its vectors (van den Oord 2017, eqs. 1 and 2).

    Args:
        code: numbers per code.
        entries: vectors to choose from, the same for every piece.
        width: numbers per vector.

    Raises:
        InputError: a code cannot be cut into pieces of that width.
    """

    def __init__(self, code: int, entries: int, width: int) -> None:
        super().__init__()
        if code % width:
            raise InputError(
                "width", f"{width} does not divide the {code} numbers of a code", f"Use a divisor of {code}"
            )
        # not drawn by torch: on the meta device that alone takes torch a second, for what it imports
        self.entries, self.width = nn.Embedding.from_pretrained(torch.empty(entries, width), freeze=False), width

    def indices(self, codes: Tensor) -> Tensor:
        """Return which vector is nearest to each piece of codes (N, code): (N, code / width)."""
        pieces = codes.detach().unflatten(1, (-1, self.width))
        return torch.cdist(pieces, self.entries.weight.detach()).argmin(2)

    def nearest(self, codes: Tensor) -> Tensor:
        """Return the vectors nearest to the pieces of codes, put together to codes (N, code)."""
        found: Tensor = self.entries(self.indices(codes))
        return found.flatten(1)

    def forward(self, codes: Tensor) -> Tensor:
        """Return `nearest`, whose gradient goes straight through to the codes."""
        return straight_through(codes, self.nearest(codes))


def straight_through(codes: Tensor, nearest: Tensor) -> Tensor:
    """Return the values of `nearest` with the gradient of `codes` (van den Oord 2017, section 3.2)."""
    return codes + (nearest - codes).detach()
