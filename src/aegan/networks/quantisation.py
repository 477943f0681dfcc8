"""Vector quantisation: a bottleneck with a finite number of codes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from aegan.errors import InputError


class Codebook(nn.Module):
    """Cut a code into pieces and replace each by the nearest vector of the codebook (van den Oord 2017, eqs. 1 and 2).

    Args:
        code: numbers per code.
        entries: number of vectors, shared by all pieces.
        width: numbers per vector and per piece.

    Raises:
        InputError: `width` does not divide `code`.
    """

    def __init__(self, code: int, entries: int, width: int) -> None:
        super().__init__()
        if code % width:
            raise InputError(
                "width", f"{width} does not divide the {code} numbers of a code", f"Use a divisor of {code}"
            )
        # left uninitialised: a draw on the meta device makes torch import modules for a second
        self.entries, self.width = nn.Embedding.from_pretrained(torch.empty(entries, width), freeze=False), width

    def find_indices(self, codes: Tensor) -> Tensor:
        """Return the index (N, code / width) of the vector nearest to each piece of codes (N, code)."""
        pieces = codes.detach().unflatten(1, (-1, self.width))
        return torch.cdist(pieces, self.entries.weight.detach()).argmin(2)

    def quantise(self, codes: Tensor) -> Tensor:
        """Replace each piece of codes (N, code) by its nearest vector; the gradient reaches the vectors only."""
        vectors: Tensor = self.entries(self.find_indices(codes))
        return vectors.flatten(1)

    def forward(self, codes: Tensor) -> Tensor:
        """Quantise codes (N, code) with a straight-through gradient to the codes."""
        return straight_through(codes, self.quantise(codes))


def straight_through(codes: Tensor, quantised: Tensor) -> Tensor:
    """Return the values of `quantised` with the gradient of `codes` (van den Oord 2017, section 3.2).

    Args:
        codes: (N, code), which the gradient goes to.
        quantised: (N, code), which the values come from.
    """
    return codes + (quantised - codes).detach()
