"""A WGAN with deep ReLU networks, and the gradient norms at the hidden layers of its critic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.games.assembly import make_gan_game
from aegan.games.game import Game, enable_gradients
from aegan.probes.history import Key
from aegan.probes.snapshot import joint_norm
from aegan.training.member import Member
from aegan.training.precision import double_precision
from aegan.training.probing import draw_probe_batch

#: numbers per code, and updates of the critic per round, in the authors' experiments on points
LATENT, MOVES = 2, 5


def make_deep_game(seed: int, shape: tuple[int, ...], size: tuple[int, int], regulariser: Mapping[str, Any]) -> Game:
    """Build a WGAN with deep ReLU networks.

    Args:
        seed: seed of the initial weights, which all arms share.
        shape: shape of one sample.
        size: width and number of hidden layers.
        regulariser: the method's constraint or penalty; {} for neither.
    """
    network = {"name": "dense", "width": size[0], "depth": size[1], "activation": "relu"}
    game = make_gan_game(
        {
            "role": {"name": "none"},
            "loss": {"name": "wasserstein"},
            "latent": LATENT,
            "generator": network,
            "discriminator": network,
            "discriminator_moves": MOVES,
            **regulariser,
        },
        shape,
        seed,
        None,
    )
    for player in game.players:
        initialise_he(player.module, seeding.torch_generator(seed, "init", player.name))
    return game


def initialise_he(module: nn.Module, rng: torch.Generator) -> None:
    """Initialise the weights of every linear layer but the last as the authors do (He 2015, eq. 10, uniform)."""
    *hidden, _ = [layer for layer in module.modules() if isinstance(layer, nn.Linear)]
    for layer in hidden:
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu", generator=rng)


def measure_layer_norms(member: Member) -> dict[Key, Tensor]:
    """Measure ‖∂L/∂h‖, a scalar per hidden layer of the critic with activations h, L = E D(fake) − E D(real)."""
    game, critic = member.game, member.game.modules["discriminator"]
    assert game.discriminator_task is not None
    assert isinstance(critic, nn.Sequential)
    enable_gradients(game)
    batch = draw_probe_batch(member, seeding.numpy_generator(member.seed, "depth", member.step), torch.float64)
    rng = seeding.torch_generator(member.seed, "depth", member.step, device=member.dataset.device)
    with double_precision(game.modules.values()):
        real, fake = game.discriminator_task.real(batch, rng), game.discriminator_task.fake(batch, rng)
        signs = torch.ones(len(real), dtype=real.dtype, device=real.device) / len(real)
        norms = activation_gradient_norms(critic, torch.cat([real, fake]), torch.cat([-signs, signs]))
    return {("discriminator", str(place), "gradient_norm"): value for place, value in enumerate(norms, start=1)}


def activation_gradient_norms(network: nn.Sequential, data: Tensor, weights: Tensor) -> list[Tensor]:
    """Return the norm of the gradient of Σ weights · logits by the output of every ReLU, from input to output.

    Args:
        network: maps the data to logits (N, 1).
        data: samples (N, …).
        weights: weights of the samples (N,).
    """
    hidden, values = [], data.detach().requires_grad_()
    for layer in network:
        values = layer(values)
        if isinstance(layer, nn.ReLU):
            hidden.append(values)
    return [joint_norm([gradient]) for gradient in torch.autograd.grad(weights @ values.flatten(), hidden)]


def tabulate_norms(member: Member) -> pd.DataFrame:
    """Tabulate a member's recorded norms: step, layer (1 is the first), norm; all NaN if it diverged."""
    history = member.history.to_frame()
    table = pd.DataFrame({"step": history["step"], "layer": history["layer"].astype(int), "norm": history["value"]})
    return table.assign(norm=np.nan) if member.divergence else table
