"""The form of an operation on a stack gives each member what the operation gives that member alone."""

import pytest
import torch

from aegan.training.stacked_operations import FORMS, Operand

aten = torch.ops.aten
COUNT = 3


def perform(function, *arguments, **options):
    return function(*arguments, **options)


def stack_of(*shape):
    return torch.randn(COUNT, *shape, generator=torch.Generator().manual_seed(len(shape)))


def operand(stack):
    return Operand(stack, tuple(stack.shape[1:]))


#: operation -> the shapes of one member's operands, further arguments
CASES = [
    (aten.add.Tensor, [(4, 5), (5,)], ()),
    (aten.mul.Tensor, [(4, 1), (2, 4, 5)], ()),
    (aten.sigmoid.default, [(4, 8)], ()),
    (aten.where.self, [(4, 5), (5,), ()], ()),
    (aten.select.int, [(4, 5)], (-1, 2)),
    (aten.slice.Tensor, [(4, 5)], (1, 1, 3)),
    (aten.squeeze.dim, [(4, 1)], (-1,)),
    (aten.unsqueeze.default, [(4, 5)], (-1,)),
    (aten.sum.dim_IntList, [(4, 5)], ([-1], True)),
    (aten.mean.dim, [(4, 5)], ([0, 1],)),
    (aten.sum.default, [(4, 5)], ()),
    (aten.mean.default, [(4,)], ()),
    (aten.amax.default, [(4, 5)], ([0],)),
    (aten.logsumexp.default, [(4, 5)], ([1],)),
    (aten.flip.default, [(4, 5)], ([1],)),
    (aten.linalg_vector_norm.default, [(4, 5)], (2, [1])),
    (aten.linalg_vector_norm.default, [(4, 5)], (2,)),
    (aten.view.default, [(4, 6)], ([4, 2, -1],)),
    (aten.expand.default, [(4, 1)], ([2, -1, 5],)),
    (aten.permute.default, [(4, 5, 6)], ([2, 0, -2],)),
    (aten.t.default, [(4, 5)], ()),
    (aten.transpose.int, [(4, 5, 6)], (-1, 0)),
    (aten.split.Tensor, [(4, 5)], (2, -1)),
    (aten.mm.default, [(4, 5), (5, 6)], ()),
    (aten.addmm.default, [(6,), (4, 5), (5, 6)], ()),
    (aten.ones_like.default, [(4, 5)], ()),
]


@pytest.mark.parametrize(("operation", "shapes", "rest"), CASES, ids=[str(case[0]) for case in CASES])
def test_a_form_acts_on_each_member_alone(operation, shapes, rest):
    stacks = [stack_of(*shape) for shape in shapes]
    if operation is aten.where.self:
        stacks[0] = stacks[0] > 0
    expected = [operation(*(stack[number] for stack in stacks), *rest) for number in range(COUNT)]
    alone = [[one] if isinstance(one, torch.Tensor) else one for one in expected]
    found = FORMS[operation](perform, COUNT, alone[0][0].shape, operation, *map(operand, stacks), *rest)
    for place, stack in enumerate([found] if isinstance(found, torch.Tensor) else found):
        torch.testing.assert_close(stack, torch.stack([parts[place] for parts in alone]))


def test_lists_of_stacks_are_joined():
    stacks = [stack_of(2, 4), stack_of(3, 4)]
    found = FORMS[aten.cat.default](perform, COUNT, (5, 4), aten.cat.default, list(map(operand, stacks)), 0)
    assert torch.equal(found, torch.cat(stacks, 1))
    pair = [stack_of(4), stack_of(4)]
    stacked = FORMS[aten.stack.default](perform, COUNT, (4, 2), aten.stack.default, list(map(operand, pair)), -1)
    assert torch.equal(stacked, torch.stack(pair, 2))


def test_rows_of_one_table_are_selected_for_all():
    table, rows = torch.arange(10.0).reshape(5, 2), torch.tensor([[0, 1], [4, 4], [2, 0]])
    shared, numbers = Operand(table, (5, 2), is_stack=False), operand(rows)
    found = FORMS[aten.index_select.default](perform, COUNT, (2, 2), aten.index_select.default, shared, 0, numbers)
    assert torch.equal(found, table[rows])
    with pytest.raises(NotImplementedError):
        FORMS[aten.index_select.default](perform, COUNT, (2, 2), aten.index_select.default, numbers, 0, numbers)


def test_a_shared_operand_is_broadcast():
    stack, shared = stack_of(4, 5), torch.randn(5)
    own = Operand(shared, (5,), is_stack=False)
    assert torch.equal(
        FORMS[aten.add.Tensor](perform, COUNT, (4, 5), aten.add.Tensor, operand(stack), own), stack + shared
    )
