"""The registry of autoencoder objectives. Training an autoencoder is a game of one player."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from aegan.games.deterministic import contractive, denoising, mse, rae, wae_mmd
from aegan.games.game import Game
from aegan.games.quantised import vq_vae
from aegan.games.variational import iwae, vae
from aegan.networks.quantisation import Codebook
from aegan.registry import Entry, options


class Objective(Entry[Game]):
    """An objective of an autoencoder, and what it requires of the networks.

    Args:
        function: (autoencoder) and options -> game.
        heads: numbers that the encoder gives per number of the code: 2 for a mean and a log-variance.
        make_bottleneck: (numbers per code, options) -> the module between encoder and decoder; None for none.
        min_batch: fewest samples of a batch.
    """

    def __init__(
        self,
        function: Callable[..., Game],
        *,
        heads: int = 1,
        make_bottleneck: Callable[[int, Mapping[str, Any]], nn.Module] | None = None,
        min_batch: int = 1,
    ) -> None:
        super().__init__(function)
        self.heads, self.make_bottleneck, self.min_batch = heads, make_bottleneck, min_batch


OBJECTIVES: dict[str, Objective] = {
    "mse": Objective(mse),
    "denoising": Objective(denoising),
    "contractive": Objective(contractive),
    "vae": Objective(vae, heads=2),
    "iwae": Objective(iwae, heads=2),
    "wae_mmd": Objective(wae_mmd, min_batch=2),
    "rae": Objective(rae),
    "vq_vae": Objective(
        vq_vae, make_bottleneck=lambda code, options: Codebook(code, options["entries"], options["width"])
    ),
}


def make_bottleneck(objective: Mapping[str, Any], code: int) -> nn.Module:
    """Make the bottleneck that an objective puts between an encoder and a decoder of codes (N, code).

    Raises:
        InputError: an option of the objective does not fit the code.
    """
    make = OBJECTIVES[objective["name"]].make_bottleneck
    return make(code, options(OBJECTIVES, objective)) if make else nn.Identity()
