import numpy as np
import pytest
import torch
from pandas.testing import assert_frame_equal
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.games.components import AdversarialComponents
from aegan.games.plain_gan import make_plain_gan
from aegan.networks.prior import Mixture
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.probes.quantities import PROBES, select_probes
from aegan.tables import pivot_values
from aegan.training.cohort import train
from aegan.training.member_factory import autoencoder_member_factory
from aegan.training.probing import FAINT_NORM, Probing, count_leaked, has_faint

#: what some of the probes record
QUANTITIES = {
    "gradient": {"gradient_norm", "zero_fraction", "nonfinite_fraction"},
    "update": {"update_ratio", "leaked_tensors"},
    "loss": {"loss"},
    "logits": {"logit_real", "logit_fake", "accuracy"},
}

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
    discriminator = nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 1))
    components = AdversarialComponents(
        shape=tiny.SHAPE,
        latent=4,
        generator=None,
        discriminator=lambda _shape: discriminator,
        loss=LOSSES["minimax"](),
        penalty=PENALTIES["r1"](),
    )
    return tiny.member(make_plain_gan(components, generator, Mixture.standard_normal(4)))


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
    make_member = tiny.member_factory(tiny.method(role, penalty={"name": "r1"}))
    assert same_with_and_without_probes(tiny, lambda: make_member(2)[0])


def test_probes_never_change_a_bit_of_batch_statistics(tiny):
    assert same_with_and_without_probes(tiny, lambda: normalised(tiny))


@pytest.mark.parametrize("objective", ["mse", "vae"])
def test_probes_never_change_a_bit_of_an_autoencoder(tiny, objective):
    make_member, _ = autoencoder_member_factory(tiny.entry(objective), tiny.PROBES, ArrayDataset(tiny.images()))
    assert same_with_and_without_probes(tiny, lambda: make_member(2)[0])


def test_probes_leave_gradients_of_the_round_alone(tiny):
    member = tiny.member_factory(tiny.method())(0)[0]
    train(member, 1, [])
    kept = [p.grad.clone() for p in member.game.players[0].module.parameters()]
    with tiny.always().around(member):
        pass
    assert all(map(torch.equal, kept, (p.grad for p in member.game.players[0].module.parameters())))


def test_readings_depend_on_the_step_not_on_when_else_was_probed(tiny):
    often, once = (tiny.member_factory(tiny.method())(1)[0] for _ in range(2))
    train(often, 5, [tiny.always()])
    train(once, 5, [Probing(lambda step: step == 4, batches=3)])
    tables = [member.history.to_frame().query("step == 4").reset_index(drop=True) for member in (often, once)]
    assert tables[0].equals(tables[1])


def test_recorded_quantities_of_a_gan(tiny):
    member = tiny.member_factory(tiny.method())(0)[0]
    probes = select_probes(["gradient", "update", "saturation", "loss", "logits", "rounding"])
    train(member, 1, [Probing(lambda _step: True, 3, probes)])
    frame = member.history.to_frame()
    assert set(frame["network"]) == {"discriminator", "generator"}
    judged = {"logit_real", "logit_fake", "accuracy"}
    everyone = {"gradient_norm", "zero_fraction", "nonfinite_fraction", "update_ratio", "leaked_tensors", "loss"}
    assert set(frame.query("network == 'discriminator'")["quantity"]) == everyone | judged
    assert set(frame.query("network == 'generator'")["quantity"]) == everyone | {"saturation"}
    assert not frame["value"].isna().any()


@pytest.mark.parametrize("names", [["gradient"], ["loss", "gradient"], ["gradient", "logits", "update"]])
def test_a_subset_of_probes_records_its_rows_of_the_full_run(tiny, names):
    def play(quantities):
        member, observers = tiny.member_factory(tiny.method(), tiny.PROBES | {"quantities": quantities})(0)
        train(member, 6, observers)
        return member

    full, part = play(list(PROBES)), play(names)
    assert tiny.identical(final(tiny, full), final(tiny, part))
    recorded = {quantity for name in names for quantity in QUANTITIES[name]}
    table = full.history.to_frame()
    assert set(table["quantity"]) > recorded
    expected = table[table["quantity"].isin(recorded)].reset_index(drop=True)
    assert_frame_equal(part.history.to_frame(), expected, check_exact=True)


@pytest.mark.parametrize("loss", ["non_saturating", "relativistic"])
def test_factors_are_those_of_the_gradient_of_the_own_loss(tiny, loss):
    member = tiny.member_factory(tiny.method(loss=loss))(0)[0]
    train(member, 2, [Probing(lambda _step: True, 1, select_probes(["gradient", "factors"]))])
    rows = member.history.to_frame().query("network == 'generator' and layer == '(all)'")
    found = pivot_values(rows, ["step"], "quantity")
    assert (found["slope"] > 0).all()
    np.testing.assert_allclose(found["slope"] * found["field"] * found["gain"], found["gradient_norm"], rtol=1e-5)


def test_factors_of_an_anchored_generator_leave_the_anchor_out(tiny):
    def read(weight):
        role = {"name": "reconstruction", "weight": weight}
        member = tiny.member_factory(tiny.method(role))(0)[0]
        train(member, 1, [Probing(lambda _step: True, 1)])
        rows = member.history.to_frame().query("network == 'generator' and layer == '(all)'")
        return rows.set_index("quantity")["value"][["slope", "field", "gain", "gradient_norm"]]

    free, anchored = read(0.0), read(100.0)
    np.testing.assert_array_equal(free.iloc[:3], anchored.iloc[:3])
    assert free.iloc[:3].prod() == pytest.approx(free["gradient_norm"], rel=1e-5)
    assert anchored["gradient_norm"] > 10 * free["gradient_norm"]


def test_a_player_whose_loss_has_no_logits_has_no_factors(tiny):
    member = tiny.member_factory(tiny.method("ebgan"))(0)[0]
    train(member, 1, [Probing(lambda _step: True, 1)])
    assert not {"slope", "field", "gain"} & set(member.history.to_frame()["quantity"])


def test_faint_gradients_are_told_from_all_others():
    assert not has_faint(torch.tensor([2 * FAINT_NORM, 1.0, 1e30]))
    for norm in (FAINT_NORM, 0.0, torch.inf, torch.nan):
        assert has_faint(torch.tensor([1.0, norm]))


def test_tensors_of_the_other_side_that_an_optimiser_moves_are_counted(tiny):
    member = tiny.member_factory(tiny.method("aae"))(0)[0]  # the generator is a part of the autoencoder: one side
    assert [count_leaked(member, player) for player in member.game.players] == [0, 0, 0]
    discriminator = member.game.get_player("discriminator")
    member.optimisers["generator"].add_param_group({"params": list(discriminator.module.parameters())})
    leaked = {player.name: count_leaked(member, player) for player in member.game.players}
    assert leaked == {
        "discriminator": 0,
        "generator": len(list(discriminator.module.parameters())),
        "autoencoder": 0,
    }
