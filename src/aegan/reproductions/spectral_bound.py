"""Spectral normalisation bounds the gradient of every layer by the length of the input, at every point."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np
import pandas as pd
import torch
from pydantic import Field, PositiveFloat, PositiveInt
from torch import Tensor
from torch.nn.functional import leaky_relu

from aegan import seeding
from aegan.probes.lipschitz import gradient_bound
from aegan.reproductions.grading import Grade, Reproduction, World, graded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: the theorem needs |φ(x)| ≤ |x| and |φ'| ≤ 1
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": torch.relu, "leaky_relu": leaky_relu, "tanh": torch.tanh}

#: networks of one shape, which are computed together
GROUP = 200

#: what rounding may add to a gradient that meets its bound, as chains of single units do
ROUNDING = 1e-9


class Networks(NamedTuple):
    """Random networks D(x) = W_T φ(… φ(W_1 x)) of one shape, each with an input of its own."""

    activation: str
    weights: list[Tensor]  #: one (N, outputs, inputs) per layer, float64
    x: Tensor  #: (N, inputs)


def spectral_bound(
    *,
    cases: PositiveInt = 10_000,
    deepest: Annotated[int, Field(ge=2)] = 8,
    widest: PositiveInt = 32,
    most_violating: Annotated[float, Field(ge=0, le=1)] = 0.0,
    least_exceeding: PositiveFloat = 0.01,
) -> Reproduction:
    """Gradient bound ‖∇_{W_t}D(x)‖_F ≤ ‖x‖ Π_{i≠t} σ(W_i) of networks without biases (Lin 2021).

    With every layer divided by its spectral norm σ the bound is ‖x‖; layers as they are drawn (He 2015) may exceed it.

    Args:
        cases: number of random networks, each with a random input.
        deepest: largest number of layers; the smallest is 2.
        widest: largest number of units of a layer and of inputs.
        most_violating: share of networks that may exceed their own bound.
        least_exceeding: share of networks without normalisation that exceeds ‖x‖ at least.
    """

    def measure(seed: int, world: World | None) -> pd.DataFrame:  # noqa: ARG001 - no data are needed
        choice = seeding.numpy_generator(seed, "networks")
        rng = seeding.torch_generator(seed, "networks")
        groups = [GROUP] * (cases // GROUP) + [cases % GROUP] * (cases % GROUP > 0)
        tables = [ratios(draw_networks(count, deepest, widest, choice, rng)) for count in groups]
        return pd.concat(tables, ignore_index=True).rename_axis("case").reset_index()

    def grade(rows: pd.DataFrame) -> list[Grade]:
        above = rows.assign(
            violating=(rows[["normalised", "unnormalised"]] > 1 + ROUNDING).any(axis=1),
            exceeding=rows["exceeding"] > 1 + ROUNDING,
        )
        shares = above.groupby("seed")[["violating", "exceeding"]].mean()
        return [
            graded(
                f"share of {cases} random networks whose gradient exceeds its bound ≤ {most_violating:g}",
                shares["violating"].to_numpy(),
                at_most=most_violating,
            ),
            graded(
                f"share of networks without normalisation whose gradient exceeds ‖x‖ ≥ {least_exceeding:g}",
                shares["exceeding"].to_numpy(),
                at_least=least_exceeding,
            ),
        ]

    return Reproduction(
        paper="Lin, Sekar & Fanti 2021, section 3.1 (arXiv 2009.02773)",
        claim="With spectral normalisation no layer's gradient exceeds the length of the input; without it many do.",
        measure=measure,
        grade=grade,
        draw=draw,
        exact=True,
    )


def draw_networks(count: int, deepest: int, widest: int, choice: np.random.Generator, rng: torch.Generator) -> Networks:
    """Draw a depth, widths and an activation, and `count` networks of that shape with normal inputs."""
    sizes = [*choice.integers(1, widest + 1, size=choice.integers(2, deepest + 1)).tolist(), 1]
    weights = [_normal(rng, count, outputs, inputs) * (2 / inputs) ** 0.5 for inputs, outputs in pairwise(sizes)]
    return Networks(str(choice.choice(list(ACTIVATIONS))), weights, _normal(rng, count, sizes[0]))


def _normal(rng: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(shape, generator=rng, dtype=torch.float64)


def normalised(networks: Networks) -> Networks:
    """Divide every layer by its spectral norm."""
    return networks._replace(weights=[w / torch.linalg.matrix_norm(w, ord=2, keepdim=True) for w in networks.weights])


def judged(networks: Networks) -> Tensor:
    """Return D(x) of every network, (N,)."""
    *hidden, last = networks.weights
    activations = networks.x.unsqueeze(-1)
    for weight in hidden:
        activations = ACTIVATIONS[networks.activation](weight @ activations)
    return (last @ activations).flatten()


def gradient_norms(networks: Networks) -> Tensor:
    """Return ‖∇_{W_t}D(x)‖_F, (N, T): each network's output depends on its own weights alone."""
    weights = [weight.requires_grad_() for weight in networks.weights]
    gradients = torch.autograd.grad(judged(networks._replace(weights=weights)).sum(), weights)
    return torch.stack([torch.linalg.matrix_norm(gradient) for gradient in gradients], dim=1)


