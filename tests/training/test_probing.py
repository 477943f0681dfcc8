import pytest
import torch
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.games.adversarial import Parts, plain_game
from aegan.networks.prior import Mixture
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.training.cohort import train
from aegan.training.member_factory import autoencoder_recruits, classifier_recruits
from aegan.training.observers import Probing

ROLES = [
    *("none", "reconstruction", "latent", "warm_start", "ebgan", "bigan", "alpha_gan"),
    *("features", "projection", "ac_gan", "semi_supervised"),
]


def normalised(tiny):
    """A game whose networks have batch normalisation: buffers that every forward pass changes."""
    torch.manual_seed(0)
    generator = nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 64), nn.Sigmoid(), nn.Unflatten(1, tiny.SHAPE)
    )
    judge = nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 1))
    parts = Parts(tiny.SHAPE, 4, None, lambda _shape: judge, LOSSES["minimax"](), PENALTIES["r1"]())
    return tiny.member(plain_game(parts, generator, Mixture.standard(4)))


def final(tiny, member):
    """Everything that the next round depends on: weights, buffers, optimisers and noise."""
    optimisers = {
        f"{name}/{index}/{slot}": value.clone()
        for name, optimiser in member.optimisers.items()
        for index, slots in optimiser.state_dict()["state"].items()
        for slot, value in slots.items()
    }
    return tiny.weights(member.game) | optimisers | {n: rng.get_state() for n, rng in member.noise.items()}


def same_with_and_without_probes(tiny, make, rounds=6):
    plain, probed = make(), make()
    before = torch.get_rng_state()
    train(plain, rounds, [])
    train(probed, rounds, [tiny.always()])
    assert torch.equal(torch.get_rng_state(), before)
    assert len(probed.history.steps) == rounds
    return tiny.identical(final(tiny, plain), final(tiny, probed))


@pytest.mark.parametrize("role", ROLES)
def test_probes_never_change_a_bit(tiny, role):
    recruit = tiny.recruits(tiny.method(role, penalty={"name": "r1"}))
    assert same_with_and_without_probes(tiny, lambda: recruit(2)[0])


def test_probes_never_change_a_bit_of_batch_statistics(tiny):
    assert same_with_and_without_probes(tiny, lambda: normalised(tiny))


@pytest.mark.parametrize("objective", ["mse", "vae"])
def test_probes_never_change_a_bit_of_an_autoencoder(tiny, objective):
    recruit, _ = autoencoder_recruits(tiny.entry(objective), tiny.PROBES, ArrayDataset(tiny.images()))
    assert same_with_and_without_probes(tiny, lambda: recruit(2)[0])


def test_probes_leave_gradients_of_the_round_alone(tiny):
    member = tiny.recruits(tiny.method())(0)[0]
    train(member, 1, [])
    kept = [p.grad.clone() for p in member.game.players[0].module.parameters()]
    with tiny.always().around(member):
        pass
    assert all(map(torch.equal, kept, (p.grad for p in member.game.players[0].module.parameters())))


def test_readings_depend_on_the_step_not_on_when_else_was_probed(tiny):
    often, once = (tiny.recruits(tiny.method())(1)[0] for _ in range(2))
    train(often, 5, [tiny.always()])
    train(once, 5, [Probing(lambda step: step == 4, batches=3)])
    tables = [member.history.frame().query("step == 4").reset_index(drop=True) for member in (often, once)]
    assert tables[0].equals(tables[1])


def test_recorded_quantities_of_a_gan(tiny):
    member = tiny.recruits(tiny.method())(0)[0]
    train(member, 1, [tiny.always()])
    frame = member.history.frame()
    assert set(frame["network"]) == {"discriminator", "generator"}
    judged = {"logit_real", "logit_fake", "accuracy"}
    everyone = {"gradient_norm", "zero_fraction", "nonfinite_fraction", "update_ratio", "loss"}
    assert set(frame.query("network == 'discriminator'")["quantity"]) == everyone | judged
    assert set(frame.query("network == 'generator'")["quantity"]) == everyone | {"saturation"}
    assert not frame["value"].isna().any()


def test_a_classifier_has_no_observers_and_learns(tiny):
    images = tiny.images(64)
    labels = (images.reshape(64, 8, 8)[:, :4].sum((1, 2)) > images.reshape(64, 8, 8)[:, 4:].sum((1, 2))).astype(int)
    recruit, per_epoch = classifier_recruits(2, ArrayDataset(images, labels), batch_size=16)
    member, observers = recruit(0)
    assert observers == []
    assert per_epoch == 4
    batch = ArrayDataset(images, labels).batch(torch.arange(64).numpy())
    loss = member.game.players[0].loss
    before = loss(batch, None)
    train(member, 20, [])
    assert loss(batch, None) < before / 2
