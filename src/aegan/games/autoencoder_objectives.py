"""Training an autoencoder is a game of one player: the catalogue of what it can minimise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from aegan.games.deterministic import contractive, denoising, mse, rae, wae_mmd
from aegan.games.game import Game
from aegan.games.quantised import vq_vae
from aegan.games.variational import iwae, vae
from aegan.networks.quantisation import Codebook
from aegan.registry import options

OBJECTIVES: dict[str, Callable[..., Game]] = {
    "mse": mse,
    "denoising": denoising,
    "contractive": contractive,
    "vae": vae,
    "iwae": iwae,
    "wae_mmd": wae_mmd,
    "rae": rae,
    "vq_vae": vq_vae,
}

#: numbers an encoder gives per number of the code, where it is not one: a variational one gives mean and log-variance.
HEADS = {"vae": 2, "iwae": 2}

#: (numbers per code, options of the objective) -> what codes go through before they are decoded, where it is anything
BOTTLENECKS: dict[str, Callable[[int, Mapping[str, Any]], nn.Module]] = {
    "vq_vae": lambda code, chosen: Codebook(code, chosen["entries"], chosen["width"]),
}


def bottleneck(objective: Mapping[str, Any], code: int) -> nn.Module:
    """Make the bottleneck that a chosen objective puts between an encoder and a decoder.

    Raises:
        InputError: an option of the objective does not fit the code.
    """
    make = BOTTLENECKS.get(objective["name"])
    return make(code, options(OBJECTIVES, objective)) if make else nn.Identity()
