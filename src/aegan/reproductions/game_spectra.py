"""The spectra of a GAN's game and of its generator's Hessian, and its field along the way of training, as tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch import Batch
from aegan.evaluation.game_field import join_parameters, make_field_players
from aegan.games.game import Game
from aegan.probes.dynamics import DENSE_LIMIT, Jacobian, compute_field
from aegan.probes.path_angle import measure_path_angle
from aegan.training.precision import double_precision

#: places on the straight path from the initial weights (0) to the final ones (1)
PATH = np.linspace(0.5, 1.25, 61)


def draw_field_batch(dataset: ArrayDataset, seed: int, size: int) -> Batch:
    """Draw the samples, float64, on which a seed's field is computed.

    Args:
        dataset: the train split.
        seed: seed of the member.
        size: number of samples.
    """
    rows = seeding.numpy_generator(seed, "dynamics").permutation(len(dataset))[:size]
    return Batch(dataset.select_batch(rows).real.double())


def tabulate_spectra(game: Game, batch: Batch, seed: int, count: int) -> pd.DataFrame:
    """Tabulate the eigenvalues of the game's Jacobian and of the generator's Hessian, and the length of the field.

    Args:
        game: the game, with the weights at which they are computed.
        batch: data (N, …), float64.
        seed: seed of the noise and of the start vector of the Arnoldi iteration.
        count: number of eigenvalues if they are computed by iteration.

    Returns:
        part (game or generator), index, x (real part), y (imaginary part); x of the part field is ‖v‖. Among those of
        a game of which not all are computed is its rotation, if it has one; NaN if that was not found.
    """
    for module in game.modules.values():
        module.to(batch.real.device)
    with double_precision(game.modules.values()):
        all_players = make_field_players(game, batch, seed)
        generator = all_players[[player.name for player in game.players].index("generator")]
        rng = seeding.torch_generator(seed, "eigenvalues", device=batch.real.device)
        game_jacobian = Jacobian(all_players)
        found = {
            "game": game_jacobian.eigenvalues(count, rng),
            "generator": Jacobian([generator]).eigenvalues(count, rng),
        }
        if len(join_parameters(game)) > DENSE_LIMIT:  # those of largest modulus may be real alone
            rotation = game_jacobian.rotation(rng)
            found["game"] = torch.cat([found["game"], rotation[rotation.imag != 0].flatten()])
        found["field"] = compute_field(all_players).norm(keepdim=True).to(torch.complex128)
    return pd.concat([_tabulate_points(part, values.real, values.imag) for part, values in found.items()])


def _tabulate_points(part: str, x: Tensor, y: Tensor) -> pd.DataFrame:
    """Tabulate two series x and y (N,) as rows: part, index, x, y."""
    return pd.DataFrame({"part": part, "index": np.arange(len(x)), "x": x.cpu().numpy(), "y": y.cpu().numpy()})


def tabulate_path(game: Game, batch: Batch, seed: int, first: Tensor) -> pd.DataFrame:
    """Tabulate the field along the straight path from initial to current weights.

    Args:
        game: the trained game.
        batch: data (N, …), float64.
        seed: seed of the noise.
        first: initial weights of all players (P,).

    Returns:
        part, index, x (place on the path), y (cosine of the field with the path), stage.
    """
    with double_precision(game.modules.values()):
        end = join_parameters(game)
        field = measure_path_angle(make_field_players(game, batch, seed), (first.to(end), end), PATH.tolist())
    return _tabulate_points("path", torch.from_numpy(PATH), field.cosine).assign(stage="end")
