"""What a role takes over from a trained autoencoder whose decoder is its generator."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Literal

from torch import nn

from aegan.games.components import Components, TrainedAutoencoder
from aegan.networks.prior import Mixture


@dataclass(frozen=True, kw_only=True)
class InheritedDecoder:
    """The generator and the distribution of its codes; other than the defaults, they are ablations.

    Args:
        decoder: trained, or fresh: the same network with new weights, those of a plain GAN with this generator.
        prior: distribution of codes, fitted on those of the training split, or normal: N(0, I).
    """

    decoder: Literal["trained", "fresh"] = "trained"
    prior: Literal["fitted", "normal"] = "fitted"

    def make_generator(self, components: Components, trained: TrainedAutoencoder) -> nn.Module:
        """Return the trained decoder, or a copy of it with the weights that the method's seed draws."""
        decoder = trained.autoencoder.decoder
        return decoder if self.decoder == "trained" else components.make_network("generator", lambda: deepcopy(decoder))

    def make_prior(self, trained: TrainedAutoencoder) -> Mixture:
        """Return the distribution of codes."""
        return trained.prior if self.prior == "fitted" else Mixture.standard_normal(trained.autoencoder.code)
