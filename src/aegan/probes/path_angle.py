"""The vector field of a game along a path of its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import torch
from torch import Tensor

from aegan.errors import InputError
from aegan.probes.dynamics import FieldPlayer, compute_field
from aegan.probes.parameter_vectors import move_parameters, require_point, select_parameters
from aegan.progress import track


class Path(NamedTuple):
    """The field along a straight path of parameters, one number per α, float64."""

    cosine: Tensor  #: cos(v(ω_α), ω' − ω)
    norm: Tensor  #: ‖v(ω_α)‖


def measure_path_angle(players: Sequence[FieldPlayer], ends: tuple[Tensor, Tensor], alphas: Sequence[float]) -> Path:
    """Measure the field on the straight path ω_α = (1−α)ω + αω': its angle to the path and its norm (Berard 2020).

    v points uphill: an attracting point at α = 1 shows a cosine of −1 before and +1 behind it; a rotation shows a bump
    there instead. The parameters are restored afterwards, also after an error.

    Args:
        players: the players of the game.
        ends: ω and ω', each (P,), in the order of the field.
        alphas: places on the path; 0 is ω, 1 is ω'.

    Raises:
        InputError: as for `compute_field`, there are no alphas, or an end is not (P,).
    """
    parameters = list(chain(*select_parameters(players)))
    if not alphas:
        raise InputError("alphas", "there are none", "Give at least one place on the path")
    start, end = (end.detach().to(parameters[0].device) for end in ends)
    require_point("ends", start, parameters)
    require_point("ends", end, parameters)
    direction = (end - start).double()
    cosines, norms = [], []
    for alpha in track(alphas, "path of training, places"):
        with move_parameters(parameters, (1 - alpha) * start + alpha * end):
            v = compute_field(players).double()
        norms.append(torch.linalg.vector_norm(v))
        cosines.append(v @ direction / (norms[-1] * torch.linalg.vector_norm(direction)))
    return Path(torch.stack(cosines), torch.stack(norms))
