"""A recording holds the operations of a round, or says why the round cannot be recorded."""

import pytest
import torch
from torch import nn

from aegan.training.recording import (
    CannotRecordError,
    Slot,
    draws,
    is_identical,
    is_same_round,
    list_slots,
    map_slots,
    record,
)

aten = torch.ops.aten


def recording_of_step(weight, factor=2.0):
    """A step of gradient descent on (factor · w)², below autograd."""

    def step():
        (gradient,) = torch.autograd.grad((factor * weight).square().sum(), weight)
        with torch.no_grad():
            weight.add_(gradient, alpha=-0.1)

    return record(step, {"weight": weight})


def test_a_recording_holds_derivatives_and_changes_in_their_order():
    weight = nn.Parameter(torch.tensor([1.0, 2.0]))
    recording = recording_of_step(weight)
    names = [one.function.name() for one in recording.operations]
    assert names[0] == "aten::mul.Tensor"
    assert names[-1] == "aten::add_.Tensor"
    torch.testing.assert_close(weight.detach(), torch.tensor([1.0, 2.0]) * (1 - 0.1 * 2 * 4))
    assert recording.named == {"weight": Slot(0)}
    assert recording.operations[-1].result == recording.named["weight"], "what is changed in place keeps its slot"
    assert all(value.device.type == "meta" for value in recording.values.values()), "no numbers are kept"


@pytest.mark.parametrize(
    ("play", "reason"),
    [
        (lambda x, rng: x.sum().item(), "depends on numbers"),
        (lambda x, rng: x[x > 0], "depends on numbers"),
        (lambda x, rng: x.unsqueeze_(0), "changes the shape"),
        (lambda x, rng: torch.randn(3), "without a player's generator"),
        (lambda x, rng: torch.randn(3, generator=torch.Generator()), "not a player's"),
    ],
)
def test_what_the_next_round_may_do_otherwise_is_refused(play, reason):
    rng, data = torch.Generator(), torch.ones(3)
    with pytest.raises(CannotRecordError, match=reason):
        record(lambda: play(data, rng), {"data": data, "rng": rng})


def test_a_players_draws_and_rows_by_number_are_recorded():
    rng, data = torch.Generator().manual_seed(0), torch.arange(6.0)
    recording = record(lambda: data[torch.randint(6, (2,), generator=rng)], {"data": data, "rng": rng})
    assert [draws(one.function) for one in recording.operations] == [True, False]


def test_members_of_the_same_round_differ_in_their_own_tensors_alone():
    first, second = (recording_of_step(nn.Parameter(torch.randn(2))) for _ in range(2))
    assert is_same_round(first, second)
    assert not is_same_round(first, recording_of_step(nn.Parameter(torch.randn(2)), factor=3.0))
    assert not is_same_round(first, recording_of_step(nn.Parameter(torch.randn(2)), factor=torch.tensor(2.0)))
    constants = [recording_of_step(nn.Parameter(torch.randn(2)), factor=torch.tensor(f)) for f in (2.0, 2.0, 3.0)]
    assert is_same_round(constants[0], constants[1])
    assert not is_same_round(constants[0], constants[2])


def test_identical_is_more_than_equal_numbers():
    none = torch.tensor([1.0, torch.nan, torch.inf])
    assert is_identical(none, none.clone())
    assert not is_identical(none, torch.tensor([1.0, 2.0, torch.inf]))
    assert not is_identical(none, none.double())
    assert not is_identical(torch.ones(1), torch.ones(1, 1))
    assert is_identical(torch.tensor([True]), torch.tensor([True]))


def test_slots_in_nested_arguments():
    tree = (Slot(3), 4, [Slot(1), None], {"a": Slot(2)})
    assert list(list_slots(tree)) == [3, 1, 2]
    assert map_slots(lambda slot: slot + 10, tree) == (13, 4, [11, None], {"a": 12})
