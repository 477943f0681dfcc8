"""What a trained member shows besides its samples: how they came about, what lies between codes, what is nearest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.games.adversarial import Trained
from aegan.games.game import Game
from aegan.games.roles import gan_game
from aegan.networks.prior import Mixture
from aegan.training.checkpoint import stages_of
from aegan.training.sampling import generated
from aegan.training.trained_games import restored

#: codes that are followed through training: pictures, or points
CODES, POINTS = 16, 400

#: ways from one code to another, and places on each
PATHS, PLACES = 3, 16

#: samples whose neighbours are looked for, how many of them, and test pictures that tell how near is usual
QUERIES, NEAREST, USUAL = 16, 3, 256

#: train pictures that are compared at once
BLOCK = 4096


class Kept(NamedTuple):
    """A member as its training left it."""

    method: Mapping[str, Any]  #: the resolved entry of `methods`
    seed: int
    trained: Callable[[int], Trained | None]  #: seed -> the trained autoencoder, or None
    train: ArrayDataset
    weights: Path  #: at the end
    stages: Path  #: on the way
    rounds: int  #: that were played until the end

    def last(self) -> Game:
        """Make its game as it was at the end."""
        return restored(self._new(), self.weights, self.seed, self.train.device)

    def times(self) -> dict[int, Game]:
        """Make its game as it was before training, at each stage that it reached, and at the end: rounds -> game."""
        new, device = self._new(), self.train.device
        games = {0: restored(new, self.weights, self.seed, device, fresh=new.modules)}
        for stage, reached in stages_of(self.stages, [self.seed]).items():
            if reached:
                games[stage] = restored(self._new(), self.stages, self.seed, device, below=f"{stage}/")
        return games | {self.rounds: self.last()}

    def _new(self) -> Game:
        shape, shares = self.train.sample_shape, self.train.class_shares()
        return gan_game(self.method, shape, self.seed, self.trained(self.seed), shares)


def exhibit(member: Kept, test: np.ndarray) -> dict[str, np.ndarray]:
    """Gather all that a member shows.

    Args:
        member: whose networks these are.
        test: the test split.

    Returns:
        `film` (times, codes, …), which was generated from the same codes after `rounds` (times,) rounds; `paths`
        (paths, places, …); and of pictures `neighbours` (1 + k, samples, …), each sample above the train pictures
        nearest to it, with the `usual` distance (1,) of a test picture from its nearest train picture.
    """
    seed, device, games = member.seed, member.train.device, member.times()
    pictures = test.dtype == np.uint8
    count, last = CODES if pictures else POINTS, games[member.rounds]
    frames = [generated({seed: game}, count, device, "film")[0] for game in games.values()]
    shown = {"rounds": np.array(list(games)), "film": np.stack(frames), "paths": paths(last, seed, device)}
    return shown | (neighbours(last, seed, member.train, test) if pictures else {})


def paths(game: Game, seed: int, device: str) -> np.ndarray:
    """Generate what lies between pairs of codes: (paths, places, …). The class, where there is one, stays the same.

    Normal codes go around the origin on great circles, as their lengths are all but the same (White 2016); those of a
    fitted prior go straight.
    """
    prior = prior_of(game)
    start, end = prior.draw(2 * PATHS, seeding.torch_generator(seed, "paths", device=device)).chunk(2)
    way = spherical if is_standard(prior) else torch.lerp
    frames = []
    for place in torch.linspace(0, 1, PLACES, device=device):
        with giving(prior, way(start, end, place)):
            frames.append(generated({seed: game}, PATHS, device, "paths")[0])
    return np.stack(frames, axis=1)


def prior_of(game: Game) -> Mixture:
    """Return what a game draws its codes from."""
    return next(module for module in game.modules.values() if isinstance(module, Mixture))


def is_standard(prior: Mixture) -> bool:
    """Say whether codes are drawn from N(0, I)."""
    normal = Mixture.standard(prior.means.shape[1]).to(prior.means.device)
    return len(prior.means) == 1 and torch.equal(prior.means, normal.means) and torch.equal(prior.scales, normal.scales)


def spherical(start: Tensor, end: Tensor, place: Tensor) -> Tensor:
    """Go from codes (N, D) to others on great circles (Shoemake 1985); `place` is 0 at the start, 1 at the end."""
    cosine = torch.cosine_similarity(start, end, dim=1).clamp(-1, 1)[:, None]
    angle = torch.arccos(cosine).clamp(min=1e-4)  # codes in the same direction: the limit is the straight way
    return (torch.sin((1 - place) * angle) * start + torch.sin(place * angle) * end) / torch.sin(angle)


@contextmanager
def giving(prior: Mixture, codes: Tensor) -> Iterator[None]:
    """Let a prior give these codes, whatever is drawn."""
    prior.draw = lambda count, rng: codes  # type: ignore[method-assign]  # noqa: ARG005 - the names of `Mixture.draw`
    try:
        yield
    finally:
        del prior.draw


def neighbours(game: Game, seed: int, train: ArrayDataset, test: np.ndarray) -> dict[str, np.ndarray]:
    """Find what is nearest to samples among the train pictures: `neighbours` and `usual`, as in `exhibit`."""
    samples = generated({seed: game}, QUERIES, train.device, "neighbours")[0]
    found, _ = nearest(samples, train.array, NEAREST)
    _, distances = nearest(test[:USUAL], train.array, 1)
    shown = np.concatenate([samples[:, None], train.array[found]], axis=1)
    return {"neighbours": shown.swapaxes(0, 1).copy(), "usual": np.array([np.median(distances)], np.float32)}


def nearest(pictures: np.ndarray, others: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest of other pictures, pixel by pixel and a block at a time.

    Args:
        pictures: uint8 (n, H, W, C).
        others: uint8 (m, H, W, C), such as a memory map.
        count: how many to find, at most m.

    Returns:
        Their rows (n, count), the nearest first, and the root mean squared differences, on the unit range.
    """
    flat = _flat(pictures)
    rows: np.ndarray = np.empty((len(flat), 0), np.int64)
    distances: np.ndarray = np.empty((len(flat), 0))
    for start in range(0, len(others), BLOCK):
        block = torch.cdist(flat, _flat(others[start : start + BLOCK])).numpy() / np.sqrt(flat.shape[1])
        distances = np.hstack([distances, block])
        rows = np.hstack([rows, np.broadcast_to(np.arange(start, start + block.shape[1]), block.shape)])
        kept = np.argsort(distances, axis=1, kind="stable")[:, :count]
        rows, distances = (np.take_along_axis(of, kept, axis=1) for of in (rows, distances))
    return rows, distances


def _flat(pictures: np.ndarray) -> Tensor:
    return torch.from_numpy(pictures.reshape(len(pictures), -1) / 255)
