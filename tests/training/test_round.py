import numpy as np
import pytest
import torch
from torch.testing import assert_close

from aegan.data.array_dataset import ArrayDataset
from aegan.games.game import Game, Player
from aegan.registry import build
from aegan.training.cohort import train
from aegan.training.optimisers import OPTIMISERS
from aegan.training.round import play_round


def squares(module, seen, name):
    """A loss that notes who moved, on which rows, and with which noise."""

    def loss(batch, rng):
        noise = torch.randn((), generator=rng).item()
        seen.append((name, batch.real.flatten().tolist(), module.weight.item(), noise))
        return module.weight.square().sum()

    return loss


def noted(tiny, moves=(1, 1)):
    """A member of two players whose moves are noted; rows are numbered."""
    seen, players = [], []
    for name, count in zip(("first", "second"), moves, strict=True):
        module = tiny.constant(1.0)
        players.append(Player(name, module, squares(module, seen, name), count))
    rows = ArrayDataset(np.arange(100, dtype=np.float32)[:, None])
    return tiny.member(Game(players=tuple(players)), rows=rows, batch_size=4), seen


def test_players_move_in_order_and_each_moves_once(tiny):
    member, seen = noted(tiny)
    train(member, 2, [])
    assert [name for name, *_ in seen] == ["first", "second"] * 2
    assert seen[0][1] == seen[1][1]
    assert seen[0][1] != seen[2][1]
    assert seen[2][2] < seen[0][2]  # it had moved by then


def test_a_critic_moves_more_often_each_time_on_a_new_batch(tiny):
    member, seen = noted(tiny, moves=(3, 1))
    train(member, 2, [])
    assert [name for name, *_ in seen] == ["first", "first", "first", "second"] * 2
    batches = [rows for name, rows, *_ in seen if name == "first"]
    assert batches == [member.sampler.select_rows(number).tolist() for number in range(6)]
    assert [rows for name, rows, *_ in seen if name == "second"] == [batches[0], batches[3]]


def test_each_player_has_noise_of_its_own(tiny):
    (_, seen), (_, busier) = (played(tiny, moves) for moves in ((1, 1), (3, 1)))
    second = [noise for name, _, _, noise in seen if name == "second"]
    assert second == [noise for name, _, _, noise in busier if name == "second"]
    assert second[0] != next(noise for name, _, _, noise in seen if name == "first")


def played(tiny, moves):
    member, seen = noted(tiny, moves)
    train(member, 2, [])
    return member, seen


def test_adams_first_steps_by_hand():
    weight = torch.nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    method = {"name": "adam", "learning_rate": 0.1, "beta1": 0.5, "beta2": 0.9, "epsilon": 0.01}
    optimiser = build(OPTIMISERS, method, [weight])
    mean = square = 0.0
    expected = 1.0
    for step, gradient in enumerate([4.0, -2.0], start=1):
        weight.grad = torch.tensor([gradient], dtype=torch.float64)
        optimiser.step()
        mean, square = 0.5 * mean + 0.5 * gradient, 0.9 * square + 0.1 * gradient**2
        expected -= 0.1 * (mean / (1 - 0.5**step)) / ((square / (1 - 0.9**step)) ** 0.5 + 0.01)
        assert_close(weight.item(), expected)


def failing(tiny, loss_of):
    """A member of a sound player and one whose loss is `loss_of(weight, step)`; 20 rounds were asked for."""
    sound, sick = tiny.constant(1.0), tiny.constant(2.0)
    players = (
        Player("sound", sound, lambda batch, rng: sound.weight.square().sum()),
        Player("sick", sick, lambda batch, rng: loss_of(sick.weight, member.step)),
    )
    member = tiny.member(Game(players=players))
    train(member, 20, [])
    return member, sick


SICK = {
    "loss is nan": lambda weight, step: (weight * (float("nan") if step == 3 else 1.0)).sum(),
    "loss is inf": lambda weight, step: (weight * (float("inf") if step == 3 else 1.0)).sum(),
    "gradient is not finite": lambda weight, step: (weight - weight.detach() * (step == 3)).abs().sqrt().sum(),
}


@pytest.mark.parametrize("cause", SICK)
def test_divergence_stops_the_member_before_the_move(tiny, cause):
    member, sick = failing(tiny, SICK[cause])
    assert member.divergence == (3, "sick", "(all)", cause)
    assert member.step == 4
    assert torch.isfinite(sick.weight).all()
    expected = tiny.constant(2.0)
    optimiser = build(OPTIMISERS, tiny.ADAM, expected.parameters())
    for _ in range(3):
        expected.weight.grad = torch.autograd.grad(SICK[cause](expected.weight, 0), expected.weight)[0]
        optimiser.step()
    assert torch.equal(sick.weight, expected.weight)


def test_a_finite_gradient_whose_norm_overflows_is_no_divergence(tiny):
    big = torch.nn.Linear(2, 2, bias=False)
    torch.nn.init.constant_(big.weight, 1e-3)
    member = tiny.member(Game(players=(Player("big", big, lambda batch, rng: (big.weight * 3e38).sum()),)))
    play_round(member)
    assert torch.linalg.vector_norm(big.weight.grad).isinf()
    assert member.divergence is None


def test_divergence_names_the_layer_nearest_the_loss(tiny):
    net = torch.nn.Sequential(torch.nn.Linear(64, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1))
    with torch.no_grad():
        net[0].bias.fill_(float("inf"))
    player = Player("net", net, lambda batch, rng: net(batch.real.flatten(1)).square().mean())
    member = tiny.member(Game(players=(player,)))
    play_round(member)
    step, network, layer, cause = member.divergence
    assert (step, network, layer) == (0, "net", "2")
    assert cause.startswith("loss is")


# a large epsilon, lest Adam make a whole step of a gradient that is zero but for rounding
LAYOUTS = {"adam": {"learning_rate": 1e-2, "epsilon": 1e-3}, "sgd": {"learning_rate": 1e-2}}


@pytest.mark.parametrize("penalty", [None, "r1", "gp"])
@pytest.mark.parametrize("network", [{"name": "conv", "channels": 2}, {"name": "residual", "channels": 4}], ids=str)
@pytest.mark.parametrize("name", LAYOUTS)
def test_moves_follow_the_gradient_whatever_its_layout_in_memory(tiny, network, penalty, name):
    method = tiny.method(discriminator=network, **({"penalty": {"name": penalty}} if penalty else {}))
    member, twin = (tiny.member(tiny.game(method), optimiser={"name": name, **LAYOUTS[name]}) for _ in range(2))
    for player, optimiser in twin.optimisers.items():
        told = {key: optimiser.defaults[key] for key in ("lr", "betas", "eps") if key in optimiser.defaults}
        parameters = twin.game.get_player(player).module.parameters()
        twin.optimisers[player] = type(optimiser)(parameters, foreach=False, **told)  # torch's loop over tensors
    for one in (member, twin):
        play_round(one)
    for key, value in tiny.weights(member.game).items():
        assert_close(value, tiny.weights(twin.game)[key], rtol=1e-5, atol=1e-7, msg=key)
