import pytest
import torch
from torch import nn
from torch.nn.functional import softplus
from torch.testing import assert_close

from aegan import seeding
from aegan.errors import InputError
from aegan.probes.decomposition import decompose_gradient, decompose_gradients


def saturating(a):
    return -softplus(a).mean()


def non_saturating(a):
    return softplus(-a).mean()


class Pack(nn.Module):
    """Two fakes, one logit, as PacGAN has it."""

    def __init__(self, judge):
        super().__init__()
        self.judge = judge

    def forward(self, x):
        return self.judge(x.reshape(len(x) // 2, -1))


def nets(seed, generator_output, judge_inputs, dtype=torch.float64):
    rng = seeding.torch_generator(seed, "test")
    generator = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), *generator_output)
    judge = nn.Sequential(nn.Flatten(), nn.Linear(judge_inputs, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1), nn.Flatten(0))
    for parameter in [*generator.parameters(), *judge.parameters()]:
        parameter.data = torch.randn(parameter.shape, generator=rng, dtype=dtype)
    return generator, judge, torch.randn(6, 3, generator=rng, dtype=dtype)


def images():
    return nets(0, [nn.Linear(8, 12), nn.Unflatten(1, (3, 2, 2))], 12)


def codes():
    return nets(1, [nn.Linear(8, 4)], 4)


def packed():
    generator, judge, z = nets(2, [nn.Linear(8, 12), nn.Unflatten(1, (3, 2, 2))], 24)
    return generator, Pack(judge), z


@pytest.mark.parametrize("world", [images, codes, packed])
@pytest.mark.parametrize("loss", [saturating, non_saturating, lambda a: a.square().mean(), lambda a: -a.mean()])
def test_factors_are_those_of_separate_plain_backward_passes(world, loss):
    generator, judge, z = world()
    found = decompose_gradient(loss, judge, generator(z), list(generator.parameters()))

    fake = generator(z)
    fake.retain_grad()
    logits = judge(fake)
    logits.retain_grad()
    value = loss(logits)
    value.backward()
    s = logits.grad * len(logits)
    p = (fake.grad * len(fake)).flatten(1)
    rms = (p**2).sum(1).mean() ** 0.5
    whole = torch.cat([parameter.grad.flatten() for parameter in generator.parameters()]).norm()
    twin = {"loss": value, "slope": s.abs().mean(), "field": rms / s.abs().mean(), "gain": whole / rms, "norm": whole}
    for name, expected in twin.items():
        assert_close(getattr(found, name), expected.detach(), rtol=1e-10, atol=0, msg=name)
    for gradient, parameter in zip(found.gradients, generator.parameters(), strict=True):
        assert_close(gradient, parameter.grad, rtol=1e-10, atol=0)
    assert_close(found.slope * found.field * found.gain, found.norm, rtol=1e-14, atol=0)


def test_closed_form_of_a_linear_judge_and_a_shift():
    """D(x) = w·x + c, G = z + θ: s = σ(a), ∇ₓa = w, and J_θ = 1 for every fake."""
    w, theta, z = torch.tensor([3.0, 4.0]).double(), torch.zeros(2).double(), torch.eye(2).double()
    theta.requires_grad_()
    found = decompose_gradient(lambda a: softplus(a).mean(), lambda x: x @ w, z + theta, [theta])
    s = torch.sigmoid(torch.tensor([3.0, 4.0]).double())
    assert_close(found.slope, s.mean())
    assert_close(found.field, 5 * s.square().mean().sqrt() / s.mean())
    assert_close(found.gain, s.mean() / s.square().mean().sqrt())
    assert_close(found.norm, 5 * s.mean())


def test_a_judge_that_averages_over_packs_has_the_field_of_one_that_judges_each():
    generator, _, z = images()
    linear = nn.Sequential(nn.Flatten(), nn.Linear(12, 1, bias=False), nn.Flatten(0)).double()
    alone = decompose_gradient(torch.mean, linear, generator(z), list(generator.parameters()))
    packs = decompose_gradient(
        torch.mean, lambda x: linear(x).view(-1, 2).mean(1), generator(z), list(generator.parameters())
    )
    for name in ("slope", "field", "gain", "norm"):
        assert_close(getattr(packs, name), getattr(alone, name), rtol=1e-12, atol=0)


def test_scaling_a_part_moves_its_factor_alone():
    generator, _, z = images()
    parameters = list(generator.parameters())
    judge = nn.Sequential(nn.Flatten(), nn.Linear(12, 1, bias=False), nn.Flatten(0)).double()
    one = decompose_gradient(torch.mean, judge, generator(z), parameters)
    steeper = decompose_gradient(lambda a: 7 * a.mean(), judge, generator(z), parameters)
    assert_close([steeper.slope, steeper.field, steeper.gain], [7 * one.slope, one.field, one.gain])
    louder = decompose_gradient(torch.mean, lambda x: 5 * judge(x), generator(z), parameters)
    assert_close([louder.slope, louder.field, louder.gain], [one.slope, 5 * one.field, one.gain])


def test_what_is_lost_is_zero_or_nan_and_never_an_error():
    generator, judge, z = images()
    parameters = list(generator.parameters())
    saturated = decompose_gradient(lambda a: softplus(a - 1e4).mean(), judge, generator(z), parameters)
    assert saturated.slope == 0
    assert saturated.norm == 0
    assert saturated.field.isnan()
    assert saturated.gain.isnan()
    deaf = decompose_gradient(torch.mean, lambda x: judge(0 * x), generator(z), parameters)
    assert_close(deaf.slope, torch.ones((), dtype=torch.float64))
    assert deaf.field == 0
    assert deaf.gain.isnan()
    broken = decompose_gradient(lambda a: torch.nan * a.mean(), judge, generator(z), parameters)
    assert broken.norm.isnan()


