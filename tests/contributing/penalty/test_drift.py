import torch
from torch.testing import assert_close

from aegan.objectives.penalties import drift

REAL, FAKE = torch.tensor([[1.0], [-3.0]]), torch.tensor([[9.0], [9.0]])


def test_drift_by_hand():
    value = drift(weight=0.5)(lambda data: 2 * data, REAL, FAKE, torch.Generator())
    assert_close(value, torch.tensor(0.5 * (2**2 + 6**2) / 2))


def test_its_gradient_draws_logits_to_zero():
    scale = torch.tensor(2.0, requires_grad=True)
    (gradient,) = torch.autograd.grad(drift()(lambda data: scale * data, REAL, FAKE, torch.Generator()), scale)
    assert_close(gradient, torch.tensor(0.001 * 2 * 2.0 * (1 + 9) / 2))
