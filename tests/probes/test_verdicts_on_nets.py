"""Verdicts on real networks that are built to vanish, explode, stay stable or diverge."""

import pandas as pd
import pytest
import torch
from tests.probes.invented_norms import LIMITS
from torch import nn

from aegan.evaluation.frozen_generator import FrozenGeneratorProbe, freeze_generator
from aegan.games.game import Game, Player
from aegan.probes.probe_verdicts import assess_frozen_generators
from aegan.probes.schedules import evenly, logarithmic
from aegan.probes.verdicts import assess_runs
from aegan.tables import TRAINING_FAKES
from aegan.training.cohort import train
from aegan.training.outputs import join_histories
from aegan.training.probing import Probing


def dense(width, depth, activation="leaky_relu"):
    return {"name": "dense", "width": width, "depth": depth, "activation": activation}


def verdicts(member, rounds):
    """Train with ten probes; the verdicts by network, and the history."""
    train(member, rounds, [Probing(evenly(rounds, points=10), 8)])
    table = join_histories([member]).assign(dataset="blobs", method="built")
    return assess_runs(table, LIMITS).set_index("network"), table


def rescaled(member, network, gain):
    """Multiply the initial weights of a network."""
    with torch.no_grad():
        for parameter in member.game.modules[network].parameters():
            parameter.mul_(gain)
    return member


def frozen_generator(tiny, loss):
    """Arjovsky & Bottou 2017, figure 2: a strong discriminator trained against a generator that hardly moves."""
    chosen = tiny.method(loss=loss, discriminator=dense(64, 2), optimiser={"name": "adam", "learning_rate": 2e-3})
    member, _ = tiny.member_factory(chosen)(0)
    member.optimisers["generator"].param_groups[0]["lr"] = 1e-7  # at 0 it would be frozen
    return member


def test_the_minimax_generator_vanishes_before_a_strong_discriminator(tiny):
    judged, history = verdicts(frozen_generator(tiny, "minimax"), 60)
    generator = judged.loc["generator"]
    assert generator["verdict"] == "vanishing"
    assert 0 < generator["step"] < 60
    norms = history.query("network == 'generator' and quantity == 'gradient_norm'")
    by_layer = norms[norms["layer"] == generator["layer"]].set_index("step")["value"]
    assert by_layer[59] < by_layer[0] / 10


def test_the_non_saturating_generator_does_not_vanish_there(tiny):
    judged, _ = verdicts(frozen_generator(tiny, "non_saturating"), 60)
    assert judged.loc["generator", "verdict"] != "vanishing"


