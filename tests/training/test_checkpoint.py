import os
import signal
from contextlib import contextmanager

import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.training.checkpoint import Checkpoints, PreemptedError
from aegan.training.cohort import train, train_cohort
from aegan.training.member import Divergence
from aegan.training.member_factory import autoencoder_member_factory
from aegan.training.observers import ScheduledObserver
from aegan.training.outputs import join_histories

DIVERGENCE = Divergence(3, "generator", "dense1", "loss is nan")


def gan_r1(tiny):
    method = tiny.method(penalty={"name": "r1"})
    return tiny.member_factory(
        method, tiny.PROBES | {"schedule": {"name": "evenly", "points": 6}, "batches": 2}
    ), method["rounds"]


def latent(tiny):
    method = tiny.method("latent")
    return tiny.member_factory(method), method["rounds"]


def low_precision(tiny):
    conv = {"name": "conv", "channels": 4}
    method = tiny.method(precision="bf16", generator=conv, discriminator=conv, penalty={"name": "gp"})
    return tiny.member_factory(method), method["rounds"]


def variational(tiny):
    return autoencoder_member_factory(tiny.entry("vae", patience=1), tiny.PROBES, ArrayDataset(tiny.images()))


def uninterrupted(make_member, rounds, folder):
    return train_cohort([7], rounds, make_member, Checkpoints(folder, "print")).members[0]


def interrupted(make_member, rounds, folder, stops):
    """Train in one process per stop, each of which leaves a checkpoint behind every round."""
    for stop in stops:
        member, observers = make_member(7)
        checkpoints = Checkpoints(folder, "print", seconds=0)
        checkpoints.restore(member, observers)
        train(member, stop, observers, checkpoints)
    return train_cohort([7], rounds, make_member, Checkpoints(folder, "print")).members[0]


@pytest.mark.parametrize("make", [gan_r1, latent, variational, low_precision])
@pytest.mark.parametrize("stops", [[1], [5], [2, 3, 9], [12]])
def test_a_resumed_run_is_identical_to_an_uninterrupted_one(tiny, tmp_path, make, stops):
    make_member, rounds = make(tiny)
    whole = uninterrupted(make_member, rounds, tmp_path / "whole")
    resumed = interrupted(make_member, rounds, tmp_path / "pieces", stops)
    assert resumed.step == whole.step
    assert resumed.stopped == whole.stopped
    assert tiny.identical(tiny.weights(resumed.game), tiny.weights(whole.game))
    assert join_histories([resumed]).equals(join_histories([whole]))


def checkpointed(tiny, folder, rounds=4, fingerprint="print"):
    make_member, _ = gan_r1(tiny)
    member, observers = make_member(7)
    train(member, rounds, observers)
    Checkpoints(folder, fingerprint).save(member, observers)
    return make_member, member


def test_a_checkpoint_is_taken_up_where_it_left_off(tiny, tmp_path):
    make_member, saved = checkpointed(tiny, tmp_path)
    fresh, observers = make_member(7)
    assert Checkpoints(tmp_path, "print").restore(fresh, observers)
    assert (fresh.step, fresh.seconds) == (4, saved.seconds)
    assert tiny.identical(tiny.weights(fresh.game), tiny.weights(saved.game))
    assert all(torch.equal(fresh.noise[name].get_state(), saved.noise[name].get_state()) for name in saved.noise)


def test_observers_are_taken_up_too(tiny, tmp_path):
    make_member, _ = variational(tiny)
    member, (probing, stopping) = make_member(7)
    train(member, 4, [probing, stopping])
    stopping.best, stopping.waited = -1.0, 3
    Checkpoints(tmp_path, "print").save(member, [probing, stopping])
    fresh, observers = make_member(7)
    Checkpoints(tmp_path, "print").restore(fresh, observers)
    assert (observers[1].best, observers[1].waited) == (-1.0, 3)
    assert tiny.identical(observers[1].weights, stopping.weights)


def untouched(tiny, make_member, checkpoints):
    """Whether restoring is refused and leaves the new member new."""
    member, observers = make_member(7)
    before = tiny.weights(member.game)
    return (
        not checkpoints.restore(member, observers)
        and member.step == 0
        and tiny.identical(tiny.weights(member.game), before)
    )


