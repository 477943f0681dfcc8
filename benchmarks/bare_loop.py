"""Bare eager training: the losses and modules of a game in a minimal PyTorch loop, the yardstick of other training.

No probes, checkpoints or search for divergence; data lie in memory, the optimiser is torch's fused Adam. What it takes
is the time of the game's arithmetic, run eagerly.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from aegan.config.model import Config
from aegan.data.array_dataset import ArrayDataset
from aegan.games.assembly import make_autoencoder
from aegan.games.components import TrainedAutoencoder
from aegan.games.game import Player
from aegan.networks.prior import Mixture
from aegan.training.member import Member
from aegan.training.member_factory import gan_member_factory


def make_untrained_member(config: Config, method_name: str, dataset: ArrayDataset, seed: int) -> Member:
    """Make the member of a method as a study trains it, but with an autoencoder that has not been trained.

    Args:
        config: the study's.
        method_name: key of `methods`.
        dataset: the train split.
        seed: of the member.
    """
    method = config.resolve_params("methods", method_name)

    def make_trained(seed: int) -> TrainedAutoencoder | None:
        if "autoencoder" not in method:
            return None
        entry = config.resolve_params("autoencoders", method["autoencoder"])
        autoencoder = make_autoencoder(entry, dataset.sample_shape, seed)
        return TrainedAutoencoder(autoencoder, Mixture.standard_normal(autoencoder.code))

    def draw_codes(seed: int) -> ArrayDataset:
        trained = make_trained(seed)
        assert trained is not None, "only a method with an autoencoder is played on codes"
        codes = np.random.default_rng(seed).standard_normal((len(dataset), trained.autoencoder.code), dtype=np.float32)
        return ArrayDataset(codes, device=dataset.device)

    return gan_member_factory(method, config.resolve_params("probes"), dataset, draw_codes, make_trained)(seed)[0]


def play_bare_loop(member: Member, rounds: int) -> None:
    """Train a member's networks by its players' losses; of the member nothing else is used or changed."""
    data = member.dataset.select_batch(np.arange(len(member.dataset)))
    rng = torch.Generator(data.real.device).manual_seed(member.seed)
    players, optimisers = member.game.players, [make_fused_adam(member, player) for player in member.game.players]
    weights = list(nn.ModuleList(member.game.modules.values()).parameters())
    own_weights = [list(player.module.parameters()) for player in players]
    for step in range(rounds):
        shape = member.game.batches_per_round, member.sampler.batch_size
        drawn = torch.randint(len(data.real), shape, generator=rng, device=rng.device)
        batches = [
            data._replace(real=data.real[rows], labels=None if data.labels is None else data.labels[rows], step=step)
            for rows in drawn
        ]
        for player, optimiser, own in zip(players, optimisers, own_weights, strict=True):
            for weight in weights:
                weight.requires_grad = False
            for weight in own:
                weight.requires_grad = True
            for batch in batches[: player.moves]:
                optimiser.zero_grad()
                player.loss(batch, rng).backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                if player.after_move:
                    player.after_move(player.module)


def make_fused_adam(member: Member, player: Player) -> torch.optim.Adam:
    """Make torch's fused Adam with the settings of a player's own optimiser, which must be Adam."""
    (group,) = member.optimisers[player.name].param_groups
    return torch.optim.Adam(
        player.module.parameters(), lr=group["lr"], betas=group["betas"], eps=group["eps"], fused=True
    )
