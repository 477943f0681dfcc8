"""Penalties on the discriminator. Each has one signature, so that any goes with any loss."""

from __future__ import annotations

from collections.abc import Callable

import torch
from pydantic import PositiveFloat
from torch import Tensor, nn

from aegan.objectives.augmentations import Part, shifted

#: data (N, ...) -> logits, (N,) or one for every m that are judged together
Judge = Callable[[Tensor], Tensor]

#: (judge, real (N, ...), fake (N, ...), rng) -> scalar, added to the discriminator's loss; one that remembers something
#: is a module, which keeps it in its buffers.
Penalty = Callable[[Judge, Tensor, Tensor, torch.Generator], Tensor]


def slopes(judge: Judge, data: Tensor) -> Tensor:
    """Return the slope of every logit in what it was judged on, (logits, numbers per logit), differentiable again.

    Data that depend on parameters keep doing so; data that do not are left without gradients.
    """
    data = data if data.requires_grad else data.detach().requires_grad_()
    logits = judge(data)
    (slope,) = torch.autograd.grad(logits.sum(), data, create_graph=True)
    return slope.reshape(len(logits), -1)


def _zero_centred(judge: Judge, data: Tensor) -> Tensor:
    """Return E‖∇ₓD(x)‖²."""
    return slopes(judge, data).square().sum(1).mean()


def r1(*, gamma: PositiveFloat = 1.0) -> Penalty:
    """Zero-centred gradient penalty on real data, γ/2 · E‖∇ₓD(x)‖² (Mescheder 2018, eq. 9).

    Args:
        gamma: weight γ; it scales with the square of the pixel range, here [0, 1].
    """
    return lambda judge, real, _fake, _rng: gamma / 2 * _zero_centred(judge, real)


def r2(*, gamma: PositiveFloat = 1.0) -> Penalty:
    """Zero-centred gradient penalty on fakes, γ/2 · E‖∇ₓD(G(z))‖² (Mescheder 2018, eq. 10).

    Args:
        gamma: weight γ; it scales with the square of the pixel range, here [0, 1].
    """
    return lambda judge, _real, fake, _rng: gamma / 2 * _zero_centred(judge, fake)


def r1_r2(*, gamma: PositiveFloat = 1.0) -> Penalty:
    """Zero-centred gradient penalties on real data and on fakes, of the same weight, as in R3GAN (Huang 2024).

    Args:
        gamma: weight γ of each; it scales with the square of the pixel range, here [0, 1].
    """
    on_real, on_fakes = r1(gamma=gamma), r2(gamma=gamma)
    return lambda *shown: on_real(*shown) + on_fakes(*shown)


def gp(*, weight: PositiveFloat = 10.0) -> Penalty:
    """Gradient penalty of the WGAN-GP, λ · E(‖∇ₓD(x̂)‖ − 1)² between real data and fakes (Gulrajani 2017, eq. 3).

    Each x̂ lies on the line from a fake to a real, at a place drawn evenly.

    Args:
        weight: weight λ.
    """
    return lambda judge, real, fake, rng: weight * (_steepness(judge, _between(real, fake, rng)) - 1).square().mean()


def one_sided_gp(*, weight: PositiveFloat = 10.0) -> Penalty:
    """One-sided gradient penalty, λ · E max(0, ‖∇ₓD(x̂)‖ − 1)², that leaves gentle slopes alone (Petzka 2018, eq. 8).

    Each x̂ lies on the line from a fake to a real, at a place drawn evenly.

    Args:
        weight: weight λ.
    """
    return lambda judge, real, fake, rng: (
        weight * (_steepness(judge, _between(real, fake, rng)) - 1).relu().square().mean()
    )


def zero_centred_gp(*, weight: PositiveFloat = 10.0) -> Penalty:
    """Zero-centred gradient penalty, λ · E‖∇ₓD(x̂)‖², between real data and fakes (0-GP, Thanh-Tung 2019, eq. 7).

    Each x̂ lies on the line from a fake to a real, at a place drawn evenly.

    Args:
        weight: weight λ.
    """
    return lambda judge, real, fake, rng: weight * _zero_centred(judge, _between(real, fake, rng))


