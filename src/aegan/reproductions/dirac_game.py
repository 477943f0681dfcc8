"""The Dirac-GAN as a game of two weights, ψ and θ (Mescheder 2018); its spectrum and its orbits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch import Batch
from aegan.evaluation.game_field import make_field_players
from aegan.games.components import AdversarialComponents
from aegan.games.game import Game, Player
from aegan.games.plain_gan import make_plain_gan
from aegan.networks.prior import Mixture
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import r1
from aegan.probes.dynamics import Jacobian, compute_field
from aegan.probes.history import Key
from aegan.reproductions.training import train_game
from aegan.tables import WHOLE_NETWORK
from aegan.training.member import Member
from aegan.training.observers import Recorder
from aegan.training.precision import double_precision

#: distance of the start from the equilibrium, that of the authors' start at ψ = θ = 1
DISTANCE = 2**0.5


class ScalarNetwork(nn.Module):
    """N networks of one weight w each: x ↦ w·x, the n-th for the n-th row of a batch."""

    def __init__(self, weights: Sequence[float]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weights).unsqueeze(1))

    def forward(self, x: Tensor) -> Tensor:
        """Return w·x of x (N, 1)."""
        return self.weight * x


def make_dirac_game(weights: Sequence[tuple[float, float]], loss: str, gamma: float) -> Game:
    """Build N games of D(x) = ψx against G = θ in one: each has a row of a batch, over which losses are the mean.

    Args:
        weights: the initial (ψ, θ) of each.
        loss: name in `LOSSES`.
        gamma: weight γ of R1; 0 for none.
    """
    of_discriminator, of_generator = zip(*weights, strict=True)
    parts = AdversarialComponents(
        shape=(1,),
        latent=1,
        generator=lambda *_: ScalarNetwork(of_generator),
        discriminator=lambda _: ScalarNetwork(of_discriminator),
        loss=LOSSES[loss](),
        penalty=r1(gamma=gamma) if gamma else None,
    )
    always_one = Mixture(torch.ones(1), torch.ones(1, 1), torch.zeros(1, 1, 1))
    return make_plain_gan(parts, ScalarNetwork(of_generator), always_one)


def simultaneous(game: Game) -> Game:
    """Return the game in which all players step at once.

    One player owns all parameters; its loss has the game's field as gradient.
    """
    own = [list(player.module.parameters()) for player in game.players]

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        losses = [partial(player.loss, batch, rng) for player in game.players]
        direction = compute_field(list(zip(own, losses, strict=True))).detach()
        return direction @ torch.cat([weight.flatten() for weights in own for weight in weights])

    everyone = nn.ModuleList([player.module for player in game.players])
    return Game(players=(Player("everyone", everyone, loss),), auxiliary_modules=game.auxiliary_modules)


#: scheme -> function from a game to the game whose round is one step of that scheme
SCHEMES: dict[str, Callable[[Game], Game]] = {"alternating": lambda game: game, "simultaneous": simultaneous}


def analytic_eigenvalues(gamma: float) -> np.ndarray:
    """Return the eigenvalues of −H at the equilibrium, −γ/2 ± √(γ²/4 − f'(0)²) with f'(0) = 1/2, complex (2,)."""
    root = np.sqrt(complex(gamma**2 / 4 - 0.25))
    return np.array([-gamma / 2 + root, -gamma / 2 - root])


def numeric_eigenvalues(loss: str, gamma: float) -> np.ndarray:
    """Return the eigenvalues of −H at the equilibrium by automatic differentiation, complex (2,)."""
    game = make_dirac_game([(0.0, 0.0)], loss, gamma)
    with double_precision(game.modules.values()):
        jacobian = Jacobian(make_field_players(game, Batch(torch.zeros(1, 1, dtype=torch.float64)), seed=0))
        values: np.ndarray = -jacobian.eigenvalues(2, torch.Generator()).numpy()
    return values


def tabulate_points(part: str, loss: str, gamma: float, points: np.ndarray, scheme: str = "") -> pd.DataFrame:
    """Tabulate points (N, 2) of a plane as rows: index, x, y, part, loss, gamma, scheme.

    Args:
        part: numeric, analytic or orbit.
        loss: the adversarial loss.
        gamma: weight γ of R1.
        points: points (N, 2).
        scheme: the descent scheme of an orbit.
    """
    rows = pd.DataFrame(points, columns=["x", "y"]).rename_axis("index").reset_index()
    return rows.assign(part=part, loss=loss, gamma=gamma, scheme=scheme)


def tabulate_spectra(loss: str, gamma: float) -> pd.DataFrame:
    """Tabulate the numeric and the analytic spectrum: x the real and y the imaginary part."""
    parts = {"numeric": numeric_eigenvalues(loss, gamma), "analytic": analytic_eigenvalues(gamma)}
    return pd.concat([tabulate_points(k, loss, gamma, np.stack([v.real, v.imag], axis=1)) for k, v in parts.items()])


def spectrum_difference(rows: pd.DataFrame) -> float:
    """Return the largest |numeric − analytic| of one seed, each eigenvalue matched with the nearest."""
    return max(_spectral_distance(own) for _, own in rows[rows["part"] != "orbit"].groupby(["loss", "gamma"]))


def _spectral_distance(rows: pd.DataFrame) -> float:
    ours, theirs = (own["x"].to_numpy() + 1j * own["y"].to_numpy() for _, own in rows.groupby("part"))
    return float(min(np.abs(ours - theirs).max(), np.abs(ours - theirs[::-1]).max()))


def draw_start(seed: int) -> tuple[float, float]:
    """Draw the start (ψ, θ) of a seed's orbits, at the distance `DISTANCE` from the equilibrium."""
    angle = seeding.numpy_generator(seed, "dirac").uniform(0, 2 * np.pi)
    return DISTANCE * float(np.cos(angle)), DISTANCE * float(np.sin(angle))


def follow_orbits(
    starts: Sequence[tuple[float, float]],
    loss: str,
    gamma: float,
    scheme: str,
    dataset: ArrayDataset,
    rounds: int,
    learning_rate: float,
) -> np.ndarray:
    """Train the game from several starts by gradient descent and record its weights.

    All orbits are trained as one game. An orbit does not depend on the others, bit for bit: the gradient of a mean over
    N rows is 1/N of its own, the step size is N times as large, and N is a power of two, so both are exact.

    Args:
        starts: the initial (ψ, θ) of each orbit.
        loss: name in `LOSSES`.
        gamma: weight γ of R1; 0 for none.
        scheme: key of `SCHEMES`.
        dataset: the points (M, 1).
        rounds: rounds of training.
        learning_rate: step size.

    Returns:
        The weights (ψ, θ) of each orbit before every round, (orbits, rounds, 2).
    """
    rows = 1 << (len(starts) - 1).bit_length()
    game = make_dirac_game([*starts, *[starts[-1]] * (rows - len(starts))], loss, gamma)
    weights = {player.name: next(player.module.parameters()) for player in game.players}

    def read_weights(_: Member) -> dict[Key, Tensor]:
        return {
            (name, WHOLE_NETWORK, f"weight {orbit}"): weight.detach()[orbit]
            for orbit in range(len(starts))
            for name, weight in weights.items()
        }

    member = train_game(
        SCHEMES[scheme](game),
        dataset,
        seed=0,  # batches and noise are constant
        rounds=rounds,
        batch_size=rows,
        optimiser={"name": "sgd", "learning_rate": learning_rate * rows},
        observers=[Recorder(lambda _step: True, read_weights)],
    )
    orbits: np.ndarray = torch.stack(member.history.rows).unflatten(1, (len(starts), 2)).transpose(0, 1).numpy()
    return orbits
