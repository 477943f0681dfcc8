"""The memory of stacks, which members' tensors are parts of while they train together."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from aegan.training.checkpoint import training_tensors
from aegan.training.member import Member

#: bytes at whose multiples torch allocates memory; kernels may give other last bits for memory that begins elsewhere
ALIGNMENT = 64


def move_into_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Stack contiguous tensors of one shape, (members, …), and let each use its part of the stack's memory."""
    like = tensors[0].detach()
    span = -(-like.nbytes // ALIGNMENT) * ALIGNMENT // like.element_size()
    memory = like.new_empty(len(tensors) * span)
    stack = memory.as_strided((len(tensors), *like.shape), (span, *like.stride()))
    for tensor, part in zip(tensors, stack.unbind(), strict=True):
        tensor.data = part.copy_(tensor.detach())
    return stack


def give_own_memory(member: Member) -> None:
    """Move a member's tensors out of stacks, which frees these, to where torch allocates memory."""
    for tensor in training_tensors(member).values():
        tensor.data = tensor.data.clone()
