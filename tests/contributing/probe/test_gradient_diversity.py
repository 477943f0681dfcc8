import pytest
import torch
from aegan.probes.gradient_diversity import diversity
from torch import nn

from aegan.probes.snapshot import ProbeSnapshot

LAYER = nn.Linear(2, 1, bias=False)


@pytest.mark.parametrize(
    ("gradients", "expected"),
    [
        ([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0]], 1 / 4),  # all alike
        ([[3.0, 0.0], [0.0, 4.0]], 1.0),  # orthogonal
        ([[1.0, 0.0], [-0.5, 0.0]], 1.25 / 0.25),  # they cancel
    ],
)
def test_diversity_by_hand(gradients, expected):
    batches = [[torch.tensor([values])] for values in gradients]
    readings = diversity(ProbeSnapshot(LAYER, [], batches, [], {}))
    assert {key: value.item() for key, value in readings.items()} == {
        ("(all)", "gradient_diversity"): pytest.approx(expected)
    }


def test_diversity_is_that_of_plain_autograd():
    net, points = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)), torch.randn(4, 5, 2)
    gradients = [torch.autograd.grad(net(batch).square().mean(), list(net.parameters())) for batch in points]
    readings = diversity(ProbeSnapshot(net, [], gradients, [], {}))
    assert set(readings) == {(layer, "gradient_diversity") for layer in ("0", "1", "(all)")}
    flat = torch.stack([torch.cat([part.flatten() for part in own]) for own in gradients])
    assert readings["(all)", "gradient_diversity"].item() == pytest.approx(
        (flat.norm(dim=1).square().sum() / flat.sum(0).norm().square()).item(), rel=1e-5
    )
