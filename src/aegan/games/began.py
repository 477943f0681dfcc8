"""An energy-based game that keeps the ratio of its two energies constant."""

from __future__ import annotations

import torch
from pydantic import PositiveFloat
from torch import Tensor, nn

from aegan.games.components import GeneratorComponents
from aegan.games.energy import make_energy_game
from aegan.games.game import Game
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.registry import choice


def began(
    components: GeneratorComponents,
    *,
    architecture: choice(AUTOENCODERS) = "dense",  # type: ignore[valid-type]
    gamma: PositiveFloat = 0.5,
    pace: PositiveFloat = 0.001,
) -> Game:
    """Boundary equilibrium GAN (Berthelot 2017, section 3.4): L(v) is the mean absolute error of D's reconstruction.

    The discriminator minimises L(x) − k·L(G(z)), the generator L(G(z)), and k ← k + pace · (γ·L(x) − L(G(z))), clipped
    to [0, 1], keeps L(G(z)) / L(x) at γ. The paper measures convergence by M = L(x) + |γ·L(x) − L(G(z))| (3.4.1).
    k starts at 0 and changes with each move of the discriminator, by the fakes of that move.

    Args:
        components: the method's generator.
        architecture: the discriminator, an autoencoder.
        gamma: ratio γ of the errors of fakes and of data; a smaller one gives better but less diverse images.
        pace: λ, step size of k.
    """
    balance = Balance(gamma, pace)
    return make_energy_game(components, architecture, torch.abs, balance, balance=balance)


class Balance(nn.Module):
    """The discriminator's loss of `began`: a module, because k, the weight of the fakes, is its state.

    Args:
        gamma: ratio γ that k aims at.
        pace: λ, step size of k.
    """

    k: Tensor

    def __init__(self, gamma: float, pace: float) -> None:
        super().__init__()
        self.gamma, self.pace = gamma, pace
        self.register_buffer("k", torch.zeros(()))

    def forward(self, real: Tensor, fake: Tensor) -> Tensor:
        """Compute the loss () of the energies (N,) of data and of fakes, then update k."""
        on_real, on_fake = real.mean(), fake.mean()
        loss = on_real - self.k.clone() * on_fake
        self.k.add_(self.pace * (self.gamma * on_real - on_fake).detach()).clamp_(0, 1)
        return loss
