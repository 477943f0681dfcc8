"""What a loop says of itself: losses, their terms, and the logits of its judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from aegan.errors import InputError
from aegan.probes.snapshot import joint_norm
from aegan.tables import WHOLE_NETWORK
from aegan.watching.networks import WatchedNetwork

Scalar = Tensor | float

#: the arguments that hold logits, and those that hold probabilities in their place
LOGITS = {"logits_real": "probabilities_real", "logits_fake": "probabilities_fake"}
#: the arguments of `Watch.log` that hold outputs of the judge
OUTPUTS = (*LOGITS, *LOGITS.values())

#: beginnings of the names of operations in a graph that change the shape of values
RESHAPES = ("View", "UnsafeView", "Reshape", "Squeeze", "Unsqueeze", "Select", "Slice", "Transpose", "T0", "Alias")


class LoggedScalar(NamedTuple):
    """A loss or one of its terms in one round."""

    step: int
    network: str
    term: str  #: empty for the loss itself
    value: Scalar

    @property
    def place(self) -> str:
        """The entry of `layer` for a value that is not finite."""
        return f"term {self.term}" if self.term else WHOLE_NETWORK


def read_scalar(key: str, value: object) -> Scalar:
    """Return a number, or a detached copy of a tensor of one entry, of any shape, on its device.

    Raises:
        InputError: it is neither.
    """
    if isinstance(value, Tensor):
        if value.numel() != 1:
            raise InputError(key, f"has shape {tuple(value.shape)}", "Give one number, such as its mean()")
        return value.detach().clone()
    if isinstance(value, int | float):
        return float(value)
    raise InputError(key, f"is a {type(value).__name__}", "Give a number or a scalar tensor")


def read_logits(judge: WatchedNetwork | None, given: Mapping[str, Tensor | None]) -> dict[str, Tensor]:
    """Return the logits (N,) of those arguments that are given; probabilities are turned into logits.

    Args:
        judge: the network that they come from.
        given: the arguments of `LOGITS` and in their place -> logits or probabilities (N, …).

    Raises:
        InputError: there is no judge, both logits and probabilities are given, or one are taken for the other.
    """
    found: dict[str, Tensor] = {}
    for key, other in LOGITS.items():
        logits, probabilities = given[key], given[other]
        if logits is not None and probabilities is not None:
            raise InputError(key, f"and {other} are both given", "Give one of them")
        if logits is None and probabilities is None:
            continue
        if judge is None:
            raise InputError(key, "no network is known to judge", 'Say which: watch(…, judge="NAME")')
        if logits is not None and _is_sigmoid_of_something(logits):
            wrong = f"is the output of a sigmoid in {judge.name}, so a probability"
            raise InputError(key, wrong, f"Give them as {other}")
        values = logits if logits is not None else torch.logit(_require_tensor(other, probabilities), eps=1e-7)
        found[key] = _require_tensor(key, values).flatten().clone()
    return found


def _is_sigmoid_of_something(values: object) -> bool:
    """Tell a probability from a logit by the last operation in its graph but for changes of shape.

    Numbers in [0, 1] may be logits, and the last layer of a judge may be a gate inside it.
    """
    node = getattr(values, "grad_fn", None)
    while node is not None and node.name().startswith(RESHAPES):
        node = node.next_functions[0][0]
    return node is not None and node.name().startswith("Sigmoid")


def _require_tensor(key: str, values: object) -> Tensor:
    if not isinstance(values, Tensor) or values.numel() == 0:
        raise InputError(key, f"is {type(values).__name__}", "Give a tensor with an entry per sample")
    return values.detach()


class TermGradients(NamedTuple):
    """The norms of the gradients of the terms of a loss at one layer."""

    network: str
    layer: str
    norms: dict[str, Tensor]


def measure_terms(
    terms: Mapping[str, Scalar], network: WatchedNetwork, layer: str, parameters: Sequence[Tensor]
) -> TermGradients:
    """Measure the gradient of each term at some parameters, without changing `.grad`; 0 for one that reaches none.

    Args:
        terms: term -> its value, with a graph that backward has not freed.
        network: that the parameters belong to.
        layer: of the network, for the history.
        parameters: of the layer, of any shape.

    Raises:
        InputError: the graph is gone.
    """
    norms = {name: _measure_term(name, value, parameters) for name, value in terms.items()}
    return TermGradients(network.name, layer, norms)


def _measure_term(name: str, value: Scalar, parameters: Sequence[Tensor]) -> Tensor:
    zero = parameters[0].new_zeros((), dtype=torch.float64)
    if not isinstance(value, Tensor) or not value.requires_grad:
        return zero
    try:
        gradients = torch.autograd.grad(value, parameters, retain_graph=True, allow_unused=True)
    except RuntimeError as error:
        if "backward through the graph a second time" not in str(error):
            raise
        raise InputError(
            f"terms[{name!r}]", "its graph is gone", "Call watch.log(terms=…, at=…) before backward()"
        ) from None
    present = [gradient for gradient in gradients if gradient is not None]
    return joint_norm(present) if present else zero


def find_layer(networks: Iterable[WatchedNetwork], at: object) -> tuple[WatchedNetwork, str, list[Tensor]]:
    """Find the network and the layer of a parameter or a module, and the parameters (…) of it that can be measured.

    Raises:
        InputError: it is in no network, or none of its parameters requires grad.
    """
    given = list(at.parameters()) if isinstance(at, nn.Module) else [at]
    parameters = [own for own in given if isinstance(own, Tensor) and own.requires_grad]
    if not parameters:
        raise InputError("at", "holds no parameter that requires grad", "Give a layer or a parameter of a network")
    for network in networks:
        places = {id(own): place for place, own in enumerate(network.parameters)}
        if id(parameters[0]) in places:
            place = places[id(parameters[0])]
            return network, next(layer for layer, own in network.layers.items() if place in own), parameters
    raise InputError("at", "is in none of the watched networks", "Give a layer or a parameter of one of them")
