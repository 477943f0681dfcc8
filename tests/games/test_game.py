from itertools import permutations

import pytest
import torch
from torch import nn

from aegan.data.batch import Batch
from aegan.games.game import Game, Player, enable_gradients
from aegan.games.roles import ROLES
from aegan.objectives.penalties import PENALTIES
from aegan.registry import build


def rng():
    return torch.Generator().manual_seed(0)


def reach(loss, module):
    """Size of a loss's gradient in a module's parameters, 0 where it does not depend on them."""
    parts = torch.autograd.grad(loss, list(module.parameters()), allow_unused=True, retain_graph=True)
    return sum(part.abs().sum().item() for part in parts if part is not None)


def codes_or_images(tiny, game):
    """A batch of what a game is played on."""
    labels = torch.tensor([0, 1, 2, 3, 0, -1 if game.labelled_share < 1 else 1])
    return Batch(torch.rand(6, *((4,) if game.data_kind == "codes" else tiny.SHAPE), generator=rng()), labels)


@pytest.mark.parametrize("role", ROLES)
def test_only_movers_require_gradients(tiny, role):
    game = tiny.game(tiny.method(role))
    for player in game.players:
        enable_gradients(game, player.module)
        required = {
            id(weight) for module in game.modules.values() for weight in module.parameters() if weight.requires_grad
        }
        assert required == {id(weight) for weight in player.module.parameters()}
    enable_gradients(game)
    assert not any(weight.requires_grad for module in game.modules.values() for weight in module.parameters())


@pytest.mark.parametrize("role", ROLES)
def test_a_movers_loss_keeps_no_graph_of_the_others(tiny, role):
    game = tiny.game(tiny.method(role, penalty={"name": "r1_r2"}))
    data = codes_or_images(tiny, game)
    judge, generator = game.get_player("discriminator"), game.get_player("generator")
    enable_gradients(game, judge.module)
    assert reach(judge.loss(data, rng()), judge.module) > 0
    with pytest.raises(RuntimeError, match="not require grad"):
        torch.autograd.grad(judge.loss(data, rng()), list(generator.module.parameters()))


#: (role, player, other): the loss does not depend on the other's parameters, in BEGAN not as long as k is 0
APART = {
    ("aae", "autoencoder", "discriminator"),
    ("began", "discriminator", "generator"),
    ("mdgan", "discriminator", "encoder"),
    ("veegan", "encoder", "discriminator"),
    *(("alpha_gan", *two) for two in permutations(("discriminator", "code_discriminator"))),
    *(("alpha_gan", *two) for two in permutations(("generator", "code_discriminator"))),
    ("alpha_gan", "encoder", "discriminator"),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("penalty", [None, {"name": "r2"}, {"name": "gp"}])
def test_both_losses_are_differentiable_in_both_players(tiny, role, penalty):
    game = tiny.game(tiny.method(role, loss="relativistic", penalty=penalty))
    enable_gradients(game, *(player.module for player in game.players))
    data = codes_or_images(tiny, game)
    for player in game.players:
        loss = player.loss(data, rng())
        for other in game.players:
            assert (reach(loss, other.module) > 0) == ((role, player.name, other.name) not in APART)


#: penalty -> whether it looks at real data, and at fakes
LOOKS_AT = {
    "r1": (True, False),
    "r2": (False, True),
    "r1_r2": (True, True),
    "gp": (True, True),
    "one_sided_gp": (True, True),
    "zero_centred_gp": (True, True),
    "dragan": (True, False),
    "lecam": (True, True),
    "consistency": (True, False),
}


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("role", ["none", "bigan"])
def test_a_penalty_alone_is_differentiable_in_what_made_the_data_it_looks_at(tiny, role, penalty):
    curved = {"name": "dense", "width": 8, "depth": 1, "activation": "tanh"}  # the slopes of flat pieces are constant
    game = tiny.game(tiny.method(role, discriminator=curved))
    enable_gradients(game, *(player.module for player in game.players))
    data = codes_or_images(tiny, game)
    real, fake = game.discriminator_task.real(data, rng()), game.discriminator_task.fake(data, rng())
    discriminator = game.discriminator_task.bind_batch(data)
    sides = [side.detach().requires_grad_() for side in (real, fake)]
    slopes = torch.autograd.grad(
        build(PENALTIES, {"name": penalty})(discriminator, *sides, rng()), sides, allow_unused=True
    )
    looks_at_real, looks_at_fake = (slope is not None and bool(slope.any()) for slope in slopes)
    assert penalty not in LOOKS_AT or LOOKS_AT[penalty] == (looks_at_real, looks_at_fake)
    value = build(PENALTIES, {"name": penalty})(discriminator, real, fake, rng())
    assert (reach(value, game.modules["generator"]) > 0) == looks_at_fake
    if role == "bigan":
        assert (reach(value, game.modules["encoder"]) > 0) == looks_at_real


def player(name, moves=1):
    return Player(name, nn.Linear(1, 1), lambda batch, rng: batch.real.sum(), moves)


def test_a_round_consumes_the_batches_of_the_player_that_moves_most_often():
    assert Game((player("discriminator", 3), player("generator"))).batches_per_round == 3


def test_modules_are_those_of_the_players_then_the_auxiliary_ones():
    first, second, prior = player("discriminator"), player("generator"), nn.Linear(2, 2)
    game = Game((first, second), {"prior": prior})
    assert list(game.modules.items()) == [
        ("discriminator", first.module),
        ("generator", second.module),
        ("prior", prior),
    ]
    assert game.get_player("generator") is second
    assert len(game.parameters) == 6


def test_a_module_that_two_players_share_has_its_parameters_once():
    first = player("discriminator")
    assert len(Game((first, first._replace(name="generator"))).parameters) == 2
