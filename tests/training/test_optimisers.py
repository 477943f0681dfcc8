import subprocess
import sys

import pytest
import torch
from torch.testing import assert_close

from aegan.registry import build
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train
from aegan.training.optimisers import OPTIMISERS, FusedAdam

CHOICES = [
    {"name": "adam"},
    {"name": "sgd"},
    {"name": "sgd", "momentum": 0.9},
    {"name": "rmsprop", "learning_rate": 1e-3},
]


def positions(method, gradients):
    """Where a weight that starts at 1 is after each of several gradients."""
    weight = torch.nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    optimiser = build(OPTIMISERS, method, [weight])
    for gradient in gradients:
        weight.grad = torch.tensor([gradient], dtype=torch.float64)
        optimiser.step()
        yield weight.item()


def test_plain_gradient_descent_by_hand():
    method = {"name": "sgd", "learning_rate": 0.1}
    assert list(positions(method, [4.0, -2.0])) == pytest.approx([1 - 0.4, 1 - 0.4 + 0.2])


def test_momentum_by_hand():
    method = {"name": "sgd", "learning_rate": 0.1, "momentum": 0.5}
    velocities = [4.0, 0.5 * 4 - 2, 0.5 * (0.5 * 4 - 2) + 1]
    expected = [1 - 0.1 * sum(velocities[: n + 1]) for n in range(3)]
    assert list(positions(method, [4.0, -2.0, 1.0])) == pytest.approx(expected)


def test_rmsprop_by_hand():
    method = {"name": "rmsprop", "learning_rate": 0.1, "alpha": 0.75, "epsilon": 0.01}
    square, expected = 0.0, [1.0]
    for gradient in (4.0, -2.0):
        square = 0.75 * square + 0.25 * gradient**2
        expected.append(expected[-1] - 0.1 * gradient / (square**0.5 + 0.01))
    assert list(positions(method, [4.0, -2.0])) == pytest.approx(expected[1:])


@pytest.mark.parametrize("method", CHOICES, ids=lambda method: "-".join(map(str, method.values())))
def test_a_resumed_run_is_identical_with_every_optimiser(tiny, tmp_path, method):
    make_member = tiny.member_factory(tiny.method(optimiser=method))
    whole, broken, resumed = (make_member(7) for _ in range(3))
    train(whole[0], 9, whole[1])
    train(broken[0], 4, broken[1])
    Checkpoints(tmp_path, "print").save(*broken)
    assert Checkpoints(tmp_path, "print").restore(*resumed)
    train(resumed[0], 9, resumed[1])
    assert tiny.identical(tiny.weights(resumed[0].game), tiny.weights(whole[0].game))
    assert not tiny.identical(tiny.weights(whole[0].game), tiny.weights(make_member(7)[0].game))


@pytest.mark.parametrize("method", CHOICES, ids=lambda method: "-".join(map(str, method.values())))
def test_every_optimiser_goes_downhill(method):
    weight = torch.nn.Parameter(torch.tensor([1.0, -3.0]))
    optimiser = build(OPTIMISERS, method, [weight])
    for _ in range(100):
        weight.grad = 2 * weight.detach()
        optimiser.step()
    assert (weight.detach().abs() < torch.tensor([1.0, 3.0])).all()
    assert_close(weight.detach().sign(), torch.tensor([1.0, -1.0]))


def test_a_discriminators_own_optimiser_is_its_alone(tiny):
    member, _ = tiny.member_factory(
        tiny.method("bigan", discriminator_optimiser={"name": "sgd", "learning_rate": 0.5})
    )(0)
    assert type(member.optimisers["discriminator"]) is torch.optim.SGD
    assert member.optimisers["discriminator"].param_groups[0]["lr"] == 0.5
    assert all(type(member.optimisers[name]) is FusedAdam for name in ("generator", "encoder"))


def test_adam_is_torchs_fused_adam_bit_for_bit():
    """Also after its state was saved and loaded, as a checkpoint does."""
    rng = torch.Generator().manual_seed(0)
    start = [torch.randn(shape, generator=rng) for shape in [(7, 5), (5,), (3, 2, 3, 3)]]
    ours, theirs = ([torch.nn.Parameter(value.clone()) for value in start] for _ in range(2))
    method = {"name": "adam", "learning_rate": 1e-2, "beta1": 0.3, "beta2": 0.9, "epsilon": 1e-5}
    mine = build(OPTIMISERS, method, ours)
    oracle = torch.optim.Adam(theirs, lr=1e-2, betas=(0.3, 0.9), eps=1e-5, fused=True)
    for step in range(20):
        for mine_parameter, parameter in zip(ours, theirs, strict=True):
            parameter.grad = torch.randn(parameter.shape, generator=rng)
            mine_parameter.grad = parameter.grad.clone()
        mine.step()
        oracle.step()
        if step == 9:
            state, mine = mine.state_dict(), build(OPTIMISERS, method, ours)
            mine.load_state_dict(state)
    assert all(torch.equal(*pair) for pair in zip(ours, theirs, strict=True))
    for first, second in zip(mine.state.values(), oracle.state.values(), strict=True):
        assert first.keys() == second.keys()
        assert all(torch.equal(first[key], second[key]) for key in first)


def test_a_training_does_not_import_what_only_compilation_needs():
    code = (
        "import sys, torch; from aegan.training.optimisers import OPTIMISERS; from aegan.registry import build\n"
        "weight = torch.nn.Parameter(torch.ones(3)); optimiser = build(OPTIMISERS, {'name': 'adam'}, [weight])\n"
        "weight.grad = torch.ones(3); optimiser.step(); optimiser.load_state_dict(optimiser.state_dict())\n"
        "from aegan.training.recording import record; record(lambda: weight.add(1), {'weight': weight})\n"
        "from aegan.probes.conditioning import compute_jacobians\n"
        "layers = torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 2)\n"
        "compute_jacobians(torch.nn.Sequential(*layers).eval(), torch.ones(4, 2))\n"
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
