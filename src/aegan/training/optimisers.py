"""The registry of optimisers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import getclosurevars, isfunction
from typing import Annotated, Any

import torch
from pydantic import Field, PositiveFloat

Decay = Annotated[float, Field(ge=0, lt=1)]

#: methods of an optimiser that torch hides from torch.compile
UNCOMPILED_METHODS = ("add_param_group", "load_state_dict", "state_dict", "zero_grad")


class FusedAdam(torch.optim.Adam):
    """torch's fused Adam, bit for bit, without the import of torch._dynamo.

    torch imports it at the first step of any optimiser, to hide the optimiser from torch.compile; that takes as long as
    the import of torch itself.
    """

    def __init__(self, parameters: Iterable[torch.nn.Parameter], **options: Any) -> None:
        skip_dynamo_import()
        super().__init__(parameters, fused=True, **options)

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # noqa: ARG002 - torch's signature
        """Update the parameters by their `grad`."""
        for group in self.param_groups:
            lists: list[list[torch.Tensor]] = [[] for _ in range(6)]
            self._init_group(group, *lists)  # type: ignore[no-untyped-call]
            parameters, gradients, means, squares, maxima, steps = lists
            if not parameters:
                continue
            torch._foreach_add_(steps, 1)
            beta1, beta2 = group["betas"]
            torch._fused_adam_(
                parameters,
                gradients,
                means,
                squares,
                maxima,
                steps,
                lr=group["lr"],
                beta1=beta1,
                beta2=beta2,
                weight_decay=0,
                eps=group["eps"],
                amsgrad=False,
                maximize=False,
            )


def skip_dynamo_import() -> None:
    """Let an optimiser be made and loaded, and a Jacobian be taken, without importing torch._dynamo.

    torch's wrapper of these functions keeps what it calls as an attribute of the function, once it has imported
    torch._dynamo. Here it is the function itself. A version of torch without the attribute imports as before. Forward
    mode calls the references where a number that has a tangent meets one without, such as a bias or a running mean.
    """
    methods = [getattr(torch.optim.Optimizer, name) for name in UNCOMPILED_METHODS]
    for wrapper in [*methods, torch._refs.add, torch._refs.sub, torch._refs.mul]:
        function: Any = wrapper
        while isfunction(function := getclosurevars(function).nonlocals.get("fn")):
            vars(function)["__dynamo_disable"] = function


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
    return FusedAdam(parameters, lr=learning_rate, betas=(beta1, beta2), eps=epsilon)


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
