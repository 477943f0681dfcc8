"""Dynamics of trained games: eigenvalues of the game's Jacobian, conditioning, and the path between training stages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.batch import Batch
from aegan.evaluation.game_field import join_parameters, make_field_players
from aegan.evaluation.restored_games import TrainedMethod
from aegan.games.game import Game
from aegan.probes import dynamics
from aegan.probes.conditioning import log_condition_numbers
from aegan.progress import name_task, track
from aegan.tables import DYNAMICS_COLUMNS
from aegan.training.precision import double_precision
from aegan.training.weights import seeds_by_stage

#: places on the path between two stages, relative to both: 0 is the earlier, 1 the later
PATH = np.linspace(-0.5, 1.5, 21)

#: quantity, index, value
Reading = tuple[str, int, float]


def measure_dynamics(trained_method: TrainedMethod, settings: Mapping[str, Any], seeds: Sequence[int]) -> pd.DataFrame:
    """Measure the dynamics of every stage's game, and of the path that training took from stage to stage.

    Args:
        trained_method: the method and the weights of its training stages.
        settings: the config's section `diagnosis`; with `eigenvalues: 0` only log_condition is measured.
        seeds: the members.

    Returns:
        `DYNAMICS_COLUMNS`. The quantities are the parts of the eigenvalues of the game's Jacobian, numbered from the
        largest modulus; symplectic_share; log_condition of the generator, numbered by code; and path_angle (a cosine)
        and path_norm on the way to the stage from the one before, whose index is the place on the path in per cent.
    """
    rows: list[list[Any]] = []
    stages = seeds_by_stage(trained_method.stages, seeds)
    games = [(stage, seed) for stage, reached in stages.items() for seed in reached]
    for stage, seed in track(games, "dynamics of games"):
        game = trained_method.restore_game(seed, stage)
        with name_task(f"dynamics after round {stage}, seed {seed}"), double_precision(game.modules.values()):
            rows += [[seed, stage, *reading] for reading in _measure_stage(trained_method, game, seed, settings)]
    for seed in track(seeds if settings["eigenvalues"] else (), "paths between stages, seeds"):
        for earlier, later in pairwise(stage for stage, reached in stages.items() if seed in reached):
            rows += [[seed, later, *reading] for reading in _measure_path(trained_method, seed, earlier, later)]
    return pd.DataFrame(rows, columns=DYNAMICS_COLUMNS)


def _measure_stage(
    trained_method: TrainedMethod, game: Game, seed: int, settings: Mapping[str, Any]
) -> Iterator[Reading]:
    batch, rng = _draw_probe_batch(trained_method, game, seed)
    generator, codes = game.modules["generator"], _record_generator_input(game, batch, rng)
    if codes.ndim == 2:  # a generator that is given images, such as an encoder, has no condition number
        generator.eval()  # a BatchNorm in training mode has no Jacobian of a single code
        for index, value in enumerate(log_condition_numbers(generator, codes)):
            yield "log_condition", index, value.item()
        generator.train()
    if not settings["eigenvalues"]:
        return
    jacobian = dynamics.Jacobian(make_field_players(game, batch, seed))
    yield "symplectic_share", 0, jacobian.symplectic_share(rng).item()
    for index, value in enumerate(jacobian.eigenvalues(settings["eigenvalues"], rng)[: settings["eigenvalues"]]):
        yield "eigenvalue_real", index, value.real.item()
        yield "eigenvalue_imaginary", index, value.imag.item()


def _measure_path(trained_method: TrainedMethod, seed: int, earlier: int, later: int) -> Iterator[Reading]:
    start, game = trained_method.restore_game(seed, earlier), trained_method.restore_game(seed, later)
    with double_precision([*start.modules.values(), *game.modules.values()]):
        batch, _ = _draw_probe_batch(trained_method, game, seed)
        path = dynamics.measure_path_angle(
            make_field_players(game, batch, seed), (join_parameters(start), join_parameters(game)), PATH.tolist()
        )
    for place, cosine, norm in zip(PATH, *path, strict=True):
        yield "path_angle", round(place * 100), cosine.item()
        yield "path_norm", round(place * 100), norm.item()


def _draw_probe_batch(trained_method: TrainedMethod, game: Game, seed: int) -> tuple[Batch, torch.Generator]:
    """Draw the float64 batch that a seed's dynamics are measured on, and make the generator for all other draws."""
    dataset = trained_method.select_dataset(seed, game)
    rows = seeding.numpy_generator(seed, "dynamics").choice(len(dataset), trained_method.method["batch_size"])
    batch = dataset.select_batch(rows)
    return batch._replace(real=batch.real.double()), seeding.torch_generator(seed, "dynamics", device=dataset.device)


def _record_generator_input(game: Game, batch: Batch, rng: torch.Generator) -> Tensor:
    """Record the codes (N, K) that the generator is given when the game makes its fakes."""
    inputs: list[Tensor] = []
    generator: nn.Module = game.modules["generator"]
    hook = generator.register_forward_pre_hook(lambda _module, given: inputs.append(given[0].detach()))
    with torch.no_grad():
        game.get_player("generator").loss(batch, rng)
    hook.remove()
    return inputs[0]
