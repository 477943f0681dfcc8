"""The Dirac-GAN as a game: a discriminator of one weight ψ against a generator of one weight θ; and its spectrum."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.evaluation.game_field import players
from aegan.games.adversarial import Parts, plain_game
from aegan.games.game import Game, Player
from aegan.networks.prior import Mixture
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import r1
from aegan.probes.dynamics import Jacobian, field
from aegan.training.precision import double_precision


class Scalar(nn.Module):
    """A network of one weight: x ↦ w·x."""

    def __init__(self, weight: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))

    def forward(self, x: Tensor) -> Tensor:
        """Scale (N, 1)."""
        return self.weight * x


def dirac_game(weights: tuple[float, float], loss: str, gamma: float) -> Game:
    """Play D(x) = ψx against G = θ, from the weights (ψ, θ); without R1 where γ is 0."""
    parts = Parts(
        shape=(1,),
        latent=1,
        generator=lambda *_: Scalar(weights[1]),
        discriminator=lambda _: Scalar(weights[0]),
        loss=LOSSES[loss](),
        penalty=r1(gamma=gamma) if gamma else None,
    )
    always_one = Mixture(torch.ones(1), torch.ones(1, 1), torch.zeros(1, 1, 1))
    return plain_game(parts, Scalar(weights[1]), always_one)


def simultaneous(game: Game) -> Game:
    """Let all players move at once: one player has all parameters, and a loss whose gradient is the game's field."""
    own = [list(player.module.parameters()) for player in game.players]

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        losses = [partial(player.loss, batch, rng) for player in game.players]
        direction = field(list(zip(own, losses, strict=True))).detach()
        return direction @ torch.cat([weight.flatten() for weights in own for weight in weights])

    everyone = nn.ModuleList([player.module for player in game.players])
    return Game(players=(Player("everyone", everyone, loss),), auxiliary_modules=game.auxiliary_modules)


#: a game to the game whose rounds are one step of the scheme
SCHEMES: dict[str, Callable[[Game], Game]] = {"alternating": lambda game: game, "simultaneous": simultaneous}


def analytic(gamma: float) -> np.ndarray:
    """Return the eigenvalues at the equilibrium, −γ/2 ± √(γ²/4 − f'(0)²) with f'(0) = 1/2, complex (2,)."""
    root = np.sqrt(complex(gamma**2 / 4 - 0.25))
    return np.array([-gamma / 2 + root, -gamma / 2 - root])


def numeric(loss: str, gamma: float) -> np.ndarray:
    """Return the eigenvalues of the Jacobian of −v at the equilibrium, by differentiation, complex (2,)."""
    game = dirac_game((0.0, 0.0), loss, gamma)
    with double_precision(game.modules.values()):
        jacobian = Jacobian(players(game, Batch(torch.zeros(1, 1, dtype=torch.float64)), seed=0))
        found: np.ndarray = -jacobian.eigenvalues(2, torch.Generator()).numpy()
    return found


def table(part: str, loss: str, gamma: float, places: np.ndarray, scheme: str = "") -> pd.DataFrame:
    """Set up rows (part, loss, gamma, scheme, index, x, y) of places (N, 2) in a plane."""
    rows = pd.DataFrame(places, columns=["x", "y"]).rename_axis("index").reset_index()
    return rows.assign(part=part, loss=loss, gamma=gamma, scheme=scheme)


def spectrum(loss: str, gamma: float) -> pd.DataFrame:
    """Tabulate both spectra, x the real and y the imaginary part."""
    parts = {"numeric": numeric(loss, gamma), "analytic": analytic(gamma)}
    return pd.concat([table(k, loss, gamma, np.stack([v.real, v.imag], axis=1)) for k, v in parts.items()])


def difference(rows: pd.DataFrame) -> float:
    """Return the largest |numeric − analytic| of one seed, each eigenvalue beside the one it is nearest to."""
    return max(_apart(own) for _, own in rows[rows["part"] != "orbit"].groupby(["loss", "gamma"]))


def _apart(rows: pd.DataFrame) -> float:
    ours, theirs = (own["x"].to_numpy() + 1j * own["y"].to_numpy() for _, own in rows.groupby("part"))
    return float(min(np.abs(ours - theirs).max(), np.abs(ours - theirs[::-1]).max()))
