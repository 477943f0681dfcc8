"""The parameters of a game's players as one vector, player after player."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from aegan.errors import InputError
from aegan.probes.contracts import select_trainable


def select_parameters(players: Sequence[tuple[Sequence[Tensor], object]]) -> list[list[Tensor]]:
    """Select, for each player of (parameters, loss), the parameters that require grad.

    Raises:
        InputError: a player has none, two share one, or they are on several devices.
    """
    if not players:
        raise InputError("players", "there are none", "Give at least one")
    selected = [select_trainable(f"parameters of player {n}", list(own)) for n, (own, _) in enumerate(players)]
    parameters = [parameter for own in selected for parameter in own]
    if len({id(parameter) for parameter in parameters}) < len(parameters):
        raise InputError("players", "a parameter belongs to two of them", "Give each parameter to one player")
    if len(devices := {str(parameter.device) for parameter in parameters}) > 1:
        raise InputError("players", f"their parameters are on {sorted(devices)}", "Move them to one device")
    return selected


def require_point(where: str, point: Tensor, parameters: Sequence[Tensor]) -> None:
    """Require a point (P,) with one number per number in the parameters.

    Args:
        where: name of the argument.
        point: the point.
        parameters: the parameters.

    Raises:
        InputError: it has another shape.
    """
    count = sum(parameter.numel() for parameter in parameters)
    if point.shape != (count,):
        wrong = f"has shape {tuple(point.shape)}, the parameters have {count} numbers"
        raise InputError(where, wrong, f"Give a tensor ({count},), in the order of the parameters that require grad")


@contextmanager
def move_parameters(parameters: Sequence[Tensor], point: Tensor) -> Iterator[None]:
    """Move parameters to a point (P,) within a `with` block; their storage is replaced, not overwritten.

    Raises:
        InputError: the point has not as many numbers as the parameters.
    """
    require_point("point", point, parameters)
    own = [parameter.data for parameter in parameters]
    try:
        with torch.inference_mode(False):  # parameters of inference mode would have no gradients
            usable = point.clone() if point.is_inference() else point
            pieces = usable.detach().split([parameter.numel() for parameter in parameters])
            for parameter, piece in zip(parameters, pieces, strict=True):
                parameter.data = piece.view_as(parameter).to(parameter.dtype)
        yield
    finally:
        for parameter, numbers in zip(parameters, own, strict=True):
            parameter.data = numbers
