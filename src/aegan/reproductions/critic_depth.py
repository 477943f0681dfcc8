"""Gradients in deep critics explode or vanish from layer to layer with clipped weights, and keep with a penalty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch
from pydantic import PositiveFloat, PositiveInt
from torch import Tensor, nn

from aegan import seeding
from aegan.games.game import Game, moving
from aegan.games.roles import gan_game
from aegan.probes.depth_profile import decades_per_layer
from aegan.probes.history import Key
from aegan.probes.quantities import norm
from aegan.probes.schedules import evenly
from aegan.reproductions.common import data_of
from aegan.reproductions.grading import Grade, Reproduction, World, graded, play
from aegan.training.member import Member
from aegan.training.observers import Watch, probe_batch
from aegan.training.precision import double_precision

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: the largest absolute weight of a clipped critic; without one it has the gradient penalty
ARMS = {"clipped at 0.1": 0.1, "clipped at 0.01": 0.01, "clipped at 0.001": 0.001, "gradient penalty": None}

#: numbers per code, and moves of the critic a round, of the authors' experiments on points
LATENT, MOVES = 2, 5

#: the optimiser of the game with the penalty (algorithm 1; β₁ as in the authors' code)
ADAM = {"name": "adam", "learning_rate": 1e-4, "beta1": 0.5, "beta2": 0.9}

#: how often the critic is looked at, and the share of the rounds at the end over which the slope's median is taken
LOOKS, END = 20, 0.5


def critic_depth(
    *,
    width: PositiveInt = 512,
    hidden: PositiveInt = 12,
    rounds: PositiveInt = 100_000,
    batch_size: PositiveInt = 256,
    learning_rate: PositiveFloat = 5e-5,
    penalty_weight: PositiveFloat = 10.0,
    least_at_01: float = 0.2,
    most_at_001: float = -0.5,
    most_at_0001: float = -1.0,
    most_with_penalty: PositiveFloat = 0.15,
) -> Reproduction:
    """Gradient norms through deep ReLU critics on the Swiss roll, by clipping bound (Gulrajani 2017, figure 1b).

    What is measured is the gradient of the critic's loss in the activations of each hidden layer, in float64.

    Args:
        width: units per hidden layer of critic and generator.
        hidden: their hidden layers.
        rounds: rounds of every game, each with five moves of the critic.
        batch_size: points per move.
        learning_rate: step size of RMSProp, of the clipped games; the other has the paper's Adam.
        penalty_weight: weight λ of the gradient penalty.
        least_at_01: decades per layer going back with weights clipped at 0.1, at least.
        most_at_001: decades per layer going back with weights clipped at 0.01, at most.
        most_at_0001: decades per layer going back with weights clipped at 0.001, at most.
        most_with_penalty: decades per layer with the gradient penalty, up or down, at most.
    """
    limits: dict[str, dict[str, float]] = {
        "clipped at 0.1": {"at_least": least_at_01},
        "clipped at 0.01": {"at_most": most_at_001},
        "clipped at 0.001": {"at_most": most_at_0001},
        "gradient penalty": {"at_least": -most_with_penalty, "at_most": most_with_penalty},
    }

    def measure(seed: int, world: World | None) -> pd.DataFrame:
        tables, train = [], data_of("critic_depth", world).train
        for arm, bound in ARMS.items():
            member = play(
                deep_game(seed, train.sample_shape, (width, hidden), bound, penalty_weight),
                train,
                seed=seed,
                rounds=rounds,
                batch_size=batch_size,
                optimiser={"name": "rmsprop", "learning_rate": learning_rate} if bound else ADAM,
                observers=[Watch(evenly(rounds, points=LOOKS), layer_norms)],
            )
            tables.append(profile(member).assign(arm=arm))
        return pd.concat(tables, ignore_index=True)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        by_arm = slopes(late(rows)).groupby(["arm", "seed"]).median()
        words = {"at_least": "≥", "at_most": "≤"}
        return [
            graded(
                f"{arm}: decades per layer going back {' and '.join(f'{words[k]} {v:g}' for k, v in bounds.items())}",
                by_arm[arm].to_numpy(),
                **bounds,
            )
            for arm, bounds in limits.items()
        ]

    return Reproduction(
        paper="Gulrajani et al. 2017, figure 1b",
        claim="Through a deep critic gradients explode or vanish when its weights are clipped, not with the penalty.",
        measure=measure,
        grade=grade,
        draw=lambda rows: draw(rows, limits),
    )


def deep_game(
    seed: int, shape: tuple[int, ...], size: tuple[int, int], bound: float | None, penalty_weight: float
) -> Game:
    """Play a WGAN with deep ReLU networks, the critic clipped to `bound` or, without one, penalised.

    Args:
        seed: of the first weights, which all arms share.
        shape: of the data.
        size: width and number of hidden layers.
        bound: of the critic's weights.
        penalty_weight: weight of the penalty otherwise.
    """
    network = {"name": "dense", "width": size[0], "depth": size[1], "activation": "relu"}
    held = {"constraint": {"name": "clip", "bound": bound}}
    penalised = {"penalty": {"name": "gp", "weight": penalty_weight}}
    game = gan_game(
        {
            "role": {"name": "none"},
            "loss": {"name": "wasserstein"},
            "latent": LATENT,
            "generator": network,
            "discriminator": network,
            "discriminator_moves": MOVES,
            **(held if bound else penalised),
        },
        shape,
        seed,
        None,
    )
    for player in game.players:
        draw_he(player.module, seeding.torch_generator(seed, "init", player.name))
    return game


def draw_he(module: nn.Module, rng: torch.Generator) -> None:
    """Draw the weights of every linear layer but the last as the authors do (He 2015, eq. 10, uniform)."""
    *hidden, _ = [layer for layer in module.modules() if isinstance(layer, nn.Linear)]
    for layer in hidden:
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu", generator=rng)


def layer_norms(member: Member) -> dict[Key, Tensor]:
    """Measure ‖∂L/∂h‖ at the activations h of every hidden layer of the critic, L = E D(fake) − E D(real)."""
    game, critic = member.game, member.game.modules["discriminator"]
    assert game.contest is not None
    assert isinstance(critic, nn.Sequential)
    moving(game)
    batch = probe_batch(member, seeding.numpy_generator(member.seed, "depth", member.step), torch.float64)
    rng = seeding.torch_generator(member.seed, "depth", member.step, device=member.rows.device)
    with double_precision(game.modules.values()):
        real, fake = game.contest.real(batch, rng), game.contest.fake(batch, rng)
        signs = torch.ones(len(real), dtype=real.dtype, device=real.device) / len(real)
        norms = activation_gradients(critic, torch.cat([real, fake]), torch.cat([-signs, signs]))
    return {("discriminator", str(place), "gradient_norm"): value for place, value in enumerate(norms, start=1)}


def activation_gradients(network: nn.Sequential, data: Tensor, weights: Tensor) -> list[Tensor]:
    """Return the norms of the gradient of Σ weights · logits in the output of every ReLU, from the input to the output.

    Args:
        network: its logits are (N, 1).
        data: (N, ...).
        weights: (N,).
    """
    hidden, values = [], data.detach().requires_grad_()
    for layer in network:
        values = layer(values)
        if isinstance(layer, nn.ReLU):
            hidden.append(values)
    return [norm([gradient]) for gradient in torch.autograd.grad(weights @ values.flatten(), hidden)]


def profile(member: Member) -> pd.DataFrame:
    """Tabulate what was recorded: step, layer (1 is the first), norm; NaN for a member that diverged."""
    history = member.history.frame()
    table = pd.DataFrame({"step": history["step"], "layer": history["layer"].astype(int), "norm": history["value"]})
    return table.assign(norm=np.nan) if member.divergence else table


def slopes(rows: pd.DataFrame) -> pd.Series:
    """Return the decades per layer going back at every look, by arm, seed and step."""
    looks = rows.sort_values("layer").groupby(["arm", "seed", "step"])["norm"]
    return looks.apply(lambda norms: float(decades_per_layer(norms.to_numpy())))


def late(rows: pd.DataFrame) -> pd.DataFrame:
    """Select the looks that count, for a profile takes its time to form; those of a member that diverged are NaN."""
    kept: pd.DataFrame = rows[(rows["step"] >= END * rows["step"].max()) | rows["norm"].isna()]
    return kept


def draw(rows: pd.DataFrame, limits: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw the norms from the last layer to the first, and their slope over the rounds, a line per arm.

    Args:
        rows: what was measured.
        limits: arm -> bounds of its slope.
    """
    from aegan.figures.reproduction import banded, legend, plate
    from aegan.figures.style import PALETTE, styled

    def drawn() -> Figure:
        titles = ["gradient norm by hidden layer, going back", "decades per layer over rounds; dotted: bounds"]
        figure, (profiles, over_rounds) = plate("Deep critics", titles, height=3.0)
        by_round, handles = slopes(rows).rename_axis(["arm", "seed", "x"]).rename("value").reset_index(), []
        for colour, arm in zip(PALETTE[1:], ARMS, strict=False):
            own = late(rows[rows["arm"] == arm])
            norms = own.groupby(["layer", "seed"])["norm"].median().rename_axis(["x", "seed"]).rename("value")
            handles += banded(profiles, norms.reset_index(), colour, arm, log=True)
            handles += banded(over_rounds, by_round[by_round["arm"] == arm], colour, arm)
            for bound in limits[arm].values():
                over_rounds.axhline(bound, color=colour, linestyle=(0, (1, 2)), linewidth=1)
        profiles.invert_xaxis()
        legend(figure, handles)
        return figure

    return styled(drawn)()
