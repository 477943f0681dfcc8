"""Cost of training a member, counted instead of timed, and the number of members that fit on a device."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils.flop_counter import flop_registry

from aegan.training.checkpoint import training_tensors
from aegan.training.data_parallel import world_size
from aegan.training.device_prefetch import TRANSFER_BYTES
from aegan.training.member import Member
from aegan.training.recording import OperationMode
from aegan.training.round import play_round

#: most members that train at once on a CPU: more gain nothing, and a stack of all their tensors leaves the caches
STACKED_MEMBERS = 48
#: most floating-point operations of a move with which members train at once on a CPU: beyond, the arithmetic of one
#: member takes far longer than the way to it (benchmarks/README.md)
STACKED_FLOPS = 1e8
#: most floating-point operations of a move whose rounds are recorded on a CPU: beyond, they take as long as eagerly
RECORDED_FLOPS = 5e8
#: share of a device's free memory for members; resident data sets may take half, the rest is for libraries
MEMBERS_SHARE = 0.4
#: copies of a member's state that must fit. The validation of a CUDA graph holds the most: the state itself, the state
#: at the start, the states after each of the two engines, and one in reserve
STATE_COPIES = 5


class _FlopCounter(OperationMode):
    """Adds up the operations of every call that passes through; unlike torch's own mode, second derivatives too."""

    total = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if formula := flop_registry.get(func._overloadpacket):
            self.total += formula(*args, **(kwargs or {}), out_val=result)
        return result


def flops_per_round(member: Member) -> int:
    """Count the floating-point operations of the matrix products and convolutions of one round, by torch's formulas.

    With several processes, each plays its share of the batch. The round is played: pass a member that is not needed
    afterwards.
    """
    with _FlopCounter() as counter:  # type: ignore[no-untyped-call]  # torch leaves the constructor untyped
        play_round(member)
    return int(counter.total) * world_size()


def count_parameters(member: Member) -> dict[str, int]:
    """Count the parameters of each player's module; networks of different size confound a comparison."""
    return {p.name: sum(weights.numel() for weights in p.module.parameters()) for p in member.game.players}


def count_flops_per_move(member: Member, flops: int) -> float:
    """Return the share of a move in the floating-point operations of a member's round."""
    return flops / sum(player.moves for player in member.game.players)


def count_concurrent_members(member: Member, flops: int) -> int:
    """Count the members to train at once: on CUDA as many as fit, on a CPU several if their networks are small.

    A round is played to measure its memory: pass a member that is not needed afterwards.

    Args:
        member: one of them.
        flops: floating-point operations of its round.
    """
    device = torch.device(member.dataset.device)
    if device.type != "cuda":
        return STACKED_MEMBERS if count_flops_per_move(member, flops) <= STACKED_FLOPS else 1
    torch.cuda.reset_peak_memory_stats(device)
    before = torch.cuda.memory_allocated(device)
    play_round(member)
    work = torch.cuda.max_memory_allocated(device) - before
    state = sum(tensor.nbytes for tensor in training_tensors(member).values())
    return members_that_fit(torch.cuda.mem_get_info(device)[0], state, work)


def members_that_fit(free: int, state: int, work: int) -> int:
    """Count the members that fit on a device, at least one.

    Args:
        free: free bytes of the device.
        state: bytes of a member's weights, buffers and optimisers.
        work: further bytes that a round allocates; a captured round keeps them.
    """
    return max(1, int(MEMBERS_SHARE * free) // (STATE_COPIES * state + work + 2 * TRANSFER_BYTES))
