import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.networks.initialise import ZeroConv2d, he, initialise_module
from aegan.networks.residual import GROUP, ResidualBlock, residual_encoder, residual_generator


def made(build, fill=None):
    return initialise_module(build, torch.Generator().manual_seed(0), fill)


@pytest.mark.parametrize("fill", [None, he(gain=3.0)])
def test_a_block_starts_as_the_identity_and_can_leave_it(fill):
    block, data = made(lambda: ResidualBlock(4, 2), fill), torch.randn(2, 4, 5, 5)
    assert torch.equal(block(data), data)
    (gradient,) = torch.autograd.grad(block(data).square().sum(), block.branch.narrow.weight)
    assert (gradient != 0).all()


def test_wide_blocks_are_grouped_and_narrow_ones_are_not():
    assert ResidualBlock(32, 2).branch.grouped.groups == 64 // GROUP
    assert ResidualBlock(3, 2).branch.grouped.groups == 1


def test_at_first_an_encoder_averages_and_a_generator_repeats():
    encoder = made(lambda: residual_encoder((1, 16, 16), 1, channels=4))
    images = torch.randn(2, 1, 16, 16)
    down = encoder.down2(encoder.widen2(encoder.down1(encoder.widen1(encoder.conv0(images)))))
    assert_close(encoder(images), encoder.dense(encoder.leaky_relu(down).flatten(1)))
    generator = made(lambda: residual_generator(3, (1, 16, 16), None, channels=4))
    grid = generator.grid(generator.project(torch.randn(2, 3)))
    repeated = generator.up1(grid)
    assert torch.equal(repeated, grid.repeat_interleave(2, 2).repeat_interleave(2, 3))


@pytest.mark.parametrize("blocks", [1, 3])
def test_there_are_as_many_blocks_per_resolution_as_asked_for(blocks):
    for network in (
        residual_encoder((1, 16, 16), 1, blocks=blocks),
        residual_generator(3, (1, 16, 16), None, blocks=blocks),
    ):
        assert sum(isinstance(layer, ResidualBlock) for layer in network) == 3 * blocks
        assert sum(isinstance(layer, ZeroConv2d) for layer in network.modules()) == 3 * blocks
        assert not any(isinstance(layer, nn.BatchNorm2d) for layer in network.modules())
