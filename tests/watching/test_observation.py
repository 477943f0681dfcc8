"""When looks begin and end, and where logged values go."""

import pytest
import torch
from torch import nn

from aegan.watching.history_file import begin_history, read_history
from aegan.watching.networks import read_networks
from aegan.watching.observation import Observation


@pytest.fixture
def pair(tmp_path):
    """An observation of two networks, due at rounds 0, 2 and 3, and their optimisers."""
    nets = [nn.Linear(1, 1), nn.Linear(1, 1)]
    optimisers = [torch.optim.SGD(net.parameters(), 0.1) for net in nets]
    networks = read_networks(dict(zip("ab", zip(nets, optimisers, strict=True), strict=True)))
    looks = []
    path = begin_history(tmp_path, None)
    observation = Observation(
        networks, None, path, lambda step: step in {0, 2, 3}, 0, lambda step, rows: looks.append(step)
    )
    yield observation, optimisers, looks
    observation.close()


def test_a_look_ends_when_an_optimiser_steps_again(pair, tmp_path):
    observation, (first, second), looks = pair
    assert (observation.step, observation.look, observation.next.step) == (-1, None, 0)
    for optimiser in (first, second, first, second, first):
        optimiser.step()
    assert looks == [0]
    assert (observation.step, observation.look.step, observation.next.step) == (2, 2, 3)
    observation.end_look()
    assert looks == [0, 2]
    assert read_history(tmp_path)[1] == 2


def test_the_order_of_steps_may_change(pair):
    observation, (first, second), _ = pair
    for optimiser in (first, second, second, first, second):
        optimiser.step()
    assert observation.step == 2


def test_a_value_goes_to_the_present_look_or_to_the_next(pair):
    """Loops log after the steps of a round, or before them."""
    observation, (first, second), _ = pair

    def log(value):
        if look := observation.find_look(lambda look: ("a", "") not in look.scalars):
            look.scalars["a", ""] = value

    log(0.0)  # before round 0
    assert observation.next.scalars == {("a", ""): 0.0}
    first.step()
    second.step()
    log(1.0)  # after the steps of round 0, or before those of round 1, which is not due
    assert observation.look.scalars == {("a", ""): 0.0}
    first.step()
    assert observation.look is None
    log(2.0)
    assert observation.next.scalars == {("a", ""): 2.0}


def test_a_look_stays_due_for_each_network_until_it_has_moved(tmp_path):
    """A generator that moves once in five rounds, never in one of those that are due after the first."""
    nets = [nn.Sequential(nn.Linear(1, 1), nn.ReLU()), nn.Linear(1, 1)]
    nn.init.ones_(nets[0][0].weight)
    optimisers = [torch.optim.SGD(net.parameters(), 0.1) for net in nets]
    networks = read_networks(dict(zip(("generator", "critic"), zip(nets, optimisers, strict=True), strict=True)))
    path = begin_history(tmp_path, None)
    observation = Observation(networks, None, path, {0, 10, 11, 20}.__contains__, 0, lambda *_: None)
    hooked, waited_for = [], []
    for step in range(27):
        nets[0](torch.ones(1, 1)).neg().sum().backward()
        optimisers[1].step()
        waited_for.append(sorted(observation.look.list_unmoved()) if observation.look else None)
        if step % 5 == 4:
            optimisers[0].step()
        hooked.append(bool(nets[0][1]._forward_hooks))
    observation.close()
    history = read_history(tmp_path)[0]
    moves = history[(history["quantity"] == "update_ratio") & (history["value"] > 0) & (history["layer"] == "(all)")]
    steps = moves.groupby("network")["step"].apply(list)
    assert dict(steps) == {"generator": [4, 14, 24]}
    looks = history[history["quantity"] == "leaked_tensors"].groupby("network")["step"].apply(list)
    assert dict(looks) == {name: [0, 10, 11, 20] for name in ("generator", "critic")}
    assert set(history[history["quantity"] == "saturation"]["step"]) == {4, 14, 24}
    assert [step for step, names in enumerate(waited_for) if names] == [*range(5), *range(10, 15), *range(20, 25)]
    assert [step for step, own in enumerate(hooked) if not own] == [*range(5, 9), *range(15, 19), 25, 26]


def test_a_divergence_after_the_last_look_is_written(pair, tmp_path):
    from aegan.watching.logged_values import LoggedScalar

    observation, (first, _), _ = pair
    for _ in range(5):
        first.step()
    observation.logged.append(LoggedScalar(4, "a", "", torch.tensor([torch.nan])))
    observation.end_look()
    history, last, _ = read_history(tmp_path)
    assert last == 4
    assert history.iloc[-1][["step", "network", "quantity"]].tolist() == [4, "a", "diverged"]


def test_layers_are_hooked_around_looks_alone(tmp_path):
    net = nn.Sequential(nn.Linear(1, 1), nn.ReLU())
    optimiser = torch.optim.SGD(net.parameters(), 0.1)
    networks = read_networks({"net": (net, optimiser)})
    observation = Observation(networks, None, begin_history(tmp_path, None), {0, 4}.__contains__, 0, lambda *_: None)
    hooked = []
    for _ in range(6):
        hooked.append(bool(net[1]._forward_hooks))
        net(torch.ones(1, 1)).sum().backward()
        optimiser.step()
    observation.close()
    assert hooked == [True, True, False, False, True, True]  # before the first step of rounds 0 to 5
    assert not net[1]._forward_hooks
