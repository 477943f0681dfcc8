"""Tensors become parts of a stack and leave it again, and stay themselves."""

import pytest
import torch

from aegan.training.checkpoint import training_tensors
from aegan.training.stacked_memory import ALIGNMENT, give_own_memory, move_into_stack


@pytest.mark.parametrize("shape", [(), (3,), (5, 7), (4, 16)])
def test_tensors_move_into_a_stack_and_stay_themselves(shape):
    own = [torch.nn.Parameter(torch.full(shape, float(number))) for number in range(3)]
    stack = move_into_stack(own)
    assert stack.shape == (3, *shape)
    assert all(parameter.data_ptr() % ALIGNMENT == stack.data_ptr() % ALIGNMENT for parameter in own)
    stack.add_(1.0)
    for number, parameter in enumerate(own):
        assert torch.equal(parameter.detach(), torch.full(shape, number + 1.0))


def test_a_member_leaves_its_stacks_with_its_numbers(tiny):
    (one, _), (other, _) = map(tiny.member_factory(tiny.method()), (0, 1))
    pairs = zip(training_tensors(one).values(), training_tensors(other).values(), strict=True)
    stacks = [move_into_stack(pair) for pair in pairs]
    before = {key: tensor.detach().clone() for key, tensor in training_tensors(one).items()}
    give_own_memory(one)
    for stack in stacks:
        stack.zero_()
    assert all(torch.equal(before[key], tensor) for key, tensor in training_tensors(one).items())
    assert not any(tensor.any() for tensor in training_tensors(other).values())
