"""An energy whose players are held in balance."""

from __future__ import annotations

import torch
from pydantic import PositiveFloat
from torch import Tensor, nn

from aegan.games.adversarial import Basics
from aegan.games.energy import energy_game
from aegan.games.game import Game
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.registry import choice


def began(
    parts: Basics,
    *,
    architecture: choice(AUTOENCODERS) = "dense",  # type: ignore[valid-type]
    gamma: PositiveFloat = 0.5,
    pace: PositiveFloat = 0.001,
) -> Game:
    """Boundary equilibrium GAN (Berthelot 2017, section 3.4): L(v) is the mean absolute error of D's reconstruction.

    The discriminator minimises L(x) − k·L(G(z)), the generator L(G(z)), and k ← k + pace · (γ·L(x) − L(G(z))), held to
    [0, 1], keeps their ratio at γ. How far training has come shows in M = L(x) + |γ·L(x) − L(G(z))| (section 3.4.1).
    k begins at 0 and moves with the discriminator, on the fakes it was shown.

    Args:
        architecture: the discriminator, an autoencoder.
        gamma: ratio γ of the errors of fakes and of data; the smaller, the better the images and the fewer their kinds.
        pace: λ, by which k moves.
    """
    balance = Balance(gamma, pace)
    return energy_game(parts, architecture, torch.abs, balance, balance=balance)


class Balance(nn.Module):
    """What the discriminator of `began` minimises; it remembers k, the weight of the fakes."""

    k: Tensor

    def __init__(self, gamma: float, pace: float) -> None:
        super().__init__()
        self.gamma, self.pace = gamma, pace
        self.register_buffer("k", torch.zeros(()))

    def forward(self, real: Tensor, fake: Tensor) -> Tensor:
        """Return the loss, a scalar, of the energies (N,) of data and of fakes, and then move k."""
        on_real, on_fake = real.mean(), fake.mean()
        loss = on_real - self.k.clone() * on_fake
        self.k.add_(self.pace * (self.gamma * on_real - on_fake).detach()).clamp_(0, 1)
        return loss
