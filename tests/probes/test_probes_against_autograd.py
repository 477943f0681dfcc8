import numpy as np
import pytest
import torch
from torch.testing import assert_close

from aegan import seeding
from aegan.tables import WHOLE_NETWORK
from aegan.training.cohort import train

CASES = [
    ("none", {}),
    ("none", {"penalty": {"name": "r1"}}),
    ("reconstruction", {}),
    ("warm_start", {"loss": "non_saturating"}),
    ("none", {"generator": {"name": "conv", "channels": 2}, "discriminator": {"name": "conv", "channels": 2}}),
]


def member_of(tiny, role, changes, seed=4):
    """A member in float64, data and prior included."""
    member, _ = tiny.member_factory(tiny.method(role, **changes))(seed)
    torch.set_default_dtype(torch.float64)  # for the noise
    for module in member.game.modules.values():
        module.double()
    rows = member.dataset.select_batch
    member.dataset.select_batch = lambda index, step=0: rows(index, step)._replace(real=rows(index).real.double())
    return member


@pytest.fixture(autouse=True)
def default_dtype():
    yield
    torch.set_default_dtype(torch.float32)


def twin(member, batches):
    """Norms per network and layer by plain loss.backward() and p.grad, on the batches the probe draws."""
    order = seeding.numpy_generator(member.seed, "probe", 0)
    drawn = [member.dataset.select_batch(order.choice(member.sampler.rows, 16)) for _ in range(batches)]
    found = {}
    for player in member.game.players:
        rng = seeding.torch_generator(member.seed, "probe", player.name, 0)
        norms = []
        for batch in drawn:
            player.module.zero_grad()
            player.loss(batch, rng).backward()
            squares = {name: float(p.grad.square().sum()) for name, p in player.module.named_parameters()}
            norms.append(squares)
        for layer in [*{name.rpartition(".")[0] for name in norms[0]}, ""]:
            per_batch = [sum(v for name, v in squares.items() if name.startswith(layer)) ** 0.5 for squares in norms]
            found[player.name, layer or WHOLE_NETWORK] = float(np.median(per_batch))
        player.module.zero_grad()
    return found


@pytest.mark.parametrize(("role", "changes"), CASES)
def test_recorded_gradient_norms_are_those_of_plain_autograd(tiny, role, changes):
    member = member_of(tiny, role, changes)
    expected = twin(member, batches=3)
    train(member, 1, [tiny.always(batches=3)])
    frame = member.history.to_frame()
    norms = frame[frame["quantity"] == "gradient_norm"].set_index(["network", "layer"])["value"]
    assert set(norms.index) == set(expected)
    for key, value in expected.items():
        assert_close(norms[key], value, rtol=1e-10, atol=0)


def test_recorded_update_ratio_is_what_the_round_did(tiny):
    member = member_of(tiny, "none", {})
    before = tiny.weights(member.game)
    train(member, 1, [tiny.always()])
    after = tiny.weights(member.game)
    frame = member.history.to_frame().query("quantity == 'update_ratio'").set_index(["network", "layer"])["value"]
    for network in ("generator", "discriminator"):
        keys = [key for key in before if key.startswith(f"{network}/dense1.")]
        change = sum((after[key] - before[key]).square().sum() for key in keys).sqrt()
        size = sum(before[key].square().sum() for key in keys).sqrt()
        assert_close(frame[network, "dense1"], float(change / size), rtol=1e-10, atol=0)
