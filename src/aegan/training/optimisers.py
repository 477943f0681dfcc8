"""The registry of optimisers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

import torch
from pydantic import Field, PositiveFloat

Decay = Annotated[float, Field(ge=0, lt=1)]


def adam(
    parameters: Iterable[torch.nn.Parameter],
    *,
    learning_rate: PositiveFloat = 2e-4,
    beta1: Decay = 0.5,
    beta2: Decay = 0.999,
    epsilon: PositiveFloat = 1e-8,
) -> torch.optim.Optimizer:
    """Adam (Kingma & Ba 2015); the defaults are DCGAN's (Radford 2016, section 4).

    Args:
        parameters: the parameters to optimise.
        learning_rate: step size.
        beta1: decay of the mean of the gradients.
        beta2: decay of the mean of their squares.
        epsilon: added to the root of the latter; the default of Keras, which the article uses, is 1e-7.
    """
    return torch.optim.Adam(parameters, lr=learning_rate, betas=(beta1, beta2), eps=epsilon, fused=True)


def sgd(
    parameters: Iterable[torch.nn.Parameter], *, learning_rate: PositiveFloat = 1e-2, momentum: Decay = 0.0
) -> torch.optim.Optimizer:
    """Gradient descent with heavy-ball momentum (Polyak 1964): v ← momentum · v + g, w ← w − rate · v.

    Args:
        parameters: the parameters to optimise.
        learning_rate: step size.
        momentum: decay of the velocity; 0 is plain gradient descent.
    """
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum, fused=True)


def rmsprop(
    parameters: Iterable[torch.nn.Parameter],
    *,
    learning_rate: PositiveFloat = 5e-5,
    alpha: Decay = 0.99,
    epsilon: PositiveFloat = 1e-8,
) -> torch.optim.Optimizer:
    """RMSProp (Tieleman & Hinton 2012, lecture 6.5); the step size is the WGAN's (Arjovsky 2017, algorithm 1).

    Args:
        parameters: the parameters to optimise.
        learning_rate: step size.
        alpha: decay of the mean of the squared gradients.
        epsilon: added to its root.
    """
    return torch.optim.RMSprop(parameters, lr=learning_rate, alpha=alpha, eps=epsilon)


OPTIMISERS: dict[str, Callable[..., torch.optim.Optimizer]] = {"adam": adam, "sgd": sgd, "rmsprop": rmsprop}


def optimised_parameters(optimiser: torch.optim.Optimizer) -> list[torch.nn.Parameter]:
    """List the parameters of an optimiser, in the order in which its state numbers them."""
    return [parameter for group in optimiser.param_groups for parameter in group["params"]]