def test_a_parameter_that_the_fakes_do_not_see_has_a_gradient_of_zero():
    generator, judge, z = codes()
    unseen = torch.ones(2, dtype=torch.float64, requires_grad=True)
    found = decompose_gradient(torch.mean, judge, generator(z), [unseen, *generator.parameters()])
    assert_close(found.gradients[0], torch.zeros(2, dtype=torch.float64))


def test_small_float32_gradients_do_not_underflow_in_the_factors():
    generator, judge, z = nets(0, [nn.Linear(8, 4)], 4, torch.float32)
    found = decompose_gradient(lambda a: 1e-30 * a.mean(), judge, generator(z), list(generator.parameters()))
    usual = decompose_gradient(torch.mean, judge, generator(z), list(generator.parameters()))
    assert found.norm.dtype == torch.float64
    assert_close(found.norm * 1e30, usual.norm, rtol=1e-5, atol=0)
    assert_close(found.slope * found.field * found.gain, found.norm, rtol=1e-14, atol=0)


def test_frozen_parameters_have_no_gradient_and_no_part_in_the_norm():
    generator, judge, z = images()
    parameters = list(generator.parameters())
    whole = decompose_gradient(non_saturating, judge, generator(z), parameters)
    generator[0].requires_grad_(requires_grad=False)
    found = decompose_gradient(non_saturating, judge, generator(z), parameters)
    assert [gradient is None for gradient in found.gradients] == [True, True, False, False]
    for gradient, expected in zip(found.gradients[2:], whole.gradients[2:], strict=True):
        assert_close(gradient, expected, rtol=0, atol=0)
    assert_close(found.norm, torch.stack([own.norm() for own in whole.gradients[2:]]).norm(), rtol=1e-12, atol=0)
    assert_close([found.slope, found.field], [whole.slope, whole.field], rtol=0, atol=0)
    assert_close(found.slope * found.field * found.gain, found.norm, rtol=1e-12, atol=0)


@pytest.mark.parametrize("caller", [torch.no_grad, torch.inference_mode])
def test_a_caller_without_gradients_gets_the_same(caller):
    generator, judge, z = images()
    fake, parameters = generator(z), list(generator.parameters())
    expected = decompose_gradient(non_saturating, judge, generator(z), parameters)
    with caller():
        found = decompose_gradient(non_saturating, judge, fake, parameters)
        assert_close([*found[1:]], [*expected[1:]], rtol=0, atol=0)
        with pytest.raises(InputError, match=r"fake: has no graph to the parameters\. Compute it outside"):
            decompose_gradient(non_saturating, judge, generator(z), parameters)


def test_a_discriminator_whose_first_layer_works_in_place_has_the_field_at_the_fakes():
    generator, judge, z = images()
    parameters = list(generator.parameters())
    plain, in_place = (nn.Sequential(nn.LeakyReLU(0.1, inplace=inplace), judge) for inplace in (False, True))
    expected = decompose_gradient(saturating, plain, generator(z), parameters)
    found = decompose_gradient(saturating, in_place, generator(z), parameters)
    assert_close([*found[1:]], [*expected[1:]], rtol=1e-14, atol=0)


def test_sparse_gradients_count_as_dense_ones():
    embedding, judge = nn.Embedding(4, 3, sparse=True).double(), nn.Linear(3, 1).double()
    found = decompose_gradient(torch.mean, judge, embedding(torch.tensor([0, 2])), list(embedding.parameters()))
    assert_close(found.norm, found.gradients[0].to_dense().norm())


def test_arguments_are_checked_at_the_door():
    generator, judge, z = images()
    parameters, fake = list(generator.parameters()), generator(z)
    probe = lambda loss=torch.mean, judge=judge, fake=fake, own=parameters: decompose_gradient(loss, judge, fake, own)  # noqa: E731
    with pytest.raises(InputError, match=r"loss: returns shape \(6,\)"):
        probe(loss=lambda a: a)
    with pytest.raises(InputError, match="loss: does not depend on the logits"):
        probe(loss=lambda _: fake.sum())
    with pytest.raises(InputError, match="discriminator: returns a tensor without a graph"):
        probe(judge=lambda x: judge(x).detach())
    with pytest.raises(InputError, match="discriminator: does not depend on the fakes"):
        probe(judge=lambda x: judge(x.detach()))
    with pytest.raises(InputError, match="discriminator: returns a tuple"):
        probe(judge=lambda x: (judge(x), x))
    with pytest.raises(InputError, match="parameters: there are none"):
        probe(own=[])
    with pytest.raises(InputError, match="parameters: the fakes depend on none of them"):
        probe(own=[torch.ones(1, requires_grad=True)])
    generator.requires_grad_(requires_grad=False)
    with pytest.raises(InputError, match="parameters: none of 4 requires grad"):
        probe()


def test_several_losses_of_the_same_logits_are_decomposed_as_each_alone():
    generator, judge, z = images()
    parameters = list(generator.parameters())
    alone = [decompose_gradient(loss, judge, generator(z), parameters) for loss in (saturating, non_saturating)]
    together = decompose_gradients([saturating, non_saturating], judge, generator(z), parameters)
    for one, other in zip(alone, together, strict=True):
        assert one[1:] == other[1:]
        assert all(torch.equal(a, b) for a, b in zip(one.gradients, other.gradients, strict=True))
