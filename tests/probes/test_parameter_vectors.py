import pytest
import torch

from aegan.errors import InputError
from aegan.probes.parameter_vectors import move_parameters, require_point, select_parameters


def test_parameters_move_to_a_point_and_come_back_in_their_type():
    x, y = torch.ones(2, 2, requires_grad=True), torch.zeros(1, dtype=torch.float64, requires_grad=True)
    with move_parameters([x, y], torch.arange(5.0)):
        assert torch.equal(x, torch.tensor([[0.0, 1.0], [2.0, 3.0]]))
        assert torch.equal(y, torch.tensor([4.0], dtype=torch.float64))
    assert torch.equal(x, torch.ones(2, 2))
    assert torch.equal(y, torch.zeros(1, dtype=torch.float64))


@pytest.mark.parametrize("count", [2, 4])
def test_a_point_of_the_wrong_length_moves_nothing(count):
    x = torch.ones(3, requires_grad=True)
    with (
        pytest.raises(InputError, match=rf"point: has shape \({count},\).*3 numbers"),
        move_parameters([x], torch.zeros(count)),
    ):
        pass
    assert torch.equal(x, torch.ones(3))
    with pytest.raises(InputError, match=r"ends: has shape \(3, 1\)"):
        require_point("ends", torch.zeros(3, 1), [x])


def test_frozen_parameters_are_left_out():
    x, frozen, y = torch.ones(2, requires_grad=True), torch.ones(3), torch.ones(1, requires_grad=True)
    selected = select_parameters([([frozen, x], None), ([y], None)])
    assert [[id(parameter) for parameter in own] for own in selected] == [[id(x)], [id(y)]]


def test_players_without_parameters_of_their_own_are_refused():
    x, frozen = torch.ones(2, requires_grad=True), torch.ones(3)
    with pytest.raises(InputError, match="parameters of player 1: none of 1 requires grad"):
        select_parameters([([x], None), ([frozen], None)])
    with pytest.raises(InputError, match="parameters of player 0: there are none"):
        select_parameters([([], None)])
    with pytest.raises(InputError, match="belongs to two"):
        select_parameters([([x], None), ([x], None)])
    with pytest.raises(InputError, match="players: there are none"):
        select_parameters([])
    far = torch.ones(2, device="meta", requires_grad=True)
    with pytest.raises(InputError, match=r"\['cpu', 'meta'\]"):
        select_parameters([([x], None), ([far], None)])
