"""One round of a game: every player computes its gradients and its optimiser takes a step."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.game import Player, enable_gradients
from aegan.probes.snapshot import group_by_layer
from aegan.tables import WHOLE_NETWORK
from aegan.training.data_parallel import average_over_processes
from aegan.training.member import Divergence, Member
from aegan.training.optimisers import optimised_parameters
from aegan.training.precision import autocast_products


def play_round(member: Member) -> None:
    """Let every player move in turn; a player's m-th move sees the round's m-th batch.

    The caller advances `member.step`. A non-finite loss or gradient ends the round before the move is made: the weights
    stay as they were and `member.divergence` says where it happened.
    """
    batches = round_batches(member)
    for player in member.game.players:
        enable_gradients(member.game, player.module)
        for batch in batches[: player.moves]:
            loss, gradients = compute_gradients(member, player, batch)
            member.divergence = find_divergence(member.step, player, loss, gradients)
            if member.divergence:
                return
            apply_gradients(member, player, gradients)


def round_batches(member: Member) -> list[Batch]:
    """Return the batches of the member's next round, one per move of the player with the most moves."""
    count = member.game.batches_per_round
    numbers = range(member.step * count, (member.step + 1) * count)
    return [member.dataset.select_batch(member.sampler.select_rows(number), member.step) for number in numbers]


def compute_gradients(member: Member, player: Player, batch: Batch) -> tuple[Tensor, Sequence[Tensor]]:
    """Return a player's loss of a batch (scalar) and its gradients, in the order of the optimiser's parameters.

    Args:
        member: whose noise and precision apply.
        player: whose loss is differentiated.
        batch: the real data of this move.
    """
    rng, parameters = member.noise[player.name], optimised_parameters(member.optimisers[player.name])

    def differentiate(share: Batch) -> tuple[Tensor, Sequence[Tensor]]:
        loss = player.loss(share, rng)
        return loss, torch.autograd.grad(loss, parameters)

    with autocast_products(member.precision, member.dataset.device):
        return average_over_processes(differentiate, member.game, batch)


def apply_gradients(member: Member, player: Player, gradients: Sequence[Tensor]) -> None:
    """Take the optimiser's step, then apply the player's weight constraint, if it has one.

    Args:
        member: whose optimiser steps.
        player: the player that moves.
        gradients: one per parameter of the optimiser, of its shape.
    """
    optimiser = member.optimisers[player.name]
    for parameter, gradient in zip(optimised_parameters(optimiser), gradients, strict=True):
        parameter.grad = match_strides(gradient, parameter)
    optimiser.step()
    if player.after_move:
        player.after_move(player.module)


def match_strides(values: Tensor, parameter: Tensor) -> Tensor:
    """Return `values`, of any shape, with the strides of a parameter of that shape.

    Fused optimisers read parameters, gradients and optimiser state in the order of memory. The second derivative of a
    convolution, which gradient penalties need, has other strides, and checkpoints do not store strides.
    """
    same = values.stride() == parameter.stride()
    return values if same else torch.empty_like(parameter).copy_(values)


def sum_magnitudes(loss: Tensor, gradients: Sequence[Tensor]) -> Tensor:
    """Add the loss and the norms of the gradients, each of its parameter's shape, on the device: a scalar.

    It is finite if all numbers are finite, unless a norm overflows.
    """
    return loss.detach() + torch.stack(torch._foreach_norm(list(gradients))).sum()


def find_divergence(step: int, player: Player, loss: Tensor, gradients: Sequence[Tensor]) -> Divergence | None:
    """Find the layer nearest the output whose gradient is not finite; return None if all numbers are finite.

    Args:
        step: rounds played before this one.
        player: whose gradients they are.
        loss: scalar.
        gradients: one per parameter of the player's module, of its shape.
    """
    if math.isfinite(sum_magnitudes(loss, gradients)):
        return None
    for layer, positions in reversed(group_by_layer(player.module).items()):
        if not all(torch.isfinite(gradients[i]).all() for i in positions):
            cause = "gradient is not finite" if torch.isfinite(loss) else f"loss is {loss.item()}"
            return Divergence(step, player.name, layer, cause)
    return None if torch.isfinite(loss) else Divergence(step, player.name, WHOLE_NETWORK, f"loss is {loss.item()}")
