"""Qualitative samples of trained members, on tiny games that were trained and saved."""

import numpy as np
import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.interpolation import PATHS, PLACES, find_prior, fix_codes
from aegan.evaluation.latent_prior import make_codes_loader
from aegan.evaluation.qualitative import CODES, NEAREST, POINTS, QUERIES, collect_qualitative_samples
from aegan.evaluation.restored_games import TrainedMember
from aegan.games.roles import ROLES
from aegan.storage import write_array
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train_cohort
from aegan.training.member_factory import gan_member_factory
from aegan.training.sampling import generate_samples
from aegan.training.weights import save_tensors, save_weights

ROUNDS, SEED = 4, 1


@pytest.fixture(scope="module")
def played(tiny, tmp_path_factory):
    """Play a role; return the member as it is kept on disk, and its game as it was trained."""

    def play(role, rows=None, **changes):
        rows, folder = rows or tiny.labelled(), tmp_path_factory.mktemp("kept")
        chosen = tiny.method(role, rounds=ROUNDS, **changes)
        trained = tiny.trained if ROLES[role].needs_autoencoder else (lambda seed: None)
        if ROLES[role].needs_autoencoder:
            codes = rows.map_batches(tiny.trained(SEED).autoencoder.encode)
            write_array(folder / "codes.npy", codes[None])
        recruit = gan_member_factory(
            chosen, tiny.PROBES, rows, make_codes_loader(folder / "codes.npy", [SEED], "cpu"), trained
        )
        (member,) = train_cohort([SEED], ROUNDS, recruit, Checkpoints(folder / "c", "print")).members
        save_weights(folder / "weights", {SEED: member.game.modules})
        save_tensors(folder / "stages", {SEED: member.stages})
        return TrainedMember(chosen, SEED, trained, rows, folder / "weights", folder / "stages", ROUNDS), member.game

    return play


def sample_codes(game, seed=SEED):
    """The codes that the paths of a member run between."""
    from aegan import seeding

    return find_prior(game).draw(2 * PATHS, seeding.torch_generator(seed, "paths", device="cpu")).chunk(2)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_shows_its_film_its_paths_and_its_neighbours(tiny, played, role):
    member, game = played(role)
    shown = collect_qualitative_samples(member, tiny.images(seed=1))
    assert {part: array.dtype.kind for part, array in shown.items()} == {
        "rounds": "i", "film": "u", "paths": "u", "neighbours": "u", "usual": "f",
    }  # fmt: skip
    assert shown["rounds"].tolist() == [0, 2, ROUNDS]
    assert shown["film"].shape == (3, CODES, 8, 8, 1)
    assert shown["paths"].shape == (PATHS, PLACES, 8, 8, 1)
    assert shown["neighbours"].shape == (1 + NEAREST, QUERIES, 8, 8, 1)
    # the end of the film is what the game makes that was trained, and its begin is something else
    np.testing.assert_array_equal(shown["film"][-1], generate_samples({SEED: game}, CODES, "cpu", "film")[0])
    assert not np.array_equal(shown["film"][0], shown["film"][-1])


@pytest.mark.parametrize("role", ["none", "reconstruction", "latent", "ac_gan"])
def test_a_path_begins_and_ends_at_its_codes(tiny, played, role):
    member, game = played(role)
    paths, ends = collect_qualitative_samples(member, tiny.images())["paths"], sample_codes(game)
    for place, codes in ((0, ends[0]), (-1, ends[1])):
        with fix_codes(find_prior(game), codes):
            expected = generate_samples({SEED: game}, PATHS, "cpu", "paths")[0]
        np.testing.assert_allclose(paths[:, place], expected, atol=1)  # rounding may fall on either side
    assert not np.array_equal(paths[:, 0], paths[:, -1])


def test_a_class_stays_the_same_on_a_path(tiny, played):
    """Codes that do not move on the path of a conditional method give one and the same picture at every place."""
    _, game = played("ac_gan")
    prior = find_prior(game)
    with fix_codes(prior, torch.zeros(PATHS, 4)):
        first, second = (generate_samples({SEED: game}, PATHS, "cpu", "paths")[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert len(np.unique(first, axis=0)) > 1  # by class alone


def test_codes_of_a_fitted_prior_go_straight(tiny, played):
    member, game = played("warm_start")
    start, end = sample_codes(game)
    with fix_codes(find_prior(game), torch.lerp(start, end, torch.tensor(3 / (PLACES - 1)))):
        expected = generate_samples({SEED: game}, PATHS, "cpu", "paths")[0]
    np.testing.assert_allclose(collect_qualitative_samples(member, tiny.images())["paths"][:, 3], expected, atol=1)


def test_a_member_that_stopped_ends_where_it_stopped(tiny, played):
    member, _ = played("none")
    shown = collect_qualitative_samples(member._replace(rounds=3), tiny.images())
    assert shown["rounds"].tolist() == [0, 2, ROUNDS, 3]


def test_points_are_shown_without_neighbours(tiny, played):
    rows = ArrayDataset(np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32))
    member, _ = played("none", rows)
    shown = collect_qualitative_samples(member, rows.array)
    assert {part: array.shape for part, array in shown.items()} == {
        "rounds": (3,), "film": (3, POINTS, 2), "paths": (PATHS, PLACES, 2),
    }  # fmt: skip
