"""The LeCam penalty, whose state is the running means of the logits."""

from __future__ import annotations

import torch
from pydantic import PositiveFloat
from torch import Tensor, nn

from aegan.objectives.augmentations import ShareBelowOne
from aegan.objectives.input_gradients import Discriminator


class LeCam(nn.Module):
    """The penalty of `lecam`: a module, because the running means of the logits are its state."""

    of_real: Tensor
    of_fake: Tensor
    share: Tensor  #: of a running mean that is not its start, 0

    def __init__(self, weight: float, decay: float) -> None:
        super().__init__()
        self.weight, self.decay = weight, decay
        self.register_buffer("of_real", torch.zeros(()))
        self.register_buffer("of_fake", torch.zeros(()))
        self.register_buffer("share", torch.zeros(()))

    def forward(self, discriminator: Discriminator, real: Tensor, fake: Tensor, _rng: torch.Generator) -> Tensor:
        """Compute the penalty (), then update the running means.

        Args:
            discriminator: data to logits (L,).
            real: (N, ...).
            fake: (N, ...).
        """
        on_real, on_fake = discriminator(real), discriminator(fake)
        share = self.share.clamp(min=1 - self.decay)  # before the first update the means are 0
        distance = (on_real - self.of_fake / share).square().mean() + (on_fake - self.of_real / share).square().mean()
        for mean, logits in ((self.of_real, on_real), (self.of_fake, on_fake)):
            mean.lerp_(logits.detach().mean(), 1 - self.decay)
        self.share.lerp_(torch.ones_like(self.share), 1 - self.decay)
        return self.weight * distance


def lecam(*, weight: PositiveFloat = 0.3, decay: ShareBelowOne = 0.99) -> LeCam:
    """LeCam penalty, λ · (E(D(x) − α_F)² + E(D(G(z)) − α_R)²), for little data (Tseng 2021, eq. 4).

    α_R and α_F are running means of the logits of real data and of fakes since the start of training. A game with two
    kinds of fakes updates them once for each.

    Args:
        weight: weight λ.
        decay: of the running means.
    """
    return LeCam(weight, decay)
