"""Qualitative samples of a trained member: samples through training, interpolations, nearest neighbours."""

from __future__ import annotations

import numpy as np

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.interpolation import generate_interpolations
from aegan.evaluation.nearest_neighbours import find_nearest
from aegan.evaluation.restored_games import TrainedMember
from aegan.games.game import Game
from aegan.progress import track
from aegan.training.sampling import generate_samples

#: number of codes followed through training: for images, and for points
CODES, POINTS = 16, 400

#: numbers of samples whose neighbours are found, of neighbours of each, and of test images for the usual distance
QUERIES, NEAREST, USUAL = 16, 3, 256


def collect_qualitative_samples(member: TrainedMember, test_array: np.ndarray) -> dict[str, np.ndarray]:
    """Collect the qualitative samples of a member.

    Args:
        member: the trained member.
        test_array: the test split, uint8 (N, H, W, C) images or float32 (N, D) points.

    Returns:
        `film` (times, codes, …), generated from the same codes after `rounds` (times,) rounds; `paths` (paths, places,
        …), the interpolations; and for images `neighbours` (1 + k, samples, …), each sample above the train images
        nearest to it, with the `usual` distance (1,) of a test image from its nearest train image.
    """
    seed, dataset, games = member.seed, member.train_dataset, member.restore_games()
    images = test_array.dtype == np.uint8
    count, final_game = CODES if images else POINTS, games[member.rounds]
    stages = track(games.values(), "samples through training, stages")
    frames = [generate_samples({seed: game}, count, dataset.device, "film")[0] for game in stages]
    samples = {
        "rounds": np.array(list(games)),
        "film": np.stack(frames),
        "paths": generate_interpolations(final_game, seed, dataset.device),
    }
    return samples | (find_neighbours(final_game, seed, dataset, test_array) if images else {})


def find_neighbours(
    game: Game, seed: int, train_dataset: ArrayDataset, test_array: np.ndarray
) -> dict[str, np.ndarray]:
    """Find the train images nearest to samples: `neighbours` and `usual` of `collect_qualitative_samples`.

    Args:
        game: the trained game.
        seed: seed of the samples.
        train_dataset: the train split.
        test_array: the test split, uint8 (N, H, W, C).
    """
    samples = generate_samples({seed: game}, QUERIES, train_dataset.device, "neighbours")[0]
    rows, _ = find_nearest(samples, train_dataset.array, NEAREST)
    _, distances = find_nearest(test_array[:USUAL], train_dataset.array, 1)
    columns = np.concatenate([samples[:, None], train_dataset.array[rows]], axis=1)
    return {"neighbours": columns.swapaxes(0, 1).copy(), "usual": np.array([np.median(distances)], np.float32)}
