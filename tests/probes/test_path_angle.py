"""The field along a path of parameters, in games whose answer is known."""

import torch
from tests.probes.test_dynamics import current, draw, gan, parameters_of, quadratic
from torch.testing import assert_close

from aegan.probes.dynamics import compute_field
from aegan.probes.parameter_vectors import move_parameters
from aegan.probes.path_angle import measure_path_angle


def test_path_angle_of_a_potential_game_switches_its_sign_at_the_minimum():
    players = quadratic(torch.eye(4).double())
    start, end = torch.ones(4).double(), torch.zeros(4).double()
    found = measure_path_angle(players, (start, end), [0, 0.5, 1, 1.5])
    assert_close(found.cosine[[0, 1, 3]], torch.tensor([-1.0, -1.0, 1.0]).double(), rtol=1e-12, atol=0)
    assert found.cosine[2].isnan()  # a field of zero has no direction
    assert_close(found.norm, torch.tensor([2.0, 1.0, 0.0, 1.0]).double(), rtol=1e-12, atol=0)


def test_path_angle_of_a_rotation_is_a_right_one():
    turn = torch.tensor([[0.0, 1.0], [-1.0, 0.0]]).double()
    found = measure_path_angle(quadratic(turn), (draw(2), torch.zeros(2).double()), [0, 0.3, 2])
    assert_close(found.cosine, torch.zeros(3).double(), rtol=0, atol=1e-12)


def test_path_angle_is_its_definition_on_a_gan():
    _, players = gan()
    start, end = current(players), draw(len(current(players)), seed=77)
    found = measure_path_angle(players, (start, end), [0.25])
    with move_parameters(parameters_of(players), 0.75 * start + 0.25 * end):
        v = compute_field(players)
    expected = torch.nn.functional.cosine_similarity(v, end - start, dim=0)
    assert_close(found.cosine[0], expected, rtol=1e-10, atol=0)
    assert_close(found.norm[0], v.norm(), rtol=1e-10, atol=0)
