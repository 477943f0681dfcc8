"""Faults seen in the wild, built into small GANs: a blind judge, a frozen player, swapped labels, a leak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from benchmarks.small_gans import build_member
from torch import Tensor, nn

from aegan import seeding
from aegan.games.game import Game, Player
from aegan.training.member import Member


def freeze(member: Member, network: str) -> Member:
    """Set a player's learning rate to 0, so that none of its weights moves."""
    member.optimisers[network].param_groups[0]["lr"] = 0.0
    return member


def blind(member: Member, noise: float | None) -> Member:
    """Hide the data from the discriminator: by noise of that standard deviation, or entirely, by one grey."""
    rng = seeding.torch_generator(member.seed, "blind judge")

    def hide(_module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        data = inputs[0]
        if noise is None:
            return (data * 0 + 0.5,)
        return (data + noise * torch.randn(data.shape, generator=rng, dtype=data.dtype),)

    member.game.modules["discriminator"].register_forward_pre_hook(hide)
    return member


def change_player(game: Game, name: str, change: Callable[[Player], Player]) -> Game:
    """Return the game with one of its players changed."""
    return replace(game, players=tuple(change(one) if one.name == name else one for one in game.players))


def swap_labels(seed: int, **axes: Any) -> Member:
    """Make a GAN whose discriminator is trained on real data as fake, and on fakes as real."""

    def swap(player: Player) -> Player:
        def loss(batch: Any, rng: torch.Generator) -> Tensor:
            handle = player.module.register_forward_hook(lambda _module, _inputs, logits: -logits)
            try:
                return player.loss(batch, rng)
            finally:
                handle.remove()

        return player._replace(loss=loss)

    return build_member(seed, lambda game: change_player(game, "discriminator", swap), **axes)


def leak(seed: int, **axes: Any) -> Member:
    """Make a GAN whose generator's moves reach the discriminator's weights."""

    def join(game: Game) -> Game:
        both = nn.ModuleList([game.modules["generator"], game.modules["discriminator"]])
        return change_player(game, "generator", lambda player: player._replace(module=both))

    return build_member(seed, join, **axes)