def climber(tiny):
    """A player whose loss is minus a power of its outputs: each step up makes the next one steeper."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.Linear(8, 1))
    player = Player("climber", net, lambda batch, rng: -net(batch.real).pow(4).mean())
    return tiny.member(Game(players=(player,)), optimiser={"name": "adam", "learning_rate": 0.05})


def test_a_loss_without_a_floor_explodes(tiny):
    judged, history = verdicts(climber(tiny), 30)
    assert judged.loc["climber", "verdict"] == "exploding"
    assert 0 < judged.loc["climber", "step"] < 30
    norms = history.query("quantity == 'gradient_norm' and layer == '(all)'")["value"]
    assert norms.is_monotonic_increasing


@pytest.mark.parametrize("seed", range(3))
def test_a_gan_with_r1_is_stable(tiny, seed):
    penalised = tiny.method(penalty={"name": "r1", "gamma": 10.0})
    judged, _ = verdicts(tiny.member_factory(penalised)(seed)[0], 60)
    assert judged["verdict"].tolist() == ["stable", "stable"]


def test_a_huge_learning_rate_diverges_and_says_where(tiny):
    chosen = tiny.method(
        generator=dense(8, 3), discriminator=dense(8, 3), optimiser={"name": "adam", "learning_rate": 1e12}
    )
    member = tiny.member_factory(chosen)(0)[0]
    judged, history = verdicts(member, 30)
    sick = judged.loc[member.divergence.network]
    assert sick["verdict"] == "diverged"
    assert (sick["step"], sick["layer"]) == (member.divergence.step, member.divergence.layer)
    assert (history["quantity"] == "diverged").sum() == 1
    assert member.step == member.divergence.step + 1 < 30
    assert all(torch.isfinite(value).all() for value in tiny.weights(member.game).values())


@pytest.mark.parametrize("seed", range(2))
def test_a_deep_sigmoid_generator_vanishes_over_depth_from_the_first_step_on(tiny, seed):
    chosen = tiny.method(loss="non_saturating", generator=dense(16, 6, "sigmoid"))
    judged, history = verdicts(tiny.member_factory(chosen)(seed)[0], 30)
    verdict = judged.loc["generator"]
    assert (verdict["verdict"], verdict["step"], verdict["layer"]) == ("vanishing", 0, "dense1")
    norms = history.query("network == 'generator' and quantity == 'gradient_norm'").pivot_table(
        "value", "step", "layer"
    )
    assert (norms["dense1"] < 0.01 * norms["dense7"]).all()


@pytest.mark.parametrize("seed", range(2))
def test_a_deep_tanh_net_of_large_gain_explodes_over_depth(tiny, seed):
    """Each layer multiplies the gradient on its way back (Poole 2016: a chaotic net)."""
    member = tiny.member_factory(tiny.method(loss="non_saturating", discriminator=dense(64, 10, "tanh")))(seed)[0]
    judged, history = verdicts(rescaled(member, "discriminator", 8.0), 10)
    verdict = judged.loc["discriminator"]
    assert (verdict["verdict"], verdict["step"]) == ("exploding", 0)
    norms = history.query("network == 'discriminator' and quantity == 'gradient_norm' and step == 9").set_index("layer")
    assert norms["value"]["dense1"] > 100 * norms["value"]["dense11"]


def test_a_critic_whose_clip_is_too_large_explodes_over_time(tiny):
    """Gradients of a clipped WGAN grow exponentially with depth as weights reach a large bound (Gulrajani 2017)."""
    chosen = tiny.method(
        loss="wasserstein",
        discriminator=dense(16, 6, "relu"),
        constraint={"name": "clip", "bound": 0.5},
        discriminator_moves=3,
        optimiser={"name": "adam", "learning_rate": 5e-3},
    )
    member = tiny.member_factory(chosen)(0)[0]
    judged, _ = verdicts(member, 40)
    assert judged.loc["discriminator", "verdict"] == "exploding"
    assert judged.loc["discriminator", "step"] > 0
    assert max(weights.abs().max() for weights in member.game.modules["discriminator"].parameters()) <= 0.5


def test_gradients_of_a_deep_sigmoid_generator_fade_layer_by_layer(tiny):
    member = tiny.member_factory(tiny.method(generator=dense(8, 8, "sigmoid")))(0)[0]
    _, history = verdicts(member, 1)
    norms = history.query("network == 'generator' and quantity == 'gradient_norm'").set_index("layer")["value"]
    back_from_the_loss = [norms[f"dense{number}"] for number in range(9, 0, -1)]
    assert back_from_the_loss == sorted(back_from_the_loss, reverse=True)
    assert back_from_the_loss[-1] < 1e-4 * back_from_the_loss[0]
    assert back_from_the_loss[-1] > 0


def test_a_generator_of_dead_units_has_exactly_no_gradient(tiny):
    member = tiny.member_factory(tiny.method(generator=dense(8, 1, "relu")))(0)[0]
    with torch.no_grad():
        member.game.modules["generator"].dense1.bias.fill_(-100.0)
    judged, history = verdicts(member, 2)
    first = history.query("network == 'generator' and layer == 'dense1'").set_index(["quantity", "step"])["value"]
    assert first["gradient_norm", 0] == 0
    assert first["zero_fraction", 0] == 1
    assert history.query("quantity == 'saturation' and layer == 'relu1'")["value"].tolist() == [1.0, 1.0]
    assert judged.loc["generator", "verdict"] == "stable"  # the output layer's bias still learns


def test_a_frozen_minimax_generator_vanishes_before_a_fresh_discriminator(tiny):
    """Arjovsky & Bottou 2017, figure 2, through the probe that the diagnosis of a study runs."""
    chosen = tiny.method(loss="minimax", discriminator=dense(64, 2))
    tables = []
    for stage, rounds in enumerate([0, 5]):
        game = tiny.game(chosen)
        train(tiny.member(game), rounds, [])
        fresh = tiny.member(freeze_generator(game), optimiser={"name": "adam", "learning_rate": 2e-3})
        train(fresh, 101, [FrozenGeneratorProbe(game, logarithmic(101, points=10), 4)])
        tables.append(
            join_histories([fresh]).assign(dataset="blobs", method="built", stage=stage, fakes=TRAINING_FAKES)
        )
    verdict = assess_frozen_generators(pd.concat(tables), LIMITS).iloc[0]
    assert (verdict["network"], verdict["verdict"]) == ("generator, fresh discriminator", "vanishing")
    assert 0 < verdict["step"] <= 100
    assert "rounds of training" in verdict["evidence"]
