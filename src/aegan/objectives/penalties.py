"""Penalties on the discriminator. All have the same signature, so that any combines with any loss."""

from __future__ import annotations

from collections.abc import Callable

import torch
from pydantic import PositiveFloat
from torch import Tensor

from aegan.objectives.augmentations import ShareBelowOne, shift_images
from aegan.objectives.input_gradients import (
    Discriminator,
    compute_gradient_norms,
    compute_mean_squared_norm,
    interpolate_samples,
)
from aegan.objectives.lecam import lecam
from aegan.objectives.noise import draw_like
from aegan.registry import Entry

#: (discriminator, real (N, ...), fake (N, ...), rng) -> (), added to the discriminator's loss.
#: A penalty with state is a module that keeps it in buffers.
Penalty = Callable[[Discriminator, Tensor, Tensor, torch.Generator], Tensor]


def r1(*, gamma: PositiveFloat = 1.0) -> Penalty:
    """Zero-centred gradient penalty on real data, γ/2 · E‖∇ₓD(x)‖² (Mescheder 2018, eq. 9).

    Args:
        gamma: weight γ; it scales with the square of the pixel range, here [0, 1].
    """
    return lambda discriminator, real, _fake, _rng: gamma / 2 * compute_mean_squared_norm(discriminator, real)


def r2(*, gamma: PositiveFloat = 1.0) -> Penalty:
    """Zero-centred gradient penalty on fakes, γ/2 · E‖∇ₓD(G(z))‖² (Mescheder 2018, eq. 10).

    Args:
        gamma: weight γ; it scales with the square of the pixel range, here [0, 1].
    """
    return lambda discriminator, _real, fake, _rng: gamma / 2 * compute_mean_squared_norm(discriminator, fake)


def r1_r2(*, gamma: PositiveFloat = 1.0) -> Penalty:
    """Zero-centred gradient penalties on real data and on fakes, of the same weight, as in R3GAN (Huang 2024).

    Args:
        gamma: weight γ of each; it scales with the square of the pixel range, here [0, 1].
    """
    on_real, on_fake = r1(gamma=gamma), r2(gamma=gamma)
    return lambda *arguments: on_real(*arguments) + on_fake(*arguments)


def gp(*, weight: PositiveFloat = 10.0) -> Penalty:
    """Gradient penalty of the WGAN-GP, λ · E(‖∇ₓD(x̂)‖ − 1)² between real data and fakes (Gulrajani 2017, eq. 3).

    Each x̂ is a uniformly drawn point of the line from a fake to a real sample.

    Args:
        weight: weight λ.
    """
    return lambda discriminator, real, fake, rng: (
        weight * (compute_gradient_norms(discriminator, interpolate_samples(real, fake, rng)) - 1).square().mean()
    )


def one_sided_gp(*, weight: PositiveFloat = 10.0) -> Penalty:
    """One-sided gradient penalty, λ · E max(0, ‖∇ₓD(x̂)‖ − 1)², for norms above 1 only (Petzka 2018, eq. 8).

    Each x̂ is a uniformly drawn point of the line from a fake to a real sample.

    Args:
        weight: weight λ.
    """
    return lambda discriminator, real, fake, rng: (
        weight
        * (compute_gradient_norms(discriminator, interpolate_samples(real, fake, rng)) - 1).relu().square().mean()
    )


def zero_centred_gp(*, weight: PositiveFloat = 10.0) -> Penalty:
    """Zero-centred gradient penalty, λ · E‖∇ₓD(x̂)‖², between real data and fakes (0-GP, Thanh-Tung 2019, eq. 7).

    Each x̂ is a uniformly drawn point of the line from a fake to a real sample.

    Args:
        weight: weight λ.
    """
    return lambda discriminator, real, fake, rng: (
        weight * compute_mean_squared_norm(discriminator, interpolate_samples(real, fake, rng))
    )


def dragan(*, weight: PositiveFloat = 10.0, reach: PositiveFloat = 0.5) -> Penalty:
    """Gradient penalty around real data, λ · E(‖∇ₓD(x + δ)‖ − 1)² (DRAGAN, Kodali 2017, section 2.3).

    As in the authors' code, δ = u · `reach` · s · n, where s is the standard deviation of the batch, and the numbers of
    n and the one number u of each sample are uniform in [0, 1). The paper's equation has a Gaussian δ instead.

    Args:
        weight: weight λ.
        reach: largest number of δ, in standard deviations of the batch.
    """

    def penalty(discriminator: Discriminator, real: Tensor, _fake: Tensor, rng: torch.Generator) -> Tensor:
        perturbed = real + reach * real.std(correction=0) * draw_like(torch.rand, real, rng)
        norms = compute_gradient_norms(discriminator, interpolate_samples(perturbed, real, rng))
        return weight * (norms - 1).square().mean()

    return penalty


def consistency(
    *, weight: PositiveFloat = 10.0, translation: ShareBelowOne = 0.125, deviation: PositiveFloat = 0.1
) -> Penalty:
    """Consistency regularisation, λ · E(D(x) − D(T(x)))² on real data (CR-GAN, Zhang 2020, eq. 3).

    T flips and shifts an image; to points and codes it adds Gaussian noise, another T of section 3.4.

    Args:
        weight: weight λ.
        translation: largest shift of an image, as a share of a side.
        deviation: standard deviation of the noise on points and codes.
    """

    def transform(data: Tensor, rng: torch.Generator) -> Tensor:
        if data.ndim != 4:
            return data + deviation * draw_like(torch.randn, data, rng)
        flips = torch.rand(len(data), 1, 1, 1, generator=rng, device=data.device) < 0.5
        return shift_images(torch.where(flips, data.flip(3), data), translation, rng)

    return lambda discriminator, real, _fake, rng: (
        weight * (discriminator(real) - discriminator(transform(real, rng))).square().mean()
    )


class PenaltyEntry(Entry[Penalty]):
    """A penalty, and whether it can be combined with batch normalisation.

    Args:
        function: options -> penalty.
        per_sample_gradient: whether it uses the gradient of each logit in its own sample, which batch normalisation in
            the discriminator would mix with other samples.
    """

    def __init__(self, function: Callable[..., Penalty], *, per_sample_gradient: bool) -> None:
        super().__init__(function)
        self.per_sample_gradient = per_sample_gradient


PENALTIES: dict[str, PenaltyEntry] = {
    "r1": PenaltyEntry(r1, per_sample_gradient=True),
    "r2": PenaltyEntry(r2, per_sample_gradient=True),
    "r1_r2": PenaltyEntry(r1_r2, per_sample_gradient=True),
    "gp": PenaltyEntry(gp, per_sample_gradient=True),
    "one_sided_gp": PenaltyEntry(one_sided_gp, per_sample_gradient=True),
    "zero_centred_gp": PenaltyEntry(zero_centred_gp, per_sample_gradient=True),
    "dragan": PenaltyEntry(dragan, per_sample_gradient=True),
    "lecam": PenaltyEntry(lecam, per_sample_gradient=False),
    "consistency": PenaltyEntry(consistency, per_sample_gradient=False),
}
