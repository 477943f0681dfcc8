"""Games rebuilt from the files of their training."""

import numpy as np
import pytest
from tests.training.cohort_files import train_two_members, write_cohort

from aegan.games.roles import ROLES
from aegan.training.sampling import generate_samples, reconstruct_dataset
from aegan.training.trained_games import load_games


@pytest.mark.parametrize("role", ROLES)
def test_loaded_games_generate_and_reconstruct_the_same_bits(tiny, tmp_path, role):
    method, cohort = train_two_members(tiny, role, tmp_path)
    weights, _, _ = write_cohort(cohort, tmp_path)
    rows, needed = tiny.labelled(), ROLES[role].needs_autoencoder
    games = load_games(method, rows, [0, 1], weights, lambda seed: tiny.trained(seed) if needed else None)
    originals = {member.seed: member.game for member in cohort.members}
    for seed in (0, 1):
        assert tiny.identical(tiny.weights(games[seed]), tiny.weights(originals[seed]))
    np.testing.assert_array_equal(generate_samples(games, 9, "cpu"), generate_samples(originals, 9, "cpu"))
    np.testing.assert_array_equal(reconstruct_dataset(games, rows), reconstruct_dataset(originals, rows))
