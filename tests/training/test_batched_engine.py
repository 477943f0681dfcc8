"""Rounds of all members at once are those of the eager loop: on a CPU without the capture, on CUDA with it."""

from contextlib import contextmanager
from functools import partial

import pytest
import torch
from tests.training.engine_cases import (
    BATCH_NORM,
    METHODS,
    ROUNDS,
    assert_same_members,
    scale_generator_loss,
    train_eagerly,
    train_with_engine,
)
from torch.utils._python_dispatch import TorchDispatchMode

from aegan.training import batched_engine, device_prefetch, validated_engine
from aegan.training.batched_engine import BatchedEngine, MemberBranch
from aegan.training.checkpoint import training_tensors
from aegan.training.device_prefetch import DevicePrefetcher
from aegan.training.round import play_round


@pytest.mark.parametrize("name", METHODS)
def test_batched_rounds_are_bit_identical_to_the_eager_loop(device_tiny, name):
    method = device_tiny.method(rounds=ROUNDS, **METHODS[name])
    members, player = train_with_engine(device_tiny, method)
    assert isinstance(player.inner, BatchedEngine), "the trial has not let it through"
    assert_same_members(members, train_eagerly(device_tiny, method))


def test_a_cosine_penalty_weight_differs_by_rounding_alone(device_tiny):
    method = device_tiny.method(rounds=ROUNDS, penalty={"name": "r1"}, penalty_weight={"name": "cosine", "end": 0.1})
    members, player = train_with_engine(device_tiny, method)
    assert isinstance(player.inner, BatchedEngine)
    for one, other in zip(members, train_eagerly(device_tiny, method), strict=True):
        for key, tensor in training_tensors(one).items():
            torch.testing.assert_close(tensor, training_tensors(other)[key], msg=key)


def test_data_too_large_for_the_device_are_copied_as_needed(device_tiny, monkeypatch):
    monkeypatch.setattr(batched_engine, "load_resident_arrays", lambda members: {})
    method = device_tiny.method("ac_gan", rounds=ROUNDS, discriminator_moves=2)
    members, player = train_with_engine(device_tiny, method)
    assert all(not branch.batches.is_resident for branch in player.inner.branches.values())
    assert_same_members(members, train_eagerly(device_tiny, method))


def test_most_rounds_run_without_the_host(device_tiny, monkeypatch):
    runs, run = [], device_tiny.capture.run
    monkeypatch.setattr(device_tiny.capture, "run", lambda self, rounds: (runs.append(rounds), run(self, rounds)))
    train_with_engine(device_tiny, device_tiny.method(rounds=200, stages=[1.0]), seeds=(0, 1, 2), rounds=200)
    trial, *runs = runs
    assert trial == validated_engine.VALIDATION_ROUNDS
    assert sum(runs) == 200 - validated_engine.WARM_UP_ROUNDS
    assert len(runs) < 12  # four looks of the probe, and what lies between


def diverge_at(at):
    """Make the loss of the last member's generator no number from the round `at` on, told by the batch."""

    def change(played):
        for number, (member, _) in enumerate(played, 1):
            limit = torch.tensor(at if number == len(played) else ROUNDS)
            member.game.modules["discriminator"].register_buffer("limit", limit.to(member.dataset.device))
            scale_generator_loss(member, partial(weigh, member.game.modules["discriminator"]))

    def weigh(module, batch):
        step = torch.as_tensor(batch.step, device=module.limit.device)
        return torch.where(step >= module.limit, torch.nan, 1.0)

    return change


@pytest.mark.parametrize("at", [0, 2, 4, 9, 17, ROUNDS - 1])
def test_a_diverging_member_stops_where_the_eager_loop_stops_and_others_go_on(device_tiny, at):
    method = device_tiny.method(rounds=ROUNDS, stages=[1.0], ema_decay=0.9, generator=BATCH_NORM)
    members, player = train_with_engine(device_tiny, method, (0, 1), changed=diverge_at(at))
    assert [member.step for member in members] == [ROUNDS, at + 1]
    assert isinstance(player.inner, BatchedEngine)
    assert members[1].divergence.step == at
    assert_same_members(members, train_eagerly(device_tiny, method, (0, 1), changed=diverge_at(at)))


def test_a_gradient_whose_norm_overflows_is_no_divergence(device_tiny):
    def steep(played):
        scale_generator_loss(played[0][0], lambda _batch: 1e25)

    method = device_tiny.method(rounds=ROUNDS)
    members, _ = train_with_engine(device_tiny, method, (0,), changed=steep)
    assert members[0].divergence is None
    assert_same_members(members, train_eagerly(device_tiny, method, (0,), changed=steep))


def test_a_retired_member_keeps_its_state_though_its_branch_runs_on(device_tiny):
    class Stop:
        def due(self, step):
            return step == 10

        def around(self, member):
            @contextmanager
            def look():
                yield
                member.stopped = True

            return look()

    def stopping(played):
        played[0] = (played[0][0], [*played[0][1], Stop()])

    method = device_tiny.method(rounds=ROUNDS)
    members, _ = train_with_engine(device_tiny, method, changed=stopping)
    assert [member.step for member in members] == [11, ROUNDS]
    assert_same_members(members, train_eagerly(device_tiny, method, changed=stopping))


def test_members_need_not_be_at_the_same_step(device_tiny):
    method = device_tiny.method(rounds=ROUNDS)

    def ahead(played):
        for _ in range(5):
            play_round(played[0][0])
            played[0][0].step += 1

    assert_same_members(
        train_with_engine(device_tiny, method, changed=ahead)[0], train_eagerly(device_tiny, method, changed=ahead)
    )


def test_members_beyond_the_streams_that_torch_has(device_tiny):
    method, seeds = device_tiny.method(rounds=14), tuple(range(35))
    members, player = train_with_engine(device_tiny, method, seeds, rounds=14)
    assert isinstance(player.inner, BatchedEngine)
    assert_same_members(members, train_eagerly(device_tiny, method, seeds, rounds=14))


def test_storage_swapped_by_probing_is_restored(device_tiny):
    member, _ = device_tiny.member_factory(device_tiny.method())(0)
    play_round(member)
    member.step += 1
    player = BatchedEngine([member])
    homes = {key: tensor.data_ptr() for key, tensor in training_tensors(member).items()}
    for module in member.game.modules.values():
        module.double().float()
    assert {key: tensor.data_ptr() for key, tensor in training_tensors(member).items()} != homes
    player.play([member], 3)
    assert {key: tensor.data_ptr() for key, tensor in training_tensors(member).items()} == homes


class HostReads(TorchDispatchMode):
    """Notes operations that wait for what the device has found: such a round cannot be captured."""

    WAITS = frozenset(
        {"_local_scalar_dense", "nonzero", "equal", "is_nonzero", "masked_select", "_unique2", "bincount"}
    )

    def __init__(self):
        super().__init__()
        self.found = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        self.found += [name] if name in self.WAITS else []
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("name", METHODS)
def test_a_round_reads_nothing_back_to_the_host(device_tiny, name):
    member, _ = device_tiny.member_factory(device_tiny.method(rounds=ROUNDS, **METHODS[name]))(0)
    play_round(member)
    with HostReads() as plain:
        play_round(member)  # which looks whether the numbers are finite
    assert plain.found
    branch = MemberBranch(member, DevicePrefetcher(member, 4, device_prefetch.load_resident_arrays([member])))
    branch.prepare(2)
    with HostReads() as captured:
        branch.play_round()
    assert captured.found == []
