"""Adversarial losses: pairs of functions of real and fake logits, which relativistic losses need as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

from pydantic import Field
from torch import Tensor
from torch.nn.functional import relu, softplus


class AdversarialLoss(NamedTuple):
    """What each player minimises, as functions (real logits (N,), fake logits (N,)) -> ().

    A positive logit means real and a negative one fake in every loss, so −logits swap the two classes.
    """

    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor, Tensor], Tensor]
    generator_needs_real: bool = True
    """Whether the generator's loss depends on real logits; if not, none are computed and it gets a tensor (0,)."""
    gives_log_odds: bool = False
    """Whether the best logit of data is their log-odds of being real, so that σ(logit) is a probability."""


Smoothing = Annotated[float, Field(ge=0, lt=0.5)]


def _cross_entropy(smoothing: float) -> Callable[[Tensor, Tensor], Tensor]:
    """Cross-entropy −E log σ(real) − E log(1 − σ(fake)); the target of real data is 1 − smoothing."""

    def loss(real: Tensor, fake: Tensor) -> Tensor:
        on_real = softplus(-real).mean()
        if smoothing:
            on_real = (1 - smoothing) * on_real + smoothing * softplus(real).mean()
        return on_real + softplus(fake).mean()

    return loss


def _make_cross_entropy_loss(smoothing: float, generator: Callable[[Tensor, Tensor], Tensor]) -> AdversarialLoss:
    """Let the discriminator minimise the cross-entropy; with smoothing its logits are no log-odds."""
    return AdversarialLoss(
        _cross_entropy(smoothing), generator, generator_needs_real=False, gives_log_odds=not smoothing
    )


def minimax(*, smoothing: Smoothing = 0.0) -> AdversarialLoss:
    """Minimax loss of Goodfellow 2014 (eq. 1): the generator minimises E log(1 − D(fake)), which saturates.

    Args:
        smoothing: the discriminator's target for real data is 1 − smoothing (one-sided; Salimans 2016, section 3.4).
    """
    return _make_cross_entropy_loss(smoothing, lambda _real, fake: -softplus(fake).mean())


def non_saturating(*, smoothing: Smoothing = 0.0) -> AdversarialLoss:
    """Non-saturating loss of Goodfellow 2014 (section 3): the generator minimises −E log D(fake).

    Args:
        smoothing: the discriminator's target for real data is 1 − smoothing (one-sided; Salimans 2016, section 3.4).
    """
    return _make_cross_entropy_loss(smoothing, lambda _real, fake: softplus(-fake).mean())


def wasserstein() -> AdversarialLoss:
    """Loss of the WGAN (Arjovsky 2017, algorithm 1): a critic minimises E D(fake) − E D(real), its logits unbounded.

    The critic must be Lipschitz: add the constraint `clip` or the penalty `gp`.
    """
    return AdversarialLoss(
        lambda real, fake: fake.mean() - real.mean(),
        lambda _real, fake: -fake.mean(),
        generator_needs_real=False,
    )


def relativistic() -> AdversarialLoss:
    """Relativistic pairing loss (Jolicoeur-Martineau 2019; RpGAN in R3GAN, Huang 2024, eq. 2), f = softplus.

    The i-th fake is paired with the i-th real sample: the discriminator minimises E f(D(fake) − D(real)), the generator
    E f(D(real) − D(fake)), the non-saturating form.
    """
    return AdversarialLoss(
        lambda real, fake: softplus(fake - real).mean(),
        lambda real, fake: softplus(real - fake).mean(),
    )


def least_squares() -> AdversarialLoss:
    """Least-squares loss (Mao 2017, eq. 2) with targets a = −1 of fakes and b = c = 1.

    These are eq. 9's targets 0 and 1 of (D + 1)/2, shifted so that a logit's sign gives the class as in other losses.
    """
    return AdversarialLoss(
        lambda real, fake: ((real - 1).square().mean() + (fake + 1).square().mean()) / 2,
        lambda _real, fake: (fake - 1).square().mean() / 2,
        generator_needs_real=False,
    )


def hinge() -> AdversarialLoss:
    """Hinge loss (Lim & Ye 2017; Miyato 2018, eqs. 16 and 17): logits beyond ±1 on the correct side cost nothing."""
    return AdversarialLoss(
        lambda real, fake: relu(1 - real).mean() + relu(1 + fake).mean(),
        lambda _real, fake: -fake.mean(),
        generator_needs_real=False,
    )


def density_ratio() -> AdversarialLoss:
    """Log of the density ratio, of the α-GAN (Rosca 2017, algorithm 1): the generator minimises E log((1 − D) / D).

    It is −E logit, the sum of the generator's minimax and non-saturating losses, and its slope never saturates. The
    discriminator minimises the cross-entropy, so that E log((1 − D) / D) estimates KL(fakes ‖ data).
    """
    return _make_cross_entropy_loss(0.0, lambda _real, fake: -fake.mean())


LOSSES: dict[str, Callable[..., AdversarialLoss]] = {
    "minimax": minimax,
    "non_saturating": non_saturating,
    "wasserstein": wasserstein,
    "relativistic": relativistic,
    "least_squares": least_squares,
    "hinge": hinge,
    "density_ratio": density_ratio,
}
