import pytest
import torch

from aegan.objectives.noise import draw_like


def rng():
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("draw", [torch.rand, torch.randn])
def test_numbers_are_those_of_the_generator_in_the_type_of_the_data(draw, dtype):
    data = torch.zeros(4, 3, dtype=dtype)
    assert torch.equal(draw_like(draw, data, rng()), draw((4, 3), generator=rng(), dtype=dtype))


def test_another_shape_may_be_asked_for():
    data = torch.zeros(4, 3, dtype=torch.float64)
    drawn = draw_like(torch.randn, data, rng(), (2, 4, 3))
    assert torch.equal(drawn, torch.randn(2, 4, 3, generator=rng(), dtype=torch.float64))
