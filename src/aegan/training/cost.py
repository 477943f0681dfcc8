"""What a member costs, counted rather than timed, and how many fit a device."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from aegan.training.checkpoint import live
from aegan.training.data_parallel import processes
from aegan.training.device_prefetch import PARCEL
from aegan.training.member import Member, play_round

#: share of a device's free memory that members take; data at rest may take half, the rest is the libraries'
MEMBERS_ROOM = 0.4
#: how often there is room for a member's state; most is held in the trial of a captured graph: itself, as the trial
#: began, as either way of playing left it, and one to spare
COPIES = 5


class _Counter(TorchDispatchMode):
    """Adds up the operations of every call that passes through; unlike torch's own mode, second derivatives too."""

    total = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if formula := flop_registry.get(func._overloadpacket):
            self.total += formula(*args, **(kwargs or {}), out_val=result)
        return result


def flops_per_round(member: Member) -> int:
    """Count the floating-point operations of the matrix products and convolutions of one round, by torch's formulas.

    Of several processes each plays its share. The round is played: count on a member that is not needed afterwards.
    """
    with _Counter() as counter:  # type: ignore[no-untyped-call]  # torch leaves the constructor untyped
        play_round(member)
    return int(counter.total) * processes()


def parameters(member: Member) -> dict[str, int]:
    """Count the parameters of each player's module; networks of different size are a confound to be shown."""
    return {p.name: sum(weights.numel() for weights in p.module.parameters()) for p in member.game.players}


def at_once(member: Member) -> int:
    """Count the members that train at once: on CUDA as many as fit; on a CPU, whose caches hold one small network, 1.

    A round is played to see what it takes: ask with a member that is not needed afterwards.
    """
    device = torch.device(member.rows.device)
    if device.type != "cuda":
        return 1
    torch.cuda.reset_peak_memory_stats(device)
    before = torch.cuda.memory_allocated(device)
    play_round(member)
    work = torch.cuda.max_memory_allocated(device) - before
    return fitting(torch.cuda.mem_get_info(device)[0], sum(tensor.nbytes for tensor in live(member).values()), work)


def fitting(free: int, state: int, work: int) -> int:
    """Count the members that fit, at least one.

    Args:
        free: bytes of the device that nobody has.
        state: bytes of a member's weights, buffers and optimisers.
        work: bytes that a round takes besides; a captured round keeps them.
    """
    return max(1, int(MEMBERS_ROOM * free) // (COPIES * state + work + 2 * PARCEL))
