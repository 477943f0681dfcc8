"""The loops that benchmarks/throughput.py compares play the same game."""

from dataclasses import replace

import pytest
import torch
from benchmarks.loops import Images, Task, play_aegan_loop, play_resident_loop, play_tutorial_loop

from aegan.data.scaling import to_unit
from aegan.training.cohort import train

ROUNDS = 5
CRITIC = {"loss": "wasserstein", "penalty": {"name": "gp"}, "discriminator_moves": 2}
CONV = {player: {"name": "conv", "channels": 2} for player in ("generator", "discriminator")}
SETTINGS = {
    "dense minimax": {},
    "dense R1": {"penalty": {"name": "r1"}},
    "dense critic": CRITIC,
    "conv minimax": CONV,
    "conv critic": CONV | CRITIC,
}


def overheard(member):
    """Let a member's players say what their losses are: player -> those so far."""
    losses = {player.name: [] for player in member.game.players}

    def heard(player):
        def loss(batch, rng):
            value = player.loss(batch, rng)
            losses[player.name].append(value.item())
            return value

        return player._replace(loss=loss)

    member.game = replace(member.game, players=tuple(map(heard, member.game.players)))
    return losses


@pytest.fixture(params=SETTINGS.values(), ids=SETTINGS)
def task(request, tiny):
    # a critic's last bias has a gradient of 0, or by rounding of 1e-9: with its usual epsilon Adam makes a step of both
    optimiser = {"name": "adam", "learning_rate": 1e-3, "epsilon": 1e-3}
    return Task(tiny.method(optimiser=optimiser, **request.param), tiny.images(160))


def test_all_loops_play_the_same_game(task):
    """Given our order of the data and our noise, the tutorial's loop has our losses, round by round."""
    member = task.make_member(0)
    order = [int(row) for step in range(ROUNDS * task.moves) for row in member.sampler.select_rows(step)]
    losses = overheard(member)
    train(member, ROUNDS, [])
    expected = list(zip(losses["discriminator"][task.moves - 1 :: task.moves], losses["generator"], strict=True))
    for loop in (play_tutorial_loop, play_resident_loop):
        found = loop(task, ROUNDS, order=order, rngs=task.make_member(0).noise)
        torch.testing.assert_close(torch.tensor(found), torch.tensor(expected), rtol=1e-4, atol=1e-6)
    assert len(set(expected)) == ROUNDS  # they do move


def test_ours_is_the_loop_of_a_job(task, tiny):
    member = task.make_member(1)
    train(member, ROUNDS, [])
    cohort = play_aegan_loop(task, ROUNDS, members=2)
    assert [trained.seed for trained in cohort.members] == [0, 1]
    assert tiny.identical(tiny.weights(cohort.members[1].game), tiny.weights(member.game))


def test_images_are_scaled_as_ours_are(tiny):
    images = Images(tiny.images(3))
    assert torch.equal(torch.stack([images[i] for i in range(3)]), to_unit(tiny.images(3)))


def test_workers_change_nothing(tiny):
    task, order = Task(tiny.method(), tiny.images(160)), list(range(2 * 16))
    alone, helped = (
        play_tutorial_loop(task, 2, workers=workers, order=order, rngs=task.make_member(0).noise) for workers in (0, 1)
    )
    assert alone == helped
