"""A program plays recorded operations for several members, small ones as stacks."""

import pytest
import torch
from torch import nn

from aegan.training import stacked_program
from aegan.training.recording import CannotRecordError, record
from aegan.training.stacked_program import StackedProgram


def make_members(count, size=4):
    return [
        {
            "weight": nn.Parameter(torch.randn(size, size)),
            "mean": torch.zeros(size),
            "rng": torch.Generator().manual_seed(n),
        }
        for n in range(count)
    ]


def step(member):
    """Draw noise, descend on the squares of a product, and keep a running mean: all kinds of operations."""
    weight = member["weight"]
    product = torch.randn(3, len(weight), generator=member["rng"]) @ weight.t()
    (gradient,) = torch.autograd.grad(product.square().mean() + torch.logdet(weight @ weight.t()).sum(), weight)
    with torch.no_grad():
        member["mean"].lerp_(product.detach().mean(0), 0.1)
        weight.sub_(0.01 * gradient)


def play_recorded(members, rounds):
    start = members[0]["rng"].get_state(), members[0]["weight"].detach().clone(), members[0]["mean"].clone()
    recording = record(lambda: step(members[0]), members[0])
    members[0]["rng"].set_state(start[0])
    members[0]["weight"].data.copy_(start[1])
    members[0]["mean"].copy_(start[2])
    program = StackedProgram(recording, members)
    with torch.no_grad():
        for _ in range(rounds):
            program()
    return program


@pytest.mark.parametrize("most", [2**17, 0], ids=["stacked", "separate"])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_program_does_what_each_member_does_alone(monkeypatch, count, most):
    monkeypatch.setattr(stacked_program, "STACKED_NUMBERS", most)
    torch.manual_seed(0)
    members = make_members(count)
    alone = [
        {
            key: value.clone_state()
            if key == "rng"
            else nn.Parameter(value.detach().clone())
            if key == "weight"
            else value.clone()
            for key, value in member.items()
        }
        for member in members
    ]
    program = play_recorded(members, 3)
    products = [node for node in program.graph.nodes if "bmm" in str(node.target)]
    assert bool(products) == (count > 1 and most > 0)
    for own, expected in zip(members, alone, strict=True):
        for _ in range(3):
            step(expected)
        assert torch.equal(own["weight"], expected["weight"])
        assert torch.equal(own["mean"], expected["mean"])
        assert torch.equal(own["rng"].get_state(), expected["rng"].get_state())


def test_a_tensor_that_is_nobodys_may_be_read_but_not_changed():
    weight, hidden = torch.ones(2), torch.ones(2)
    StackedProgram(record(lambda: weight.add_(hidden), {"weight": weight}), [{"weight": weight}])
    with pytest.raises(CannotRecordError, match="no module's"):
        StackedProgram(record(lambda: hidden.add_(weight), {"weight": weight}), [{"weight": weight}])


def test_what_all_members_share_is_computed_once():
    table = torch.arange(4.0)
    members = [{"table": table, "sum": torch.zeros(4)} for _ in range(3)]
    program = StackedProgram(record(lambda: members[0]["sum"].add_(table.neg().neg()), members[0]), members)
    members[0]["sum"].zero_()
    program()
    assert sum("neg" in str(node.target) for node in program.graph.nodes) == 2
    assert all(torch.equal(member["sum"], table) for member in members)


def test_what_each_member_fills_is_its_own():
    members = [{"x": torch.full((2,), float(number))} for number in range(3)]

    def fill():
        filled = torch.zeros(2)
        filled[0] = members[0]["x"][1]
        members[0]["x"].copy_(filled)

    program = StackedProgram(record(fill, members[0]), members)
    members[0]["x"].fill_(7.0)
    program()
    assert [member["x"].tolist() for member in members] == [[7.0, 0.0], [1.0, 0.0], [2.0, 0.0]]


def test_operations_without_an_effect_are_left_out_but_draws_stay():
    member = {"x": torch.ones(2), "rng": torch.Generator().manual_seed(0)}

    def waste():
        member["x"].neg()
        torch.randn(2, generator=member["rng"])

    program = StackedProgram(record(waste, member), [member])
    names = [str(node.target) for node in program.graph.nodes if node.op == "call_function"]
    assert names == ["aten.randn.generator"]
