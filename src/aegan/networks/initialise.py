"""Build modules whose initial weights are drawn from a named generator, not from the global random state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from pydantic import PositiveFloat
from torch import Tensor, nn

M = TypeVar("M", bound=nn.Module)

#: (weight, rng): fills a weight of any shape in place
Initialiser = Callable[[Tensor, torch.Generator], object]


def xavier(*, gain: PositiveFloat = 1.0) -> Initialiser:
    """Glorot-uniform weights, which preserve variance forwards and backwards (Glorot & Bengio 2010, eq. 16).

    Args:
        gain: factor on all weights.
    """
    return lambda weight, rng: nn.init.xavier_uniform_(weight, gain, generator=rng)


def he(*, gain: PositiveFloat = 1.0) -> Initialiser:
    """He-normal weights, for networks with ReLU (He 2015, eq. 10).

    Args:
        gain: factor on all weights.
    """

    def fill(weight: Tensor, rng: torch.Generator) -> None:
        nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=rng).mul_(gain)

    return fill


def orthogonal(*, gain: PositiveFloat = 1.0) -> Initialiser:
    """Orthogonal weights (Saxe 2014, section 3); the kernel of a convolution is unfolded to a matrix.

    Args:
        gain: factor on all weights.
    """
    return lambda weight, rng: nn.init.orthogonal_(weight, gain, generator=rng)


INITIALISERS: dict[str, Callable[..., Initialiser]] = {"xavier": xavier, "he": he, "orthogonal": orthogonal}


class ZeroConv2d(nn.Conv2d):
    """A convolution whose weights start at zero, for the end of a residual branch (Fixup, Zhang 2019, section 3)."""


#: layers whose parameters and buffers start at constants
CONSTANT_LAYERS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.InstanceNorm2d)
WEIGHTED_LAYERS = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)


@torch.no_grad()
def initialise_module(build: Callable[[], M], rng: torch.Generator, initialiser: Initialiser | None = None) -> M:
    """Build a module and draw its weights from `rng`; biases are zero.

    The draws of the layers' own initialisers are discarded and the global random state is restored. Building on the
    meta device would avoid those draws, but moving off it imports sympy, which takes half a second.

    Args:
        build: builds the module.
        rng: generator that the weights are drawn from.
        initialiser: fills a weight; `xavier` by default.

    Raises:
        TypeError: a layer has parameters or buffers, but no initialisation rule here.
    """
    with torch.random.fork_rng(devices=[]):
        module = build()
    for layer in module.modules():
        _initialise_layer(layer, rng, initialiser or xavier())
    return module


def _initialise_layer(layer: nn.Module, rng: torch.Generator, initialiser: Initialiser) -> None:
    if isinstance(layer, WEIGHTED_LAYERS):
        parametrised = getattr(layer, "parametrizations", None)
        weight = parametrised.weight.original if parametrised else layer.weight
        nn.init.zeros_(weight) if isinstance(layer, ZeroConv2d) else initialiser(weight, rng)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
        if parametrised:
            _initialise_spectral_norm(parametrised.weight[0], weight, rng)
    elif isinstance(layer, CONSTANT_LAYERS):
        layer.reset_parameters()
    elif isinstance(layer, nn.Embedding):
        nn.init.uniform_(layer.weight, -1 / layer.num_embeddings, 1 / layer.num_embeddings, generator=rng)
    elif not _belongs_to_spectral_norm(layer) and any(
        True for _ in (*layer.parameters(recurse=False), *layer.buffers(recurse=False))
    ):
        raise TypeError(f"no initialiser for {type(layer).__name__}: add a rule to networks/initialise.py")


def _belongs_to_spectral_norm(layer: nn.Module) -> bool:
    """Return whether a module is part of torch's spectral norm, which is initialised with its layer."""
    return hasattr(layer, "original") or hasattr(layer, "_power_method")


def _initialise_spectral_norm(norm: Any, weight: Tensor, rng: torch.Generator) -> None:
    """Draw the singular vectors of torch's spectral norm, then run as many power iterations as torch does."""
    for vector in (norm._u, norm._v):
        vector.normal_(generator=rng)
        vector.div_(torch.linalg.vector_norm(vector))
    norm._power_method(norm._reshape_weight_to_matrix(weight), 15)
