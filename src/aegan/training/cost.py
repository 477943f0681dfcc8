"""What a member costs, counted rather than timed."""

from __future__ import annotations

from torch.utils.flop_counter import FlopCounterMode

from aegan.training.member import Member, play_round


def flops_per_round(member: Member) -> int:
    """Count the floating-point operations of the matrix products and convolutions of one round.

    The round is played: count on a member that is not needed afterwards.
    """
    with FlopCounterMode(display=False) as counter:
        play_round(member)
    return int(counter.get_total_flops())


def parameters(member: Member) -> dict[str, int]:
    """Count the parameters of each player's module; networks of different size are a confound to be shown."""
    return {p.name: sum(weights.numel() for weights in p.module.parameters()) for p in member.game.players}
