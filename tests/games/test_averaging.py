import pytest
import torch
from torch.testing import assert_close

from aegan.games.averaging import average_weights
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train
from aegan.training.round import play_round


def rng():
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("role", ["none", "bigan", "warm_start"])
def test_the_average_is_that_of_the_weights_after_each_move_by_hand(tiny, role):
    member = tiny.member(average_weights(tiny.game(tiny.method(role)), 0.8))
    expected = None
    for _ in range(3):
        play_round(member)
        weights = [own.detach().clone() for own in member.game.modules["generator"].parameters()]
        expected = weights if expected is None else [0.8 * a + 0.2 * w for a, w in zip(expected, weights, strict=True)]
    average = member.game.modules["average_generator"].module
    assert_close(list(average.parameters()), expected)


def test_images_are_made_with_the_averages_and_the_game_is_played_without(tiny):
    plain = tiny.member(tiny.game(tiny.method("bigan")))
    followed = tiny.member(average_weights(tiny.game(tiny.method("bigan")), 0.5))
    for member in (plain, followed):
        train(member, 4, [])
    for name, module in plain.game.modules.items():
        assert tiny.identical(module.state_dict(), followed.game.modules[name].state_dict())
    game = followed.game
    made, last = game.generate(3, rng()), plain.game.generate(3, rng())
    assert not torch.equal(made, last)
    generator, average = (game.modules[name] for name in ("generator", "average_generator"))
    generator.load_state_dict(average.module.state_dict())
    assert torch.equal(plain_generate(game), made)


def plain_generate(game):
    """What the generator makes of the weights it has."""
    return game.modules["generator"](game.modules["prior"].draw(3, rng()))


def test_making_images_leaves_the_weights_as_they_were_also_after_an_error(tiny):
    member = tiny.member(average_weights(tiny.game(tiny.method("none", generator=BATCH)), 0.5))
    train(member, 2, [])
    before = tiny.weights(member.game)
    for module in member.game.modules.values():
        module.eval()
    member.game.generate(3, rng())
    with pytest.raises(TypeError):
        member.game.generate("three", rng())
    assert tiny.identical(before, tiny.weights(member.game))


BATCH = {"name": "dense", "width": 8, "depth": 1, "normalisation": "batch"}


def test_no_average_of_who_judges(tiny):
    assert set(average_weights(tiny.game(tiny.method("bigan")), 0.5).auxiliary_modules) >= {
        "average_generator",
        "average_encoder",
    }
    assert "average_discriminator" not in average_weights(tiny.game(tiny.method("bigan")), 0.5).auxiliary_modules


def test_a_resumed_run_has_the_same_averages(tiny, tmp_path):
    method = tiny.method("none", ema_decay=0.9, penalty={"name": "lecam"}, discriminator=SPECTRAL)
    whole, _ = tiny.member_factory(method)(0)
    train(whole, 6, [])
    checkpoints = Checkpoints(tmp_path, "same")
    first, _ = tiny.member_factory(method)(0)
    train(first, 3, [])
    checkpoints.save(first, [])
    second, _ = tiny.member_factory(method)(0)
    assert checkpoints.restore(second, [])
    train(second, 6, [])
    assert tiny.identical(tiny.weights(whole.game), tiny.weights(second.game))


SPECTRAL = {"name": "dense", "width": 8, "depth": 1, "normalisation": "spectral"}
