"""Products of low precision: what is rounded, what is not, and that nothing of it stays behind."""

import logging
from itertools import chain

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.modules import module as hooks
from torch.nn.utils.parametrizations import spectral_norm
from torch.testing import assert_close

from aegan import seeding
from aegan.errors import InputError
from aegan.games.autoencoder_objectives import OBJECTIVES
from aegan.games.game import enable_gradients
from aegan.games.roles import ROLES
from aegan.objectives.penalties import PENALTIES, gp
from aegan.tables import BF16, FLOAT32, TF32
from aegan.training import precision
from aegan.training.cohort import train
from aegan.training.cost import flops_per_round
from aegan.training.member_factory import autoencoder_member_factory
from aegan.training.outputs import join_histories
from aegan.training.precision import autocast_products, missing_support, require_precision
from aegan.training.probing import Probing, draw_probe_batch

CONV = {"name": "conv", "channels": 4}
BATCH = {"name": "dense", "width": 8, "depth": 1, "normalisation": "batch"}
SPECTRAL = {"name": "dense", "width": 8, "depth": 1, "normalisation": "spectral"}
ROUNDING = {"rounding_error", "rounding_cosine", "rounded_to_zero"}


def rounded(values):
    """The nearest bf16, as a float64."""
    return values.to(torch.bfloat16).double()


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def linear(weight):
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=False)
    with torch.no_grad():
        layer.weight.copy_(weight)
    return layer


def test_the_gradient_of_a_linear_layer_is_that_of_rounded_factors():
    inputs, weight, slope = drawn(5, 3), drawn(2, 3, seed=1), drawn(5, 2, seed=2)
    layer = linear(weight)
    with autocast_products(BF16, "cpu"):
        outputs = layer(inputs)
        (gradient,) = torch.autograd.grad((outputs * slope).sum(), [layer.weight])
    assert outputs.dtype == gradient.dtype == torch.float32
    assert torch.equal(outputs.double(), rounded(rounded(inputs) @ rounded(weight).T))
    assert torch.equal(gradient.double(), rounded(rounded(slope).T @ rounded(inputs)))
    assert not torch.equal(gradient, slope.T @ inputs)


def test_the_slope_that_a_penalty_looks_at_is_of_rounded_factors_and_so_is_its_gradient():
    weight, data = drawn(1, 3), drawn(4, 3, seed=1)
    layer = linear(weight)
    with autocast_products(BF16, "cpu"):
        penalty = gp(weight=1.0)(lambda x: layer(x).flatten(), data, data, torch.Generator())
        (gradient,) = torch.autograd.grad(penalty, [layer.weight])
    steepness = rounded(weight).norm()
    assert_close(penalty, ((steepness - 1) ** 2).float())
    # the last step back through the float32 slope is rounded, for what was cast forwards is cast backwards
    assert_close(gradient.double(), 2 * (steepness - 1) * rounded(weight) / steepness, rtol=2**-7, atol=0)


def test_only_networks_are_rounded_and_what_they_give_is_float32():
    inner, outside = [], drawn(3, 3)
    net = nn.Sequential(nn.Linear(3, 3), nn.Tanh())
    net[0].register_forward_hook(lambda _module, _inputs, output: inner.append(output.dtype))
    with autocast_products(BF16, "cpu"):
        assert net(outside).dtype == torch.float32
        assert torch.equal(nn.Flatten()(outside @ outside), outside @ outside.clone())
        product = outside @ outside
    assert inner == [torch.bfloat16]
    assert torch.equal(product, outside @ outside)


def test_a_sigmoid_near_one_has_no_slope_in_bf16():
    """As docs/precision.md has it: from a logit of log 511 on its value is nearer to 1 than to 1 − 2⁻⁸."""
    net = nn.Sequential(linear(torch.eye(1)), nn.Sigmoid())
    slopes = {}
    for own in (FLOAT32, BF16):
        inputs = torch.tensor([[-7.0], [6.0], [7.0]], requires_grad=True)
        with autocast_products(own, "cpu"):
            (slopes[own],) = torch.autograd.grad(net(inputs).sum(), inputs)
    assert (slopes[BF16] == 0).flatten().tolist() == [False, False, True]
    assert slopes[FLOAT32][2] == pytest.approx(9.1e-4, rel=1e-2)


