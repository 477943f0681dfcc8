"""Initial weights from a named generator, not from the global random state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from pydantic import PositiveFloat
from torch import Tensor, nn

M = TypeVar("M", bound=nn.Module)

#: (weight, rng): fills a weight in place
Initialiser = Callable[[Tensor, torch.Generator], object]


def xavier(*, gain: PositiveFloat = 1.0) -> Initialiser:
    """Glorot-uniform weights, for as much signal forwards as backwards (Glorot & Bengio 2010, eq. 16).

    Args:
        gain: factor on all weights.
    """
    return lambda weight, rng: nn.init.xavier_uniform_(weight, gain, generator=rng)


def he(*, gain: PositiveFloat = 1.0) -> Initialiser:
    """He-normal weights, for networks of ReLUs (He 2015, eq. 10).

    Args:
        gain: factor on all weights.
    """

    def fill(weight: Tensor, rng: torch.Generator) -> None:
        nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=rng).mul_(gain)

    return fill


def orthogonal(*, gain: PositiveFloat = 1.0) -> Initialiser:
    """Orthogonal weights (Saxe 2014, section 3), of convolutions unfolded to matrices.

    Args:
        gain: factor on all weights.
    """
    return lambda weight, rng: nn.init.orthogonal_(weight, gain, generator=rng)


INITIALISERS: dict[str, Callable[..., Initialiser]] = {"xavier": xavier, "he": he, "orthogonal": orthogonal}


class QuietConv2d(nn.Conv2d):
    """A convolution whose weights start at zero: the last one of a residual branch (Fixup, Zhang 2019, section 3)."""


#: layers whose parameters and buffers start at constants
CONSTANT = (nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.InstanceNorm2d)
WEIGHTED = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)


@torch.no_grad()
def initialised(build: Callable[[], M], rng: torch.Generator, fill: Initialiser | None = None) -> M:
    """Build a module with weights drawn from `rng`, by default as `xavier` does; biases are zero.

    What the layers' own initialisers draw is thrown away, and the global state they draw from put back. The meta device
    would spare the draws, and import half a second of sympy on the way from it.

    Args:
        build: makes the module.
        rng: what is drawn from.
        fill: draws a weight.

    Raises:
        TypeError: a layer has parameters and no rule here.
    """
    with torch.random.fork_rng(devices=[]):
        module = build()
    for layer in module.modules():
        _start(layer, rng, fill or xavier())
    return module


def _start(layer: nn.Module, rng: torch.Generator, fill: Initialiser) -> None:
    if isinstance(layer, WEIGHTED):
        parametrised = getattr(layer, "parametrizations", None)
        weight = parametrised.weight.original if parametrised else layer.weight
        nn.init.zeros_(weight) if isinstance(layer, QuietConv2d) else fill(weight, rng)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
        if parametrised:
            _start_spectral(parametrised.weight[0], weight, rng)
    elif isinstance(layer, CONSTANT):
        layer.reset_parameters()
    elif isinstance(layer, nn.Embedding):
        nn.init.uniform_(layer.weight, -1 / layer.num_embeddings, 1 / layer.num_embeddings, generator=rng)
    elif not _is_part(layer) and any(True for _ in (*layer.parameters(recurse=False), *layer.buffers(recurse=False))):
        raise TypeError(f"no initialiser for {type(layer).__name__}")


def _is_part(layer: nn.Module) -> bool:
    """Tell whether a module belongs to torch's spectral norm, whose layer sees to it."""
    return hasattr(layer, "original") or hasattr(layer, "_power_method")


def _start_spectral(norm: Any, weight: Tensor, rng: torch.Generator) -> None:
    """Draw the singular vectors of torch's spectral norm, and let them settle as torch does."""
    for vector in (norm._u, norm._v):
        vector.normal_(generator=rng)
        vector.div_(torch.linalg.vector_norm(vector))
    norm._power_method(norm._reshape_weight_to_matrix(weight), 15)