def dragan(*, weight: PositiveFloat = 10.0, reach: PositiveFloat = 0.5) -> Penalty:
    """Gradient penalty around real data, λ · E(‖∇ₓD(x + δ)‖ − 1)² (DRAGAN, Kodali 2017, section 2.3).

    As in the authors' code, δ is drawn evenly from 0 to `reach` times the standard deviation of the batch.

    Args:
        weight: weight λ.
        reach: how far around.
    """

    def penalty(judge: Judge, real: Tensor, _fake: Tensor, rng: torch.Generator) -> Tensor:
        noise = torch.rand(real.shape, generator=rng, device=real.device, dtype=real.dtype)
        return weight * (_steepness(judge, real + reach * real.std() * noise) - 1).square().mean()

    return penalty


def _between(real: Tensor, fake: Tensor, rng: torch.Generator) -> Tensor:
    """Draw a place on the line from each fake to its real."""
    place = torch.rand(len(real), *[1] * (real.ndim - 1), generator=rng, device=real.device, dtype=real.dtype)
    return place * real + (1 - place) * fake


def _steepness(judge: Judge, data: Tensor) -> Tensor:
    norms: Tensor = torch.linalg.vector_norm(slopes(judge, data), dim=1)
    return norms


class LeCam(nn.Module):
    """The penalty of `lecam`; it remembers the running means of the logits."""

    of_real: Tensor
    of_fake: Tensor

    def __init__(self, weight: float, decay: float) -> None:
        super().__init__()
        self.weight, self.decay = weight, decay
        self.register_buffer("of_real", torch.zeros(()))
        self.register_buffer("of_fake", torch.zeros(()))

    def forward(self, judge: Judge, real: Tensor, fake: Tensor, _rng: torch.Generator) -> Tensor:
        """Return the penalty at the means so far, a scalar, and move them on."""
        on_real, on_fake = judge(real), judge(fake)
        held = (on_real - self.of_fake.clone()).square().mean() + (on_fake - self.of_real.clone()).square().mean()
        for mean, logits in ((self.of_real, on_real), (self.of_fake, on_fake)):
            mean.lerp_(logits.detach().mean(), 1 - self.decay)
        return self.weight * held


def lecam(*, weight: PositiveFloat = 0.3, decay: Part = 0.99) -> Penalty:
    """LeCam penalty, λ · (E(D(x) − α_F)² + E(D(G(z)) − α_R)²), for little data (Tseng 2021, eq. 4).

    α_R and α_F are running means of the logits of real data and of fakes.

    Args:
        weight: weight λ.
        decay: of the running means.
    """
    return LeCam(weight, decay)


def consistency(*, weight: PositiveFloat = 10.0, translation: Part = 0.125, deviation: PositiveFloat = 0.1) -> Penalty:
    """Consistency regularisation, λ · E(D(x) − D(T(x)))² on real data (CR-GAN, Zhang 2020, eq. 3).

    T flips and shifts an image; to points and codes it adds Gaussian noise, another T of section 3.4.

    Args:
        weight: weight λ.
        translation: largest shift of an image, as a share of a side.
        deviation: standard deviation of the noise on what is no image.
    """

    def changed(data: Tensor, rng: torch.Generator) -> Tensor:
        if data.ndim != 4:
            return data + deviation * torch.randn(data.shape, generator=rng, device=data.device, dtype=data.dtype)
        flips = torch.rand(len(data), 1, 1, 1, generator=rng, device=data.device) < 0.5
        return shifted(torch.where(flips, data.flip(3), data), translation, rng)

    return lambda judge, real, _fake, rng: weight * (judge(real) - judge(changed(real, rng))).square().mean()


PENALTIES: dict[str, Callable[..., Penalty]] = {
    "r1": r1,
    "r2": r2,
    "r1_r2": r1_r2,
    "gp": gp,
    "one_sided_gp": one_sided_gp,
    "zero_centred_gp": zero_centred_gp,
    "dragan": dragan,
    "lecam": lecam,
    "consistency": consistency,
}

#: those that look at the slope of each logit in its own data
OF_SLOPES = frozenset(PENALTIES) - {"lecam", "consistency"}
