"""Losses and penalties against those of torchgan, an independent library.

`make test` puts its wheel beside the environment (it cannot be installed there: it wants another torch). Its functions
alone are imported, under a bare package, for the package itself imports torchvision.
"""

import importlib
import sys
import types
from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from aegan.objectives.losses import least_squares, minimax, non_saturating, wasserstein
from aegan.objectives.penalties import dragan, gp

WHEEL = Path(sys.prefix) / "oracles" / "torchgan"
REAL, FAKE = torch.randn(2, 50, generator=torch.Generator().manual_seed(3), dtype=torch.float64).unbind()


@pytest.fixture(scope="module")
def oracle():
    if not WHEEL.exists():
        pytest.skip("torchgan's wheel is not beside the environment; `make test` puts it there")
    for name in ("torchgan", "torchgan.losses"):
        package = types.ModuleType(name)
        package.__path__ = [str(WHEEL.parent / name.replace(".", "/"))]
        sys.modules[name] = package
    yield importlib.import_module("torchgan.losses.functional")
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchgan"]:
        del sys.modules[name]


def test_cross_entropies(oracle):
    expected = oracle.minimax_discriminator_loss(REAL, FAKE)
    for loss in (minimax(), non_saturating()):
        assert_close(loss.discriminator(REAL, FAKE), expected)
    assert_close(non_saturating().generator(REAL, FAKE), oracle.minimax_generator_loss(FAKE))
    assert_close(minimax().generator(REAL, FAKE), oracle.minimax_generator_loss(FAKE, nonsaturating=False))


def test_one_sided_label_smoothing(oracle):
    smoothed = oracle.minimax_discriminator_loss(REAL, FAKE, label_smoothing=0.1)
    assert_close(non_saturating(smoothing=0.1).discriminator(REAL, FAKE), smoothed)


def test_wasserstein(oracle):
    assert_close(wasserstein().discriminator(REAL, FAKE), oracle.wasserstein_discriminator_loss(REAL, FAKE))
    assert_close(wasserstein().generator(REAL, FAKE), oracle.wasserstein_generator_loss(FAKE))


def test_least_squares(oracle):
    expected = oracle.least_squares_discriminator_loss(REAL, FAKE, a=-1.0, b=1.0)
    assert_close(least_squares().discriminator(REAL, FAKE), expected)
    assert_close(least_squares().generator(REAL, FAKE), oracle.least_squares_generator_loss(FAKE, c=1.0))


@pytest.mark.parametrize("seed", range(5))
def test_gradient_penalties_of_a_single_row(oracle, seed):
    """Of more rows torchgan takes one norm over the whole batch, unlike the papers."""
    weights = torch.tensor([[0.4], [-1.2], [0.3]], dtype=torch.float64)
    real, fake = torch.rand(2, 1, 3, generator=rng(10 + seed), dtype=torch.float64).unbind()

    def judge(x):
        return (x @ weights).tanh()

    drawn = torch.rand(1, 1, generator=rng(seed), dtype=torch.float64)
    between = (drawn * real + (1 - drawn) * fake).requires_grad_()
    expected = oracle.wasserstein_gradient_penalty(between, judge(between))
    assert_close(gp(weight=3.0)(judge, real, fake, rng(seed)), 3 * expected)
    around_rng = rng(seed)
    noise, factor = (torch.rand(1, numbers, generator=around_rng, dtype=torch.float64) for numbers in (3, 1))
    around = (real + factor * 0.5 * real.std(correction=0) * noise).requires_grad_()
    expected = oracle.dragan_gradient_penalty(around, judge(around))
    assert_close(dragan(weight=3.0)(judge, real, fake, rng(seed)), 3 * expected)


def rng(seed):
    return torch.Generator().manual_seed(seed)