def left_behind():
    return torch.is_autocast_enabled("cpu"), len(hooks._global_forward_hooks), len(hooks._global_forward_pre_hooks)


def test_nothing_stays_behind_even_if_a_network_fails():
    class Broken(nn.Sequential):
        def forward(self, x):
            raise ZeroDivisionError

    before = left_behind()
    with pytest.raises(ZeroDivisionError), autocast_products(BF16, "cpu"):
        nn.Sequential(nn.Linear(1, 1), Broken(nn.Linear(1, 1)))(drawn(1, 1))
    assert left_behind() == before == (False, 0, 0)


def test_spectral_norms_are_those_of_the_float32_weights():
    nets = [spectral_norm(linear(drawn(4, 3))) for _ in range(2)]
    nets[1].load_state_dict(nets[0].state_dict())
    nets[0](drawn(5, 3))
    with autocast_products(BF16, "cpu"):
        nets[1](drawn(5, 3))
    first, second = (net.state_dict() for net in nets)
    assert all(torch.equal(first[key], second[key]) for key in first)


def test_networks_in_float64_stay_exact():
    layer, inputs = linear(drawn(2, 3)).double(), drawn(5, 3).double()
    with autocast_products(BF16, "cpu"):
        assert torch.equal(layer(inputs), inputs @ layer.weight.T)


def test_tf32_is_set_for_the_block_and_put_back():
    def settings():
        return torch.backends.cuda.matmul.fp32_precision, torch.backends.cudnn.conv.fp32_precision

    before = settings()
    with autocast_products(TF32, "cuda"):
        assert settings() == ("tf32", "tf32")
    assert settings() == before


def test_a_device_without_tf32_is_refused(tiny):
    with pytest.raises(InputError, match=r"^precision: tf32 needs an NVIDIA GPU.*Use float32 or bf16"):
        tiny.member_factory(tiny.method(precision=TF32))(0)


def test_a_processor_that_imitates_bf16_is_named_once(monkeypatch, caplog):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": False, "cpu_name": "old"})
    precision._warn.cache_clear()
    with caplog.at_level(logging.WARNING, "aegan"):
        for _ in range(3):
            require_precision(BF16, "cpu")
    assert [record.message for record in caplog.records] == [f"precision: {missing_support(BF16, 'cpu')}"]
    assert "emulates" in missing_support(BF16, "cpu")
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"bf16": True})
    assert missing_support(BF16, "cpu") == missing_support(FLOAT32, "cpu") == ""


def trained(tiny, method, rounds=6):
    member, observers = tiny.member_factory(method)(3)
    train(member, rounds, observers)
    return member


def test_float32_is_what_it_was_to_the_bit(tiny):
    plain, named = (trained(tiny, tiny.method(**own)) for own in ({}, {"precision": FLOAT32}))
    assert tiny.identical(tiny.weights(plain.game), tiny.weights(named.game))
    assert join_histories([plain]).equals(join_histories([named]))
    assert not ROUNDING & set(named.history.to_frame()["quantity"])


def of_one(member):
    return [*chain.from_iterable(module.state_dict().values() for module in member.game.modules.values())] + [
        slot for optimiser in member.optimisers.values() for kept in optimiser.state.values() for slot in kept.values()
    ]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_plays_with_float32_weights(tiny, role):
    low, exact = (trained(tiny, tiny.method(role, precision=own), rounds=2) for own in (BF16, FLOAT32))
    assert not low.divergence
    assert {tensor.dtype for tensor in of_one(low)} == {tensor.dtype for tensor in of_one(exact)}
    moved = [
        torch.equal(first, second)
        for one, other in zip(low.game.players, exact.game.players, strict=True)
        for first, second in zip(one.module.parameters(), other.module.parameters(), strict=True)
    ]
    assert not all(moved), "bf16 made no difference"
    for name, rng in low.noise.items():  # noise is drawn as in float32
        assert torch.equal(rng.get_state(), exact.noise[name].get_state())


