"""What a member costs, counted rather than timed."""

from __future__ import annotations

from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from aegan.training.member import Member, play_round
from aegan.training.parallel import processes


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
