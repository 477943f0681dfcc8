"""Samples between pairs of latent codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from aegan import seeding
from aegan.games.game import Game
from aegan.networks.prior import Mixture
from aegan.training.sampling import generate_samples

#: paths from one code to another, and places on each
PATHS, PLACES = 3, 16


def generate_interpolations(game: Game, seed: int, device: str) -> np.ndarray:
    """Generate samples between pairs of codes; a conditional generator keeps the class.

    Codes of a standard normal prior are interpolated on great circles, as their lengths are nearly equal (White 2016);
    those of a fitted prior linearly.

    Args:
        game: the trained game.
        seed: seed of the codes.
        device: where to generate.

    Returns:
        (paths, places, …): uint8 images or float32 points.
    """
    prior = find_prior(game)
    start, end = prior.draw(2 * PATHS, seeding.torch_generator(seed, "paths", device=device)).chunk(2)
    interpolate = interpolate_spherically if is_standard(prior) else torch.lerp
    frames = []
    for place in torch.linspace(0, 1, PLACES, device=device):
        with fix_codes(prior, interpolate(start, end, place)):
            frames.append(generate_samples({seed: game}, PATHS, device, "paths")[0])
    return np.stack(frames, axis=1)


def find_prior(game: Game) -> Mixture:
    """Return the prior that a game draws its codes from."""
    return next(module for module in game.modules.values() if isinstance(module, Mixture))


def is_standard(prior: Mixture) -> bool:
    """Return whether a prior is N(0, I)."""
    normal = Mixture.standard_normal(prior.means.shape[1]).to(prior.means.device)
    return len(prior.means) == 1 and torch.equal(prior.means, normal.means) and torch.equal(prior.scales, normal.scales)


def interpolate_spherically(start: Tensor, end: Tensor, place: Tensor) -> Tensor:
    """Interpolate between codes on great circles (Shoemake 1985).

    Args:
        start: (N, D).
        end: (N, D).
        place: scalar: 0 at the start, 1 at the end.

    Returns:
        (N, D).
    """
    cosine = torch.cosine_similarity(start, end, dim=1).clamp(-1, 1)[:, None]
    angle = torch.arccos(cosine)
    along = (torch.sin((1 - place) * angle) * start + torch.sin(place * angle) * end) / torch.sin(angle)
    # codes of the same direction, for which the limit is linear, or of opposite ones, which many great circles join
    return torch.where(torch.sin(angle) > 1e-3, along, torch.lerp(start, end, place))


@contextmanager
def fix_codes(prior: Mixture, codes: Tensor) -> Iterator[None]:
    """Let a prior return these codes (N, D), whatever is drawn from it."""
    prior.draw = lambda count, rng: codes  # type: ignore[method-assign]  # noqa: ARG005 - the names of `Mixture.draw`
    try:
        yield
    finally:
        del prior.draw
