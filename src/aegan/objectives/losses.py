"""Adversarial losses. Each is a pair of functions of real and fake logits, so that relativistic ones fit too."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor
from torch.nn.functional import softplus


class AdversarialLoss(NamedTuple):
    """What each player minimises, as functions (real logits (N,), fake logits (N,)) -> scalar."""

    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor, Tensor], Tensor]


def _cross_entropy(real: Tensor, fake: Tensor) -> Tensor:
    """Minus the log-likelihood of the right answers: −E log σ(real) − E log(1 − σ(fake))."""
    return softplus(-real).mean() + softplus(fake).mean()


def minimax() -> AdversarialLoss:
    """Minimax loss of Goodfellow 2014 (eq. 1): the generator minimises E log(1 − D(fake)), which saturates."""
    return AdversarialLoss(_cross_entropy, lambda _real, fake: -softplus(fake).mean())


def non_saturating() -> AdversarialLoss:
    """Non-saturating loss of Goodfellow 2014 (section 3): the generator minimises −E log D(fake)."""
    return AdversarialLoss(_cross_entropy, lambda _real, fake: softplus(-fake).mean())


LOSSES: dict[str, Callable[..., AdversarialLoss]] = {"minimax": minimax, "non_saturating": non_saturating}
