import pytest

from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train, train_cohort
from aegan.training.observers import StageKeeper


def cohort(tiny, folder, seeds=(3,), **changes):
    method = tiny.method(stages=[0.25, 1.0], **changes)
    return train_cohort(seeds, method["rounds"], tiny.member_factory(method), Checkpoints(folder, "print"))


def test_what_is_kept_are_the_weights_after_that_round(tiny, tmp_path):
    (member,) = cohort(tiny, tmp_path).members
    for stage in (3, 12):
        alone, _ = tiny.member_factory(tiny.method())(3)
        train(alone, stage, [])
        by_hand = {f"{stage}/{name}": value for name, value in tiny.weights(alone.game).items()}
        kept = {name: value for name, value in member.stages.items() if name.startswith(f"{stage}/")}
        assert tiny.identical(kept, by_hand)


def test_a_short_training_keeps_its_first_round():
    assert StageKeeper([0.01, 0.5, 1.0], rounds=4).rounds == [1, 2, 4]


def test_stages_survive_an_interruption(tiny, tmp_path):
    (whole,) = cohort(tiny, tmp_path / "whole").members
    method = tiny.method(stages=[0.25, 1.0])
    member, observers = tiny.member_factory(method)(3)
    train(member, 5, observers, Checkpoints(tmp_path / "cut", "print", seconds=0))
    (resumed,) = cohort(tiny, tmp_path / "cut").members
    assert tiny.identical(resumed.stages, whole.stages)


def test_a_round_that_diverged_is_no_stage(tiny, tmp_path):
    deep = {"name": "dense", "width": 8, "depth": 3}
    wild = {"name": "adam", "learning_rate": 1e12}
    (member,) = cohort(tiny, tmp_path, optimiser=wild, generator=deep, discriminator=deep, rounds=30).members
    assert member.divergence
    assert member.divergence.step < 30
    assert not any(name.startswith("30/") for name in member.stages)


@pytest.mark.parametrize("role", ["reconstruction", "latent", "warm_start"])
def test_modules_that_do_not_move_are_kept_too(tiny, tmp_path, role):
    (member,) = cohort(tiny, tmp_path, role=role).members
    assert {name.split("/")[1] for name in member.stages} == {
        name for name, module in member.game.modules.items() if module.state_dict()
    }
