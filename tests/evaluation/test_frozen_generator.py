"""A fresh discriminator against a frozen generator."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import softplus
from torch.testing import assert_close

from aegan import seeding
from aegan.evaluation.frozen_generator import FrozenGeneratorProbe, freeze_generator, is_faint
from aegan.training.cohort import train
from aegan.training.precision import double_precision
from aegan.training.probing import Probing, draw_probe_batch

ROLES = [
    *("none", "reconstruction", "latent", "warm_start", "alpha_gan"),
    *("features", "projection", "ac_gan", "semi_supervised"),
]


def facing(tiny, role="none", **changes):
    """A member that plays the discriminator alone, and the observer of the generator it faces."""
    chosen = tiny.method(role, **changes)
    member, _ = tiny.member_factory(chosen)(1)
    whole = member.game
    member.game = freeze_generator(whole)
    member.optimisers = {"discriminator": member.optimisers["discriminator"]}
    return member, FrozenGeneratorProbe(whole, lambda _step: True, batches=3)


@pytest.mark.parametrize("role", ROLES)
def test_only_the_discriminator_moves(tiny, role):
    member, observer = facing(tiny, role)
    before = tiny.weights(member.game)
    train(member, 4, [observer])
    after = tiny.weights(member.game)
    moved = {name.split("/")[0] for name in after if not torch.equal(after[name], before[name])}
    assert moved == {"discriminator"}


@pytest.mark.parametrize("role", ROLES)
def test_looking_changes_no_bit(tiny, role):
    (watched, observer), (alone, _) = (
        facing(tiny, role, penalty={"name": "r1"}),
        facing(tiny, role, penalty={"name": "r1"}),
    )
    state = torch.get_rng_state()
    train(watched, 4, [observer])
    train(alone, 4, [])
    assert tiny.identical(tiny.weights(watched.game), tiny.weights(alone.game))
    assert torch.equal(torch.get_rng_state(), state)


def reading(member, quantity, layer="(all)", network="generator"):
    return member.history.rows[0][member.history.keys.index((network, layer, quantity))]


def test_gradients_are_those_of_the_rows_that_are_given(tiny):
    """Fakes that are made of data: the gradient of reconstructions of held-out rows is not that of others."""
    norms = []
    for own, measured in (([0, 1, 2, 3], None), ([8, 9, 10], [0, 1, 2, 3]), ([0, 1, 2, 3], [8, 9, 10])):
        member, observer = facing(tiny, "reconstruction")
        member.sampler.rows, observer.rows = np.array(own), measured and np.array(measured)
        norms.append(float(observer._measure(member)["generator", "(all)", "minimax_gradient_norm"]))
    assert norms[0] == norms[1] != norms[2]


def by_hand(member, observer, loss):
    """The gradients of a loss of the logits on the same batches and noise, in float64, with plain autograd."""
    game, order = observer.game, seeding.numpy_generator(member.seed, "diagnosis")
    batches = [draw_probe_batch(member, order, torch.float64) for _ in range(observer.batches)]
    rng = seeding.torch_generator(member.seed, "diagnosis", "noise")
    for module in game.modules.values():
        module.double().requires_grad_()
    generator = game.modules["generator"]
    return [
        torch.autograd.grad(
            loss(game.discriminator_task.compute_logits(game.discriminator_task.fake(batch, rng), batch)).mean(),
            list(generator.parameters()),
        )
        for batch in batches
    ]


LOSSES = {"minimax": lambda a: -softplus(a), "non_saturating": lambda a: softplus(-a)}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("loss", LOSSES)
def test_gradient_norms_are_those_of_plain_autograd(tiny, role, loss):
    member, observer = facing(tiny, role)
    with observer.around(member):
        pass
    gradients = by_hand(member, observer, LOSSES[loss])
    whole = torch.stack([sum(g.square().sum() for g in batch).sqrt() for batch in gradients])
    assert_close(reading(member, f"{loss}_gradient_norm"), whole.median(), rtol=1e-4, atol=0)
    first = torch.stack([(batch[0].square().sum() + batch[1].square().sum()).sqrt() for batch in gradients])
    assert_close(reading(member, f"{loss}_gradient_norm", "dense1"), first.median(), rtol=1e-4, atol=0)
    flat = torch.stack([torch.cat([g.flatten() for g in batch]) for batch in gradients])
    assert_close(reading(member, f"{loss}_gsnr"), flat.mean(0).square().sum() / flat.var(0).sum(), rtol=1e-4, atol=0)
    assert_close(reading(member, f"{loss}_gradient_variance"), flat.var(0).sum(), rtol=1e-4, atol=0)


CONV = {"name": "conv", "channels": 4}


@pytest.mark.parametrize("role", ["none", "reconstruction", "latent", "features"])
@pytest.mark.parametrize("network", [{"name": "dense", "width": 8, "depth": 1}, CONV])
def test_float32_and_float64_agree_where_nothing_is_faint(tiny, role, network):
    networks = {} if role == "latent" else {"generator": network, "discriminator": network}
    member, observer = facing(tiny, role, **networks)
    train(member, 20, [])
    readings = observer._measure_in(torch.float32, member)
    assert not is_faint(readings)
    with double_precision(observer.game.modules.values()):
        exact = observer._measure_in(torch.float64, member)
    assert list(readings) == list(exact)
    for key, value in exact.items():
        assert_close(readings[key].double(), value.double(), rtol=1e-4, atol=1e-6, msg=lambda m, key=key: f"{key}: {m}")


@pytest.mark.parametrize("norm", [1e-18, 0.0, math.inf, math.nan])
def test_a_layer_whose_gradient_float32_may_round_is_faint(norm):
    readings = {("generator", "(all)", "own_gradient_norm"): torch.tensor(1.0)}
    assert not is_faint(readings | {("generator", "a", "own_slope"): torch.tensor(norm)})
    assert is_faint(readings | {("generator", "a", "minimax_gradient_norm"): torch.tensor(norm)})


def test_the_plain_gans_own_loss_is_the_one_it_was_trained_with(tiny):
    member, observer = facing(tiny, loss="non_saturating")
    observer.batches = 1
    with observer.around(member):
        pass
    # other noise, same distribution: the same size, not the same number
    ratio = reading(member, "own_gradient_norm") / reading(member, "non_saturating_gradient_norm")
    assert 0.5 < ratio < 2
    assert reading(member, "own_gradient_norm") != reading(member, "minimax_gradient_norm")


def test_the_articles_own_gradient_has_its_reconstruction_term(tiny):
    (anchored, first), (free, second) = (
        facing(tiny, {"name": "reconstruction", "weight": weight}, loss="minimax") for weight in (50.0, 0.0)
    )
    for member, observer in ((anchored, first), (free, second)):
        with observer.around(member):
            pass
    assert reading(anchored, "own_gradient_norm") > 3 * reading(free, "own_gradient_norm")
    assert_close(reading(free, "own_gradient_norm"), reading(free, "minimax_gradient_norm"))  # its fakes need no noise


def test_a_game_without_logits_has_its_own_gradient_alone(tiny):
    member, observer = facing(tiny)
    observer.game = replace(observer.game, discriminator_task=None)
    with observer.around(member):
        pass
    assert {quantity for _, _, quantity in member.history.keys} == {
        "own_gradient_norm",
        "own_gsnr",
        "own_gradient_variance",
    }


def confident(tiny, **networks):
    """A plain GAN whose discriminator is sure beyond what a float32 can hold: logits about -200 on fakes."""
    member, observer = facing(tiny, loss="minimax", **networks)
    with torch.no_grad():
        last = list(observer.game.modules["discriminator"].parameters())[-1]
        last.sub_(200.0)
    return member, observer


@pytest.mark.parametrize("network", [{"name": "dense", "width": 8, "depth": 1}, CONV])
def test_gradients_that_float32_rounds_to_zero_are_measured(tiny, network):
    member, observer = confident(tiny, generator=network, discriminator=network)
    assert is_faint(observer._measure_in(torch.float32, member))
    with observer.around(member):
        pass
    assert 1e-95 < reading(member, "minimax_gradient_norm") < 1e-80  # σ(-200) is 1e-87


def test_and_so_they_are_in_training(tiny):
    member, observer = confident(tiny)
    member.game = observer.game
    member.optimisers["generator"] = torch.optim.SGD(observer.game.modules["generator"].parameters())
    with Probing(lambda _step: True, 2).around(member):
        pass
    assert 1e-95 < reading(member, "gradient_norm") < 1e-80
    assert all(p.dtype == torch.float32 for module in member.game.modules.values() for p in module.parameters())


def test_looks_see_the_same_data_and_noise(tiny):
    """Between looks only the discriminator differs, so the peak of many looks is not their largest error."""
    member, observer = facing(tiny)
    first = observer._measure(member)
    member.step = 1
    again = observer._measure(member)
    assert first.keys() == again.keys()
    assert all(torch.equal(first[key], again[key]) for key in first)


def test_accuracy_and_slope_bounds_of_the_discriminator(tiny):
    member, observer = facing(tiny)
    train(member, 40, [observer])
    first, last = member.history.rows[0], member.history.rows[-1]
    key = member.history.keys.index
    loss, accuracy = (key(("discriminator", "(all)", quantity)) for quantity in ("loss", "accuracy"))
    assert last[loss] < 0.8 * first[loss]
    assert 0.5 < last[accuracy] <= 1
    for row in (first, last):
        assert (
            row[key(("discriminator", "(all)", "lipschitz_lower"))]
            <= row[key(("discriminator", "(all)", "lipschitz_upper"))]
        )
