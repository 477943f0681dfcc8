"""A member of a cohort: the game of one seed, with all state that its next round depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler
from aegan.games.game import Game
from aegan.probes.history import History
from aegan.registry import build
from aegan.tables import BF16, FLOAT32, Precision
from aegan.training.optimisers import OPTIMISERS
from aegan.training.precision import require_precision


class Divergence(NamedTuple):
    """Where the first non-finite number of a run occurred."""

    step: int  #: rounds played before
    network: str
    layer: str
    cause: str


@dataclass
class Member:
    """The game of one seed in training.

    Attributes:
        seed: of its data order, initial weights and noise.
        game: what is trained.
        dataset: what it is trained on.
        sampler: the order of the data.
        optimisers: player's name -> its optimiser.
        noise: player's name -> its noise generator.
        precision: of matrix products and convolutions.
        step: rounds played.
        seconds: training time so far.
        stopped: whether early stopping ended the training.
        divergence: the non-finite number that ended the training, if any.
        history: readings of the probes.
        stages: {rounds}/{module}/{parameter} -> weights kept during training.
        part: tells the members of a cohort apart that have the same seed, such as "stage 800"; "" if there are none.
    """

    seed: int
    game: Game
    dataset: ArrayDataset
    sampler: BatchSampler
    optimisers: dict[str, torch.optim.Optimizer]
    noise: dict[str, torch.Generator]
    precision: Precision = FLOAT32
    step: int = 0
    seconds: float = 0.0
    stopped: bool = False
    divergence: Divergence | None = None
    history: History = field(default_factory=History)
    stages: dict[str, Tensor] = field(default_factory=dict)
    part: str = ""

    @property
    def name(self) -> str:
        """Its name in the log: seed 0, or seed 0 of stage 800."""
        return f"seed {self.seed} of {self.part}" if self.part else f"seed {self.seed}"


def new_member(
    seed: int,
    game: Game,
    dataset: ArrayDataset,
    sampler: BatchSampler,
    optimiser: Mapping[str, Any],
    player_optimisers: Mapping[str, Mapping[str, Any]] | None = None,
    precision: Precision = FLOAT32,
) -> Member:
    """Set up a game on the device of its data, with an optimiser and a noise generator for each player.

    Each player has its own noise, so that what one player draws (for a penalty, say) does not shift another's.

    Args:
        seed: of the noise.
        game: what is trained.
        dataset: what it is trained on.
        sampler: the order of the data.
        optimiser: config entry of the optimiser.
        player_optimisers: player's name -> config entry of its optimiser, where it differs from `optimiser`.
        precision: of matrix products and convolutions.

    Raises:
        InputError: the device does not support the precision.
    """
    require_precision(precision, dataset.device)
    on_cuda = torch.device(dataset.device).type == "cuda"
    for module in game.modules.values():
        module.to(dataset.device)
        # channels last is faster for convolutions in bf16, and on CPUs in float32 as well (docs/precision.md)
        if precision == BF16 or not on_cuda:
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in torch's stubs
    entries = {player.name: optimiser for player in game.players} | dict(player_optimisers or {})
    optimisers = {p.name: build(OPTIMISERS, entries[p.name], p.module.parameters()) for p in game.players}
    for group in (group for one in optimisers.values() for group in one.param_groups if "capturable" in group):
        group["capturable"] = on_cuda  # required by CUDA graphs
    return Member(
        seed=seed,
        game=game,
        dataset=dataset,
        sampler=sampler,
        optimisers=optimisers,
        noise={p.name: seeding.torch_generator(seed, "noise", p.name, device=dataset.device) for p in game.players},
        precision=precision,
    )