def bounds(networks: Networks) -> Tensor:
    """Return the bound of every layer's gradient, (N, T)."""
    weights = [weight.detach() for weight in networks.weights]
    of_each: Tensor = torch.func.vmap(gradient_bound)(weights, lengths(networks))
    return of_each


def lengths(networks: Networks) -> Tensor:
    """Return ‖x‖, (N,)."""
    norms: Tensor = torch.linalg.vector_norm(networks.x, dim=1)
    return norms


def ratios(networks: Networks) -> pd.DataFrame:
    """Compare gradients with their bounds, at each network's layer that comes nearest to it or exceeds it most.

    Returns:
        depth, activation, unnormalised and normalised (gradient / own bound), exceeding (unnormalised / ‖x‖).
    """
    tame = normalised(networks)
    free = gradient_norms(networks)
    columns = {
        "unnormalised": free / bounds(networks),
        "normalised": gradient_norms(tame) / bounds(tame),
        "exceeding": free / lengths(networks).unsqueeze(1),
    }
    table = pd.DataFrame({name: values.amax(dim=1).numpy() for name, values in columns.items()})
    return table.assign(depth=len(networks.weights), activation=networks.activation)


#: what is compared with what: column -> how the figure names it
COMPARED = {
    "normalised": "normalised / ‖x‖, its bound",
    "exceeding": "not normalised / ‖x‖",
    "unnormalised": "not normalised / its own bound",
}


def shares(ratios_of: pd.Series, edges: np.ndarray) -> np.ndarray:
    """Return the share of ratios whose log10 lies in each bin; those below the first, zeros among them, are in it."""
    decades = np.log10(np.maximum(ratios_of / (1 + ROUNDING), 10.0 ** edges[0]))
    return np.histogram(decades, edges)[0] / len(ratios_of)


def draw(rows: pd.DataFrame) -> Figure:
    """Draw histograms of log10(gradient / bound), a line per comparison with a band over the seeds."""
    from aegan.figures.reproduction import banded, legend, plate
    from aegan.figures.style import INK, PALETTE, styled

    def drawn() -> Figure:
        figure, (axes,) = plate(
            "Gradients of random networks",
            ["share of networks by log10(gradient / bound), all below −4 in the first bin"],
            1,
            3.0,
        )
        edges = np.linspace(-4, 2, 61)
        handles = []
        for colour, (column, name) in zip(PALETTE[1:], COMPARED.items(), strict=False):
            counts = {seed: shares(own[column], edges) for seed, own in rows.groupby("seed")}
            table = pd.DataFrame(counts, index=(edges[:-1] + edges[1:]) / 2).rename_axis("x").reset_index()
            handles += banded(axes, table.melt("x", var_name="seed"), colour, name)
        axes.axvline(0, color=INK, linewidth=1)
        legend(figure, handles)
        return figure

    return styled(drawn)()
