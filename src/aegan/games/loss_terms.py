"""Losses that are sums of named terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import add

import torch
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.networks.last_layer import find_last_layer
from aegan.objectives.mixing import measure_gradient, scale_to_share

#: the names of the terms of a generator that is tied to data: what depends on the discriminator, and what does not
ADVERSARIAL, ANCHOR = "adversarial", "anchor"
#: the adversarial term of reconstructions, of a generator that has one of samples, too
RECONSTRUCTION = "reconstruction"


class LossTerms:
    """A player's loss that is a sum of terms; probes measure each term's share of the gradient.

    Args:
        module: the player's module. The terms' gradients are compared in its last layer.
        compute: (batch, rng) → name → term (), computed together, because they share fakes.
        anchor_share: the anchor's share of the gradient, to which it is scaled at every move; None for no scaling.
        part: name of the module in `module` whose last layer is meant; "" for the whole.
    """

    def __init__(
        self,
        module: nn.Module,
        compute: Callable[[Batch, torch.Generator], Mapping[str, Tensor]],
        anchor_share: float | None = None,
        part: str = "",
    ) -> None:
        self.last_layer, self._compute, self._anchor_share = find_last_layer(module, part), compute, anchor_share

    def __call__(self, batch: Batch, rng: torch.Generator) -> Tensor:
        """Compute the loss ()."""
        return sum_terms(self.compute(batch, rng))

    def compute(self, batch: Batch, rng: torch.Generator, differentiable: bool = False) -> Mapping[str, Tensor]:
        """Compute the terms ().

        Args:
            batch: the real data (N, …).
            rng: draws the noise.
            differentiable: whether their gradients can be differentiated, with a factor that makes the anchor's share.
        """
        terms = self._compute(batch, rng)
        if self._anchor_share is None:
            return terms
        rest = sum_terms({name: term for name, term in terms.items() if name != ANCHOR})
        scaled = scale_to_share(terms[ANCHOR], rest, self.last_layer.parameters, self._anchor_share, differentiable)
        return {**terms, ANCHOR: scaled}

    def measure_gradients(self, terms: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Measure the norm of the gradient of each scalar term in the last layer, a scalar; the graph is kept."""
        return {name: measure_gradient(term, self.last_layer.parameters) for name, term in terms.items()}


def sum_terms(terms: Mapping[str, Tensor]) -> Tensor:
    """Add scalar terms in their order."""
    return reduce(add, terms.values())
