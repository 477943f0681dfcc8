"""The diagnosis of trained games: what a fresh discriminator does to a frozen generator, and how the game turns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch import Batch
from aegan.data.batch_sampler import BatchSampler
from aegan.evaluation.frozen_generator import AgainstFresh, frozen
from aegan.evaluation.game_field import players, point
from aegan.games.adversarial import Trained
from aegan.games.game import Game
from aegan.games.roles import gan_game
from aegan.probes import dynamics
from aegan.probes.conditioning import log_condition
from aegan.probes.schedules import SCHEDULES
from aegan.registry import build
from aegan.training.checkpoint import Checkpoints, stages_of
from aegan.training.cohort import train_cohort
from aegan.training.member import Member
from aegan.training.member_factory import gan_member, rows_of
from aegan.training.observers import Observer
from aegan.training.outputs import histories
from aegan.training.precision import double_precision
from aegan.training.trained_games import restored

#: places on the path between two stages, relative to both: 0 is the earlier, 1 the later
PATH = np.linspace(-0.5, 1.5, 21)

#: what a fresh discriminator's weights and data order are drawn for
FRESH = "fresh discriminator"

#: columns of the two tables of a diagnosis
PROBE = ["seed", "stage", "step", "network", "layer", "quantity", "value"]
DYNAMICS = ["seed", "stage", "quantity", "index", "value"]


class Patient(NamedTuple):
    """A method whose trained games are diagnosed."""

    method: Mapping[str, Any]  #: the resolved entry of `methods`
    images: ArrayDataset  #: the train split
    codes: Callable[[int], ArrayDataset]  #: seed -> its codes, for a game that is played on them
    trained: Callable[[int], Trained | None]  #: seed -> the trained autoencoder, or None
    weights: Path  #: what training kept on the way

    def game(self, seed: int, stage: int) -> Game:
        """Make the game of a seed as it was after `stage` rounds."""
        return self._restored(seed, stage, seed)

    def game_against_fresh(self, seed: int, stage: int) -> Game:
        """Make that game with a discriminator that was never trained, the same for every stage and method."""
        return self._restored(seed, stage, seeding.derive(seed, FRESH), fresh=("discriminator",))

    def _restored(self, seed: int, stage: int, drawn: int, fresh: Collection[str] = ()) -> Game:
        shares = self.images.class_shares()
        game = gan_game(self.method, self.images.sample_shape, drawn, self.trained(seed), shares)
        return restored(game, self.weights, seed, self.images.device, below=f"{stage}/", fresh=fresh)

    def rows(self, seed: int, game: Game) -> ArrayDataset:
        """Return the data that the game of a seed is played on."""
        return rows_of(game, self.images, self.codes, seed)


def against_fresh(
    patient: Patient, diagnosis: Mapping[str, Any], seeds: Sequence[int], checkpoints: Callable[[int], Checkpoints]
) -> pd.DataFrame:
    """Set a fresh discriminator against the generator of every stage and seed, the seeds of a stage as one cohort.

    Args:
        patient: the method.
        diagnosis: the section `diagnosis`.
        seeds: the members of the cohort.
        checkpoints: stage -> where interrupted members are kept.

    Returns:
        seed, stage, step, network, layer, quantity, value; at step 0 the discriminator is untrained.
    """
    tables = []
    for stage, reached in stages_of(patient.weights, seeds).items():
        rounds = diagnosis["discriminator_steps"] + 1  # the last look is before a step that nobody looks at
        cohort = train_cohort(reached, rounds, fresh_recruits(patient, diagnosis, stage), checkpoints(stage))
        table = histories(cohort.members)
        table.insert(1, "stage", stage)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=PROBE)


def fresh_recruits(
    patient: Patient, diagnosis: Mapping[str, Any], stage: int
) -> Callable[[int], tuple[Member, Sequence[Observer]]]:
    """Recruit fresh discriminators for the frozen generators of a stage; methods share their initial weights."""

    def recruit(seed: int) -> tuple[Member, Sequence[Observer]]:
        game = patient.game_against_fresh(seed, stage)
        rows = patient.rows(seed, game)
        stream = BatchSampler(np.arange(len(rows)), patient.method["batch_size"], seeding.derive(seed, FRESH))
        member = gan_member(seed, frozen(game), rows, stream, patient.method)
        schedule = build(SCHEDULES, diagnosis["schedule"], diagnosis["discriminator_steps"] + 1)
        return member, [AgainstFresh(game, schedule, diagnosis["batches"])]

    return recruit


def turning(patient: Patient, diagnosis: Mapping[str, Any], seeds: Sequence[int]) -> pd.DataFrame:
    """Measure the dynamics of every stage's game, and of the path that training took from stage to stage.

    Returns:
        seed, stage, quantity, index, value. The quantities are the parts of the eigenvalues of the game's Jacobian,
        numbered from the largest modulus; symplectic_share; log_condition of the generator, numbered by code; and
        path_angle (a cosine) and path_norm on the way to the stage from the one before, whose index is the place on
        the path in per cent.
    """
    rows: list[list[Any]] = []
    stages = stages_of(patient.weights, seeds)
    for stage, reached in stages.items():
        for seed in reached:
            game = patient.game(seed, stage)
            with double_precision(game.modules.values()):
                rows += [[seed, stage, *reading] for reading in _dynamics(patient, game, seed, diagnosis)]
    for seed in seeds:
        for earlier, later in pairwise(stage for stage, reached in stages.items() if seed in reached):
            rows += [[seed, later, *reading] for reading in _path(patient, seed, earlier, later)]
    return pd.DataFrame(rows, columns=DYNAMICS)


Reading = tuple[str, int, float]


def _dynamics(patient: Patient, game: Game, seed: int, diagnosis: Mapping[str, Any]) -> Iterator[Reading]:
    batch, rng = _probe(patient, game, seed)
    generator, codes = game.modules["generator"], _codes(game, batch, rng)
    if codes.ndim == 2:  # what is generated from images, as an encoder's codes are, has no such number
        generator.eval()  # a BatchNorm in training mode has no Jacobian of a single code
        for index, value in enumerate(log_condition(generator, codes)):
            yield "log_condition", index, value.item()
        generator.train()
    jacobian = dynamics.Jacobian(players(game, batch, seed))
    yield "symplectic_share", 0, jacobian.symplectic_share(rng).item()
    for index, value in enumerate(jacobian.eigenvalues(diagnosis["eigenvalues"], rng)[: diagnosis["eigenvalues"]]):
        yield "eigenvalue_real", index, value.real.item()
        yield "eigenvalue_imaginary", index, value.imag.item()


def _path(patient: Patient, seed: int, earlier: int, later: int) -> Iterator[Reading]:
    start, game = patient.game(seed, earlier), patient.game(seed, later)
    with double_precision([*start.modules.values(), *game.modules.values()]):
        batch, _ = _probe(patient, game, seed)
        path = dynamics.path_angle(players(game, batch, seed), (point(start), point(game)), PATH.tolist())
    for place, cosine, norm in zip(PATH, *path, strict=True):
        yield "path_angle", round(place * 100), cosine.item()
        yield "path_norm", round(place * 100), norm.item()


def _probe(patient: Patient, game: Game, seed: int) -> tuple[Batch, torch.Generator]:
    """Draw the batch that a seed's dynamics are measured on, float64, and the generator of all else that is drawn."""
    rows = patient.rows(seed, game)
    chosen = seeding.numpy_generator(seed, "dynamics").choice(len(rows), patient.method["batch_size"])
    batch = rows.batch(chosen)
    return batch._replace(real=batch.real.double()), seeding.torch_generator(seed, "dynamics", device=rows.device)


def _codes(game: Game, batch: Batch, rng: torch.Generator) -> Tensor:
    """Catch the codes (N, K) that the generator is given when the game makes its fakes."""
    caught: list[Tensor] = []
    generator: nn.Module = game.modules["generator"]
    hook = generator.register_forward_pre_hook(lambda _module, given: caught.append(given[0].detach()))
    with torch.no_grad():
        game.player("generator").loss(batch, rng)
    hook.remove()
    return caught[0]
