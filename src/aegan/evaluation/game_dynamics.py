"""Dynamics of trained games: eigenvalues of the game's Jacobian, conditioning, and the path between training stages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from aegan import seeding
from aegan.data.batch import Batch
from aegan.evaluation.game_field import join_parameters, make_field_players
from aegan.evaluation.restored_games import TrainedMethod
from aegan.games.game import Game, Sampler
from aegan.probes import dynamics
from aegan.probes.conditioning import measure_stretches, to_log_condition
from aegan.probes.path_angle import measure_path_angle
from aegan.probes.preserved_state import preserve_state
from aegan.progress import name_task, track
from aegan.tables import DYNAMICS_COLUMNS
from aegan.training.precision import cuda_product_precision, double_precision
from aegan.training.probing import has_faint
from aegan.training.weights import seeds_by_stage

#: places on the path between two stages, relative to both: 0 is the earlier, 1 the later
PATH = np.linspace(-0.5, 1.5, 21)

#: log_condition up to which float32 resolves the smallest singular value, to 0.01 decades
RESOLVED = 8.0

#: quantity, index, value
Reading = tuple[str, int, float]


def measure_dynamics(trained_method: TrainedMethod, settings: Mapping[str, Any], seeds: Sequence[int]) -> pd.DataFrame:
    """Measure the dynamics of games after training stages, and on the path that training took to them.

    Float32 unless a player's gradient is so faint that float32 may round it to zero. Besides the eigenvalues of largest
    modulus, the one of largest imaginary part is searched: rotation_real and rotation_imaginary, NaN if not found.

    Args:
        trained_method: the method and the weights of its training stages.
        settings: the config's section `diagnosis`; with `eigenvalues: 0` only the map from codes to new
            data is measured, with `stages: last` only the last of the method's stages.
        seeds: the members.

    Returns:
        `DYNAMICS_COLUMNS`. The quantities are the parts of the eigenvalues of the game's Jacobian, numbered from the
        largest modulus; symplectic_share; of the whole map from codes to new data log_condition, numbered by code, and
        generator_lipschitz, a lower bound; and path_angle (a cosine) and path_norm on the way to the stage from the one
        before, whose index is the place on the path in per cent.
        A seed whose training stopped before a measured stage has one eigenvalue and one place on the path there, NaN.
    """
    rows: list[list[Any]] = []
    planned = trained_method.list_stages("all")
    kept = seeds_by_stage(trained_method.stages, seeds)
    keys = [(stage, seed) for stage in trained_method.list_stages(settings["stages"]) for seed in seeds]
    for stage, seed in track(keys, "dynamics of games"):
        earlier = max((one for one in planned if one < stage), default=None)
        if seed in kept.get(stage, ()):
            with name_task(f"dynamics after round {stage}, seed {seed}"), cuda_product_precision("ieee"):
                readings = list(_measure_stage(trained_method, (earlier, stage), seed, settings["eigenvalues"]))
        else:
            readings = _mark_lost(earlier is not None) if settings["eigenvalues"] else []
        rows += [[seed, stage, *reading] for reading in readings]
    return pd.DataFrame(rows, columns=DYNAMICS_COLUMNS)


def _mark_lost(has_path: bool) -> list[Reading]:
    """Return a NaN for each quantity that figures show per run."""
    path = [(quantity, round(PATH[0] * 100), np.nan) for quantity in ("path_angle", "path_norm") if has_path]
    spectrum = [(f"{name}_{part}", 0, np.nan) for name in ("eigenvalue", "rotation") for part in ("real", "imaginary")]
    return [*spectrum, *path]


def _measure_stage(
    trained_method: TrainedMethod, stages: tuple[int | None, int], seed: int, eigenvalues: int
) -> Iterator[Reading]:
    """Measure the game of a seed after the second of two stages, and the path to it from the first, if there is one."""
    earlier, stage = stages
    game = trained_method.restore_game(seed, stage)
    batch, rng = _draw_probe_batch(trained_method, game, seed)
    if game.generate:
        yield from _measure_generating_map(game.generate, len(batch.real), rng)
    if not eigenvalues:
        return
    start = [] if earlier is None else [trained_method.restore_game(seed, earlier)]
    modules = [module for one in (game, *start) for module in one.modules.values()]
    faint = _is_faint(make_field_players(game, batch, seed))
    with double_precision(modules) if faint else nullcontext():
        players = make_field_players(game, batch._replace(real=batch.real.double()) if faint else batch, seed)
        jacobian = dynamics.Jacobian(players)
        yield "symplectic_share", 0, jacobian.symplectic_share(rng).item()
        largest, rotation = jacobian.eigenvalues(eigenvalues, rng)[:eigenvalues], jacobian.rotation(rng)
        for name, values in (("eigenvalue", largest), ("rotation", rotation[None])):
            for index, value in enumerate(values):
                yield f"{name}_real", index, value.real.item()
                yield f"{name}_imaginary", index, value.imag.item()
        for before in start:
            yield from _measure_path(players, (join_parameters(before), join_parameters(game)))


def _is_faint(players: Sequence[dynamics.FieldPlayer]) -> bool:
    """Return whether float32 may round the gradient of a player to zero, or already has."""
    parts = dynamics.compute_field(players).split([sum(one.numel() for one in own) for own, _ in players])
    return has_faint(torch.stack([torch.linalg.vector_norm(part) for part in parts]))


def _measure_path(players: Sequence[dynamics.FieldPlayer], ends: tuple[Tensor, Tensor]) -> Iterator[Reading]:
    path = measure_path_angle(players, ends, PATH.tolist())
    for place, cosine, norm in zip(PATH, *path, strict=True):
        yield "path_angle", round(place * 100), cosine.item()
        yield "path_norm", round(place * 100), norm.item()


def _measure_generating_map(generate: Sampler, count: int, rng: torch.Generator) -> Iterator[Reading]:
    """Measure the conditioning and the Lipschitz constant of the whole map from codes to new data.

    Args:
        generate: makes a game's new data.
        count: number of codes.
        rng: draws the codes.
    """
    generator, codes = generate.generator, generate.draw_codes(count, rng)
    with generate.use_weights(), preserve_state(generator):
        generator.eval()  # a BatchNorm in training mode has no Jacobian of a single code
        stretches = measure_stretches(generator, codes)
        unresolved = ~(to_log_condition(stretches) <= RESOLVED)
        if unresolved.any():
            with double_precision([generator]):
                stretches[unresolved] = measure_stretches(generator, codes[unresolved].double())
    for index, value in enumerate(to_log_condition(stretches)):
        yield "log_condition", index, value.item()
    yield "generator_lipschitz", 0, stretches[:, 0].max().item()


def _draw_probe_batch(trained_method: TrainedMethod, game: Game, seed: int) -> tuple[Batch, torch.Generator]:
    """Draw the batch that a seed's dynamics are measured on, and make the generator for all other draws."""
    dataset = trained_method.select_dataset(seed, game)
    rows = seeding.numpy_generator(seed, "dynamics").choice(len(dataset), trained_method.method["batch_size"])
    return dataset.select_batch(rows), seeding.torch_generator(seed, "dynamics", device=dataset.device)
