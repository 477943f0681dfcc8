"""Methods and helpers that compare an engine with the eager loop, for the tests of engines."""

import pytest
import torch

from aegan.games.roles import ROLES
from aegan.training.checkpoint import training_tensors
from aegan.training.cohort import train, train_together
from aegan.training.outputs import join_histories
from aegan.training.validated_engine import ValidatedEngine

ROUNDS = 24
RMSPROP = {"name": "rmsprop", "learning_rate": 1e-3}
SGD = {"name": "sgd", "learning_rate": 1e-2, "momentum": 0.9}
BATCH_NORM = {"name": "dense", "width": 8, "depth": 1, "normalisation": "batch"}
SPECTRAL = {"name": "dense", "width": 8, "depth": 1, "normalisation": "spectral"}
CONV = {"name": "conv", "channels": 4}
RESIDUAL = {"name": "residual", "channels": 4}
METHODS = {
    **{role: {"role": role} for role in ROLES},
    "clip": {"constraint": {"name": "clip"}, "optimiser": RMSPROP, "discriminator_moves": 3},
    "gp": {"penalty": {"name": "gp"}, "loss": "wasserstein"},
    "r1_r2": {"penalty": {"name": "r1_r2"}, "penalty_weight": {"name": "linear", "end": 0.1}, "optimiser": SGD},
    "lecam": {"penalty": {"name": "lecam"}},
    "ebgan_pt": {"role": {"name": "ebgan", "pulling_away": 0.1}},
    "noise": {"augmentations": [{"name": "instance_noise"}]},
    "augmented": {"augmentations": [{"name": "diffaugment"}]},
    "batch": {"generator": BATCH_NORM},
    "spectral": {"discriminator": SPECTRAL},
    "average": {"ema_decay": 0.9},
    "packed": {"packing": 2},
    "medgan": {"role": "decoded", "minibatch_averaging": True},
    "dcgan": {"generator": CONV | {"normalisation": "batch"}, "discriminator": CONV},
    "r3gan": {"generator": RESIDUAL, "discriminator": RESIDUAL, "loss": "relativistic", "penalty": {"name": "r1_r2"}},
    "bf16": {"precision": "bf16", "discriminator": SPECTRAL, "ema_decay": 0.9},
    "bf16_gp": {"precision": "bf16", "generator": CONV, "discriminator": CONV, "penalty": {"name": "gp"}},
}

NO_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
CUDA = pytest.param("cuda", marks=[pytest.mark.cuda, NO_CUDA])


def make_members(tiny, method, seeds=(0, 1)):
    make_member = tiny.member_factory(method)
    return [make_member(seed) for seed in seeds]


def train_with_engine(tiny, method, seeds=(0, 1), capture=None, rounds=ROUNDS, changed=None):
    played = make_members(tiny, method, seeds)
    if changed:
        changed(played)
    player = ValidatedEngine(capture or tiny.capture, tiny.tolerance)
    train_together(played, rounds, player)
    return [member for member, _ in played], player


def train_eagerly(tiny, method, seeds=(0, 1), rounds=ROUNDS, changed=None):
    played = make_members(tiny, method, seeds)
    if changed:
        changed(played)
    for member, observers in played:
        train(member, rounds, observers)
    return [member for member, _ in played]


def assert_same_members(first, second):
    for one, other in zip(first, second, strict=True):
        assert (one.step, one.divergence, one.stopped) == (other.step, other.divergence, other.stopped)
        assert have_same_tensors(one, other)
        for name, rng in one.noise.items():
            assert torch.equal(rng.get_state(), other.noise[name].get_state())
    assert join_histories(first).equals(join_histories(second))


def have_same_tensors(one, other):
    first, second = training_tensors(one), training_tensors(other)
    return first.keys() == second.keys() and all(torch.equal(first[key], second[key]) for key in first)


def scale_generator_loss(member, weight):
    """Multiply the loss of a member's generator by what `weight` makes of the batch."""
    judge, generator = member.game.players
    weighed = generator._replace(loss=lambda batch, rng: weight(batch) * generator.loss(batch, rng))
    object.__setattr__(member.game, "players", (judge, weighed))
