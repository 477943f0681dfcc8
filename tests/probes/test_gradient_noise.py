from collections import OrderedDict

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan import seeding
from aegan.errors import InputError
from aegan.probes.gradient_noise import (
    gradient_variance,
    measure_noise,
    measure_signal_to_noise,
    signal_to_noise_ratio,
)
from aegan.probes.snapshot import ProbeSnapshot
from aegan.tables import WHOLE_NETWORK


def gradients(batches=8, scale=1.0, dtype=torch.float64):
    """Gradients of a net of two layers: a mean of their own per entry, and unit noise."""
    rng = seeding.torch_generator(3, "test")
    shapes = [(4, 3), (4,), (1, 4)]
    means = [torch.randn(shape, generator=rng, dtype=torch.float64) for shape in shapes]
    draw = [[m + torch.randn(m.shape, generator=rng, dtype=torch.float64) for m in means] for _ in range(batches)]
    return [[(scale * gradient).to(dtype) for gradient in batch] for batch in draw]


def matrix(batches):
    return torch.stack([torch.cat([gradient.flatten() for gradient in batch]) for batch in batches])


def net():
    return nn.Sequential(OrderedDict(first=nn.Linear(3, 4), second=nn.Linear(4, 1, bias=False)))


def test_variance_is_the_trace_of_the_sample_covariance():
    batches = gradients()
    assert_close(gradient_variance(batches), torch.cov(matrix(batches).T).trace(), rtol=1e-12, atol=0)


def test_signal_to_noise_is_its_definition():
    batches = gradients()
    flat = matrix(batches)
    expected = flat.mean(0).square().sum() / torch.cov(flat.T).trace()
    assert_close(signal_to_noise_ratio(batches), expected, rtol=1e-12, atol=0)


def test_by_hand():
    batches = [[torch.tensor([1.0, 0.0])], [torch.tensor([3.0, 4.0])]]
    assert_close(gradient_variance(batches), torch.tensor(2.0 + 8.0).double())
    assert_close(signal_to_noise_ratio(batches), torch.tensor((4.0 + 4.0) / 10.0).double())
    both = {"gsnr": signal_to_noise_ratio(batches), "gradient_variance": gradient_variance(batches)}
    assert_close(measure_noise(batches), both, rtol=0, atol=0)


def test_readings_are_per_layer_and_over_all():
    batches = gradients()
    blank = {"losses": [], "weights": [], "activations": {}}
    readings = measure_signal_to_noise(ProbeSnapshot(net(), gradients=batches, **blank))
    assert list(readings) == [("first", "gsnr"), ("second", "gsnr"), (WHOLE_NETWORK, "gsnr")]
    assert_close(readings["first", "gsnr"], signal_to_noise_ratio([batch[:2] for batch in batches]), rtol=1e-12, atol=0)
    assert_close(
        readings["second", "gsnr"], signal_to_noise_ratio([batch[2:] for batch in batches]), rtol=1e-12, atol=0
    )
    assert_close(readings[WHOLE_NETWORK, "gsnr"], signal_to_noise_ratio(batches), rtol=1e-12, atol=0)


def test_one_batch_tells_nothing():
    assert gradient_variance(gradients(batches=1)).isnan()
    assert signal_to_noise_ratio(gradients(batches=1)).isnan()


def test_no_noise_is_infinite_and_nothing_is_nan():
    same = [[torch.ones(3)]] * 2
    assert signal_to_noise_ratio(same) == torch.inf
    assert signal_to_noise_ratio([[torch.zeros(3)]] * 2).isnan()
    assert signal_to_noise_ratio([[torch.tensor([torch.nan])], [torch.ones(1)]]).isnan()


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_the_ratio_does_not_depend_on_the_scale_of_float32_gradients(scale):
    assert_close(
        signal_to_noise_ratio(gradients(scale=scale, dtype=torch.float32)),
        signal_to_noise_ratio(gradients()),
        rtol=1e-5,
        atol=0,
    )


def test_little_noise_on_a_large_signal_is_not_cancelled():
    wiggle = 1e-9 * torch.tensor([-1.0, 1.0]).double()
    assert_close(
        gradient_variance([[1 + wiggle[:1]], [1 + wiggle[1:]]]),
        torch.tensor(2e-18, dtype=torch.float64),
        rtol=1e-6,
        atol=0,
    )


def test_pure_noise_reads_one_over_the_number_of_batches():
    rng = seeding.torch_generator(0, "test")
    noise = [[torch.randn(200_000, generator=rng)] for _ in range(8)]
    assert_close(signal_to_noise_ratio(noise), torch.tensor(1 / 8).double(), rtol=0.02, atol=0)


def test_frozen_parameters_are_left_out():
    batches = gradients()
    frozen = [[batch[0], None, batch[2]] for batch in batches]
    kept = [[batch[0], batch[2]] for batch in batches]
    assert_close(signal_to_noise_ratio(frozen), signal_to_noise_ratio(kept), rtol=0, atol=0)
    assert_close(gradient_variance(frozen), gradient_variance(kept), rtol=0, atol=0)
    blank = {"losses": [], "weights": [], "activations": {}}
    readings = measure_signal_to_noise(
        ProbeSnapshot(net(), gradients=[[None, None, batch[2]] for batch in batches], **blank)
    )
    assert list(readings) == [("second", "gsnr"), (WHOLE_NETWORK, "gsnr")]
    assert_close(readings["second", "gsnr"], signal_to_noise_ratio([batch[2:] for batch in batches]), rtol=0, atol=0)


def test_complex_and_sparse_gradients_have_the_noise_of_their_entries():
    real = [[torch.tensor([[3.0, 0.0]])], [torch.tensor([[0.0, 4.0]])]]
    for convert in (torch.Tensor.to_sparse, lambda g: g * 1j):
        converted = [[convert(g) for g in batch] for batch in real]
        assert_close(gradient_variance(converted), gradient_variance(real))


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        ([], "there are none"),
        ([[torch.ones(2)], [torch.ones(2), torch.ones(1)]], "differ in number or shapes"),
        ([[torch.ones(2)], [torch.ones(1)]], "differ in number or shapes"),
        ([[torch.ones(2)], [None]], "differ in number or shapes"),
        ([[None], [None]], "no parameter has one"),
        ([[], []], "no parameter has one"),
    ],
)
def test_batches_that_differ_are_refused(batches, message):
    with pytest.raises(InputError, match=f"gradients: .*{message}"):
        signal_to_noise_ratio(batches)
