import logging

import pytest
import torch

from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import describe_progress, train_cohort
from aegan.training.outputs import describe_members, join_histories
from aegan.training.pace import Pace

ROLES = [
    *("none", "reconstruction", "latent", "warm_start", "ebgan", "bigan", "alpha_gan"),
    *("features", "projection", "ac_gan", "semi_supervised"),
]


def cohort(tiny, folder, seeds, method=None, make_member=None):
    method = method or tiny.method()
    return train_cohort(
        seeds, method["rounds"], make_member or tiny.member_factory(method), Checkpoints(folder, "print")
    )


@pytest.mark.parametrize("role", ROLES)
def test_a_member_does_not_depend_on_its_cohort(tiny, tmp_path, role):
    method = tiny.method(role, rounds=8)
    together = cohort(tiny, tmp_path / "together", range(5), method)
    alone = cohort(tiny, tmp_path / "alone", [3], method)
    (three,) = [member for member in together.members if member.seed == 3]
    assert tiny.identical(tiny.weights(three.game), tiny.weights(alone.members[0].game))
    assert join_histories([three]).equals(join_histories(alone.members))
    assert together.flops == alone.flops > 0


def test_the_engine_that_played_is_told(tiny, tmp_path):
    for rounds, name in ((8, "StackedEngine"), (3, "EagerEngine")):  # the first three are always eager
        method = tiny.method(rounds=rounds)
        assert cohort(tiny, tmp_path / name, range(2), method).engine == f"{name}, up to 2 members at once"


def test_training_twice_is_identical(tiny, tmp_path):
    first, again = (cohort(tiny, tmp_path / name, [0, 1]) for name in ("first", "again"))
    for one, other in zip(first.members, again.members, strict=True):
        assert tiny.identical(tiny.weights(one.game), tiny.weights(other.game))
    assert join_histories(first.members).equals(join_histories(again.members))


def test_members_differ(tiny, tmp_path):
    first, second = (member.game.modules["generator"] for member in cohort(tiny, tmp_path, [0, 1]).members)
    assert not torch.equal(first.dense1.weight, second.dense1.weight)


def test_histories_are_tidy(tiny, tmp_path):
    table = join_histories(cohort(tiny, tmp_path, [4, 2]).members)
    assert list(table.columns) == ["seed", "step", "network", "layer", "quantity", "value"]
    assert table["seed"].drop_duplicates().tolist() == [4, 2]
    assert sorted(table["step"].unique()) == [0, 4, 7, 11]


def poisoned(tiny, method, sick_seed):
    """Recruit as ever, but one seed's generator starts with a weight that is no number."""
    make_member = tiny.member_factory(method)

    def poison(seed):
        member, observers = make_member(seed)
        if seed == sick_seed:
            play = member.game.players[1].loss
            sick = lambda batch, rng: play(batch, rng) * (float("nan") if member.step == 5 else 1.0)  # noqa: E731
            player = member.game.players[1]._replace(loss=sick)
            object.__setattr__(member.game, "players", (member.game.players[0], player))
        return member, observers

    return poison


def test_a_diverged_member_stops_and_its_siblings_go_on(tiny, tmp_path):
    method = tiny.method(rounds=10)
    ended = cohort(tiny, tmp_path / "sick", range(3), method, poisoned(tiny, method, 1))
    sound = cohort(tiny, tmp_path / "sound", range(3), method)
    assert [member.divergence is None for member in ended.members] == [True, False, True]
    assert [member.step for member in ended.members] == [10, 6, 10]
    assert ended.members[1].divergence == (5, "generator", "dense2", "loss is nan")
    assert all(torch.isfinite(value).all() for value in tiny.weights(ended.members[1].game).values())
    for position in (0, 2):
        both = (tiny.weights(run.members[position].game) for run in (ended, sound))
        assert tiny.identical(*both)


def test_a_divergence_is_recorded(tiny, tmp_path):
    method = tiny.method(rounds=10)
    ended = cohort(tiny, tmp_path, range(2), method, poisoned(tiny, method, 1))
    row = join_histories(ended.members).query("quantity == 'diverged'")
    expected = {"seed": 1, "step": 5, "network": "generator", "layer": "dense2", "quantity": "diverged", "value": 1.0}
    assert row.to_dict("records") == [expected]
    sound, sick = describe_members(ended)
    assert sound["divergence"] is None
    assert sick["divergence"] == {"step": 5, "network": "generator", "layer": "dense2", "cause": "loss is nan"}


def test_records_say_what_a_member_cost(tiny, tmp_path):
    ended = cohort(tiny, tmp_path, [0])
    (record,) = describe_members(ended)
    assert record["rounds"] == 12
    assert record["flops"] == 12 * ended.flops
    generator, judge = 4 * 8 + 8 + 8 * 64 + 64, 64 * 8 + 8 + 8 + 1
    assert record["parameters"] == {"discriminator": judge, "generator": generator}
    assert record["seconds"] >= 0
    assert not record["stopped_early"]


def test_members_of_a_seed_are_told_apart_by_their_part(tiny, tmp_path, caplog):
    caplog.set_level(logging.INFO, "aegan")
    make, kept = tiny.member_factory(tiny.method()), Checkpoints(tmp_path, "print")

    def make_member(key):
        member, observers = make(key[1])
        member.part = key[0]
        return member, observers

    members = train_cohort([("stage 1", 0), ("stage 2", 0), ("", 0)], 3, make_member, kept).members
    files = ["seed-0-of-stage-1.safetensors", "seed-0-of-stage-2.safetensors", "seed-0.safetensors"]
    assert sorted(path.name for path in tmp_path.iterdir()) == files
    lines = [line.partition(":")[0] for line in caplog.messages]
    assert lines == ["seed 0 of stage 1", "seed 0 of stage 2", "seed 0"]
    assert describe_progress([(member, ()) for member in members], Pace(3)).startswith(
        "seed 0 of stage 1; seed 0 of stage 2; seed 0: round 3 of 3"
    )
