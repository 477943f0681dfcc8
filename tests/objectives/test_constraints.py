import pytest
import torch
from pydantic import ValidationError
from torch import nn

from aegan.objectives.constraints import CONSTRAINTS, clip
from aegan.registry import build


def test_clip_moves_exactly_the_weights_that_are_too_large():
    layer = nn.Linear(3, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[0.5, -2.0, 0.1]]))
        layer.bias.fill_(7.0)
    clip(bound=0.5)(layer)
    assert torch.equal(layer.weight, torch.tensor([[0.5, -0.5, 0.1]]))
    assert torch.equal(layer.bias, torch.tensor([0.5]))
    assert layer.weight.requires_grad


@pytest.mark.parametrize("bound", [0, -0.1])
def test_a_bound_must_be_positive(bound):
    with pytest.raises(ValidationError, match="bound"):
        build(CONSTRAINTS, {"name": "clip", "bound": bound})
