"""Losses that are sums of named terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import add

import torch
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.networks.last_layer import find_last_layer
from aegan.objectives.mixing import measure_gradient

#: the names of the terms of a generator that is tied to data: what depends on the discriminator, and what does not
ADVERSARIAL, ANCHOR = "adversarial", "anchor"


class LossTerms:
    """A player's loss that is a sum of terms; probes measure each term's share of the gradient.

    Args:
        module: the player's module. The terms' gradients are compared in its last layer.
        compute: (batch, rng) → name → term (), computed together, because they share fakes.
    """

    def __init__(self, module: nn.Module, compute: Callable[[Batch, torch.Generator], Mapping[str, Tensor]]) -> None:
        self.last_layer, self.compute = find_last_layer(module), compute

    def __call__(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """Compute the loss ()."""
        return sum_terms(self.compute(batch, rng))

    def measure_gradients(self, terms: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Measure the norm of the gradient of each scalar term in the last layer, a scalar; the graph is kept."""
        return {name: measure_gradient(term, self.last_layer.parameters) for name, term in terms.items()}


def sum_terms(terms: Mapping[str, Tensor]) -> Tensor:
    """Add scalar terms in their order."""
    return reduce(add, terms.values())
