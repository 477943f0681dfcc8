import torch
from aegan.networks.maxout import Maxout, maxout_encoder
from torch.testing import assert_close

POINTS = torch.tensor([[2.0], [-3.0], [0.5]])


def test_two_pieces_of_opposite_slope_are_the_absolute_value():
    layer = Maxout(1, 1, 2)
    with torch.no_grad():
        layer.linear.weight.copy_(torch.tensor([[1.0], [-1.0]]))
        layer.linear.bias.zero_()
    assert_close(layer(POINTS), POINTS.abs())


def test_one_piece_is_linear():
    net = maxout_encoder((1,), 1, width=3, pieces=1)
    assert_close(net(POINTS[:1] + POINTS[1:2]) + net(0 * POINTS[:1]), net(POINTS[:1]) + net(POINTS[1:2]))