@pytest.mark.parametrize("penalty", PENALTIES)
def test_every_penalty_plays_on_convolutions(tiny, penalty):
    method = tiny.method(penalty={"name": penalty}, generator=CONV, discriminator=CONV, precision=BF16)
    assert not trained(tiny, method, rounds=2).divergence


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_autoencoder_trains(tiny, objective):
    make_member, _ = autoencoder_member_factory(tiny.entry(objective, precision=BF16), tiny.PROBES, tiny.labelled())
    member, observers = make_member(0)
    train(member, 2, observers)
    assert not member.divergence
    assert set(member.history.to_frame()["quantity"]) >= ROUNDING


def test_the_arithmetic_is_counted_alike(tiny):
    counts = [
        flops_per_round(tiny.member_factory(tiny.method(precision=own, penalty={"name": "gp"}))(0)[0])
        for own in (FLOAT32, BF16)
    ]
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize("networks", [{"generator": BATCH}, {"discriminator": SPECTRAL}, {"ema_decay": 0.9}])
def test_probes_never_change_a_bit(tiny, networks):
    members = [tiny.member_factory(tiny.method(precision=BF16, **networks))(2)[0] for _ in range(2)]
    for member, observers in zip(members, ([], [tiny.always()]), strict=True):
        train(member, 4, observers)
    assert tiny.identical(*(tiny.weights(member.game) for member in members))


def test_the_probe_compares_the_same_batch_and_noise_with_float32(tiny):
    member = tiny.member_factory(tiny.method(precision=BF16, discriminator=SPECTRAL, generator=BATCH))(2)[0]
    kept = tiny.weights(member.game)
    with Probing(lambda _step: True, batches=1).around(member):
        pass
    found = member.history.to_frame().set_index(["network", "layer", "quantity"])["value"]
    player = member.game.get_player("discriminator")  # whose look is the first
    enable_gradients(member.game, player.module)
    batch = draw_probe_batch(member, seeding.numpy_generator(member.seed, "probe", 0), torch.float32)
    gradients = {}
    for own in (FLOAT32, BF16):
        for name, module in member.game.modules.items():
            module.load_state_dict({key: kept[f"{name}/{key}"] for key in module.state_dict()})
        with autocast_products(own, "cpu"):
            loss = player.loss(batch, seeding.torch_generator(member.seed, "probe", player.name, 0))
            gradients[own] = torch.autograd.grad(loss, list(player.module.parameters()))
    low, exact = (torch.cat([part.flatten() for part in gradients[own]]).double() for own in (BF16, FLOAT32))
    assert found["discriminator", "(all)", "rounding_error"] == pytest.approx(
        ((low - exact).norm() / exact.norm()).item()
    )
    assert found["discriminator", "(all)", "rounding_cosine"] == pytest.approx(
        torch.cosine_similarity(low, exact, dim=0).item()
    )
    assert 2**-12 < found["discriminator", "(all)", "rounding_error"] < 2**-4  # some roundings of 2^-9 each


def test_a_faint_gradient_is_still_compared(tiny):
    member = tiny.member_factory(tiny.method(precision=BF16))(2)[0]
    with torch.no_grad():
        member.game.modules["discriminator"].get_parameter("dense2.weight").mul_(1e-25)
    with tiny.always().around(member):
        pass
    found = (
        member.history.to_frame().query("network == 'generator' and layer == '(all)'").set_index("quantity")["value"]
    )
    assert 0 < found["gradient_norm"] < 1e-18
    assert np.isfinite(found["rounding_error"])
    assert found["rounding_cosine"] == pytest.approx(1, abs=1e-2)
