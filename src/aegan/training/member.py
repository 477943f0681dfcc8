"""A member of a cohort: one game in play, with everything that its next round depends on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch import Batch
from aegan.data.batch_sampler import BatchSampler
from aegan.games.game import Game, Player, moving
from aegan.probes.history import History
from aegan.probes.names import WHOLE
from aegan.probes.quantities import layers
from aegan.registry import build
from aegan.training.data_parallel import gradients_of
from aegan.training.optimisers import OPTIMISERS, moved_by
from aegan.training.precision import BF16, FLOAT32, Precision, products_in, require


class Divergence(NamedTuple):
    """Where a run first met a number that is not finite."""

    step: int
    network: str
    layer: str
    cause: str


@dataclass
class Member:
    """One seed's game in play. `step` counts rounds played; `divergence` ends it early, `stopped` does so by choice."""

    seed: int
    game: Game
    rows: ArrayDataset
    stream: BatchSampler
    optimisers: dict[str, torch.optim.Optimizer]
    noise: dict[str, torch.Generator]
    precision: Precision = FLOAT32
    step: int = 0
    seconds: float = 0.0
    stopped: bool = False
    divergence: Divergence | None = None
    history: History = field(default_factory=History)
    stages: dict[str, Tensor] = field(default_factory=dict)  #: {rounds}/{module}/{parameter} -> weights kept on the way


def new_member(
    seed: int,
    game: Game,
    rows: ArrayDataset,
    stream: BatchSampler,
    optimiser: Mapping[str, Any],
    own: Mapping[str, Mapping[str, Any]] | None = None,
    precision: Precision = FLOAT32,
) -> Member:
    """Set up a game on the device of its data: an optimiser and a noise generator for each player.

    A player has its own noise, so that what one player draws (a penalty's, say) does not shift another's.

    Args:
        seed: of the noise.
        game: what is played.
        rows: the data.
        stream: in which order they are seen.
        optimiser: how weights move.
        own: player -> how its weights move, where that is not as everybody's.
        precision: of products in networks.

    Raises:
        InputError: the device has no such precision.
    """
    require(precision, rows.device)
    chosen = {p.name: (own or {}).get(p.name, optimiser) for p in game.players}
    on_cuda = torch.device(rows.device).type == "cuda"
    for module in game.modules.values():
        module.to(rows.device)
        # convolutions are faster with the maps of a pixel side by side (docs/precision.md), float32's on a CPU at least
        if precision == BF16 or not on_cuda:
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in torch's stubs
    optimisers = {p.name: build(OPTIMISERS, chosen[p.name], p.module.parameters()) for p in game.players}
    for group in (group for one in optimisers.values() for group in one.param_groups if "capturable" in group):
        group["capturable"] = on_cuda  # what a CUDA graph asks of an optimiser
    return Member(
        seed=seed,
        game=game,
        rows=rows,
        stream=stream,
        optimisers=optimisers,
        noise={p.name: seeding.torch_generator(seed, "noise", p.name, device=rows.device) for p in game.players},
        precision=precision,
    )


def play_round(member: Member) -> None:
    """Let every player move in turn. A player's m-th move sees the round's m-th batch.

    A move that meets a non-finite loss or gradient is not made: the weights stay as they were, the member's
    `divergence` says where it happened, and the round ends there.
    """
    busiest = max(player.moves for player in member.game.players)
    numbers = range(member.step * busiest, (member.step + 1) * busiest)
    batches = [member.rows.batch(member.stream.batch(number), member.step) for number in numbers]
    for player, loss, gradients in moves(member, batches):
        member.divergence = divergence(member.step, player, loss, gradients)
        if member.divergence:
            return


def moves(member: Member, batches: Sequence[Batch]) -> Iterator[tuple[Player, Tensor, Sequence[Tensor]]]:
    """Yield the moves of a round in turn, each with its loss and gradients before it is made; going on makes it."""
    for player in member.game.players:
        optimiser = member.optimisers[player.name]
        parameters = moved_by(optimiser)
        moving(member.game, player.module)
        for batch in batches[: player.moves]:
            with products_in(member.precision, member.rows.device):
                loss, gradients = gradients_of(member.game, player, batch, member.noise[player.name], parameters)
            yield player, loss, gradients
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.grad = laid_out(gradient, parameter)
            optimiser.step()
            if player.after:
                player.after(player.module)


def laid_out(values: Tensor, parameter: Tensor) -> Tensor:
    """Return a gradient, or what an optimiser keeps, with the strides of its parameter.

    Fused optimisers walk the memory of all of them side by side. A convolution's second derivative, as penalties on
    slopes have it, comes with strides of its own, and a checkpoint knows none.
    """
    same = values.stride() == parameter.stride()
    return values if same else torch.empty_like(parameter).copy_(values)


def size(loss: Tensor, gradients: Sequence[Tensor]) -> Tensor:
    """Add up the sizes of a move's numbers on the device: finite if they are, unless a norm overflows."""
    return loss.detach() + torch.stack(torch._foreach_norm(list(gradients))).sum()


def divergence(step: int, player: Player, loss: Tensor, gradients: Sequence[Tensor]) -> Divergence | None:
    """Find the first layer, going back from the loss, whose gradient is not finite; None when all is well."""
    if math.isfinite(size(loss, gradients)):
        return None
    for layer, positions in reversed(layers(player.module).items()):
        if not all(torch.isfinite(gradients[i]).all() for i in positions):
            cause = "gradient is not finite" if torch.isfinite(loss) else f"loss is {loss.item()}"
            return Divergence(step, player.name, layer, cause)
    return None if torch.isfinite(loss) else Divergence(step, player.name, WHOLE, f"loss is {loss.item()}")