def test_a_checkpoint_of_another_job_is_ignored(tiny, tmp_path):
    make_member, _ = checkpointed(tiny, tmp_path, fingerprint="other")
    assert untouched(tiny, make_member, Checkpoints(tmp_path, "print"))


def test_no_checkpoint_is_no_trouble(tiny, tmp_path):
    make_member, _ = gan_r1(tiny)
    assert untouched(tiny, make_member, Checkpoints(tmp_path / "nowhere", "print"))


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.1, 0.5, 0.99])
def test_a_torn_checkpoint_is_ignored(tiny, tmp_path, kept):
    make_member, member = checkpointed(tiny, tmp_path)
    file = Checkpoints(tmp_path, "print").path(member)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * kept)])
    assert untouched(tiny, make_member, Checkpoints(tmp_path, "print"))


def test_a_file_of_garbage_is_ignored(tiny, tmp_path):
    make_member, member = checkpointed(tiny, tmp_path)
    Checkpoints(tmp_path, "print").path(member).write_bytes(b"\xff" * 4096)
    assert untouched(tiny, make_member, Checkpoints(tmp_path, "print"))


def test_a_finished_job_only_finishes_again(tiny, tmp_path):
    make_member, rounds = variational(tiny)
    first = uninterrupted(make_member, rounds, tmp_path)
    left = make_member(7)
    assert Checkpoints(tmp_path, "print").restore(*left)
    assert left[0].step == first.step
    again = uninterrupted(make_member, rounds, tmp_path)
    assert again.step == first.step
    assert tiny.identical(tiny.weights(again.game), tiny.weights(first.game))


def test_a_diverged_member_stays_diverged(tiny, tmp_path):
    make_member, member = checkpointed(tiny, tmp_path)
    _, observers = make_member(7)
    member.divergence = DIVERGENCE
    Checkpoints(tmp_path, "print").save(member, observers)
    resumed = uninterrupted(make_member, 12, tmp_path)
    assert resumed.divergence == DIVERGENCE
    assert resumed.step == 4


def test_checkpoints_wait_for_their_time(tiny, tmp_path):
    make_member, _ = gan_r1(tiny)
    member, observers = make_member(7)
    patient = Checkpoints(tmp_path, "print", seconds=1e6)
    train(member, 3, observers, patient)
    assert not patient.path(member).exists()
    eager = Checkpoints(tmp_path, "print", seconds=0)
    train(member, 4, observers, eager)
    assert eager.path(member).exists()
    eager.discard()
    assert not tmp_path.exists()
    eager.discard()


class Preempting(ScheduledObserver):
    """Sends the process SIGTERM, as Slurm does, when a round is about to be played."""

    @contextmanager
    def around(self, member):
        os.kill(os.getpid(), signal.SIGTERM)
        yield


@pytest.mark.parametrize("make", [gan_r1, latent, variational, low_precision])
@pytest.mark.parametrize("at", [0, 5, 11])
def test_sigterm_ends_at_a_checkpoint_from_which_training_goes_on_bit_by_bit(tiny, tmp_path, make, at):
    make_member, rounds = make(tiny)
    whole = uninterrupted(make_member, rounds, tmp_path / "whole")

    def preempted(seed):
        member, observers = make_member(seed)
        return member, [*observers, Preempting(lambda step: step == at)]

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(PreemptedError, match=r"stopped by SIGTERM: run the same command again.*pieces"):
        train_cohort([7], rounds, preempted, Checkpoints(tmp_path / "pieces", "print", seconds=1e6))
    assert signal.getsignal(signal.SIGTERM) == before
    kept, observers = make_member(7)
    assert Checkpoints(tmp_path / "pieces", "print").restore(kept, observers)
    assert kept.step == at + 1
    resumed = uninterrupted(make_member, rounds, tmp_path / "pieces")
    assert tiny.identical(tiny.weights(resumed.game), tiny.weights(whole.game))
    assert join_histories([resumed]).equals(join_histories([whole]))


def test_sigterm_after_the_last_round_is_not_lost(tmp_path):
    checkpoints = Checkpoints(tmp_path, "print")
    with pytest.raises(PreemptedError), checkpoints.finish_round_on_sigterm():
        os.kill(os.getpid(), signal.SIGTERM)
