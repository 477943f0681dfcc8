"""What a trained member shows, on tiny games that were really trained and kept."""

import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.latent_prior import codes_by_seed
from aegan.evaluation.qualitative import (
    CODES,
    NEAREST,
    PATHS,
    PLACES,
    POINTS,
    QUERIES,
    Kept,
    exhibit,
    giving,
    nearest,
    prior_of,
    spherical,
)
from aegan.games.roles import ROLES, needs_autoencoder
from aegan.networks.prior import Mixture
from aegan.storage import write_array
from aegan.training.checkpoint import Checkpoints, save_tensors, save_weights
from aegan.training.cohort import train_cohort
from aegan.training.member_factory import gan_recruits
from aegan.training.sampling import generated

ROUNDS, SEED = 4, 1


@pytest.fixture(scope="module")
def played(tiny, tmp_path_factory):
    """Play a role; return the member as it is kept on disk, and its game as it was trained."""

    def play(role, rows=None, **changes):
        rows, folder = rows or tiny.labelled(), tmp_path_factory.mktemp("kept")
        chosen = tiny.method(role, rounds=ROUNDS, **changes)
        trained = tiny.trained if needs_autoencoder(role) else (lambda seed: None)
        if needs_autoencoder(role):
            codes = rows.map_batches(tiny.trained(SEED).autoencoder.encode)
            write_array(folder / "codes.npy", codes[None])
        recruit = gan_recruits(chosen, tiny.PROBES, rows, codes_by_seed(folder / "codes.npy", [SEED], "cpu"), trained)
        (member,) = train_cohort([SEED], ROUNDS, recruit, Checkpoints(folder / "c", "print")).members
        save_weights(folder / "weights", {SEED: member.game.modules})
        save_tensors(folder / "stages", {SEED: member.stages})
        return Kept(chosen, SEED, trained, rows, folder / "weights", folder / "stages", ROUNDS), member.game

    return play


def drawn_codes(game, seed=SEED):
    """The codes that the paths of a member run between."""
    from aegan import seeding

    return prior_of(game).draw(2 * PATHS, seeding.torch_generator(seed, "paths", device="cpu")).chunk(2)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_shows_its_film_its_paths_and_its_neighbours(tiny, played, role):
    member, game = played(role)
    shown = exhibit(member, tiny.images(seed=1))
    assert {part: array.dtype.kind for part, array in shown.items()} == {
        "rounds": "i", "film": "u", "paths": "u", "neighbours": "u", "usual": "f",
    }  # fmt: skip
    assert shown["rounds"].tolist() == [0, 2, ROUNDS]
    assert shown["film"].shape == (3, CODES, 8, 8, 1)
    assert shown["paths"].shape == (PATHS, PLACES, 8, 8, 1)
    assert shown["neighbours"].shape == (1 + NEAREST, QUERIES, 8, 8, 1)
    # the end of the film is what the game makes that was trained, and its begin is something else
    np.testing.assert_array_equal(shown["film"][-1], generated({SEED: game}, CODES, "cpu", "film")[0])
    assert not np.array_equal(shown["film"][0], shown["film"][-1])


@pytest.mark.parametrize("role", ["none", "reconstruction", "latent", "ac_gan"])
def test_a_path_begins_and_ends_at_its_codes(tiny, played, role):
    member, game = played(role)
    paths, ends = exhibit(member, tiny.images())["paths"], drawn_codes(game)
    for place, codes in ((0, ends[0]), (-1, ends[1])):
        with giving(prior_of(game), codes):
            expected = generated({SEED: game}, PATHS, "cpu", "paths")[0]
        np.testing.assert_allclose(paths[:, place], expected, atol=1)  # rounding may fall on either side
    assert not np.array_equal(paths[:, 0], paths[:, -1])


def test_a_class_stays_the_same_on_a_path(tiny, played):
    """Codes that do not move on the path of a conditional method give one and the same picture at every place."""
    _, game = played("ac_gan")
    prior = prior_of(game)
    with giving(prior, torch.zeros(PATHS, 4)):
        first, second = (generated({SEED: game}, PATHS, "cpu", "paths")[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert len(np.unique(first, axis=0)) > 1  # by class alone


def test_a_prior_draws_again_once_nothing_is_given():
    prior = Mixture.standard(3)
    with giving(prior, torch.zeros(2, 3)):
        assert prior.draw(2, torch.Generator()).abs().max() == 0
    assert prior.draw(2, torch.Generator()).abs().max() > 0


def test_great_circles_by_hand():
    right, up = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    half = torch.tensor(0.5)
    torch.testing.assert_close(spherical(right, up, half), torch.tensor([[0.5**0.5, 0.5**0.5]]))
    torch.testing.assert_close(spherical(right, 3 * right, half), 2 * right)  # in one direction: straight
    codes = torch.randn(2, 50, 64, generator=torch.Generator().manual_seed(0))
    shorter = codes.norm(dim=2).min(dim=0).values
    around = [spherical(*codes, place).norm(dim=1) for place in torch.linspace(0, 1, 5)]
    assert all((lengths > 0.97 * shorter).all() for lengths in around)  # as long as codes are, everywhere
    straight = torch.lerp(*codes, half).norm(dim=1)
    assert (straight < 0.9 * shorter).all()


def test_codes_of_a_fitted_prior_go_straight(tiny, played):
    member, game = played("warm_start")
    start, end = drawn_codes(game)
    with giving(prior_of(game), torch.lerp(start, end, torch.tensor(3 / (PLACES - 1)))):
        expected = generated({SEED: game}, PATHS, "cpu", "paths")[0]
    np.testing.assert_allclose(exhibit(member, tiny.images())["paths"][:, 3], expected, atol=1)


def test_a_member_that_stopped_ends_where_it_stopped(tiny, played):
    member, _ = played("none")
    shown = exhibit(member._replace(rounds=3), tiny.images())
    assert shown["rounds"].tolist() == [0, 2, ROUNDS, 3]


def test_points_are_shown_without_neighbours(tiny, played):
    rows = ArrayDataset(np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32))
    member, _ = played("none", rows)
    shown = exhibit(member, rows.array)
    assert {part: array.shape for part, array in shown.items()} == {
        "rounds": (3,), "film": (3, POINTS, 2), "paths": (PATHS, PLACES, 2),
    }  # fmt: skip


@pytest.mark.parametrize("block", [7, 4096])
def test_neighbours_are_those_of_a_library_whatever_the_block(tiny, monkeypatch, block):
    monkeypatch.setattr("aegan.evaluation.qualitative.BLOCK", block)
    train, asked = tiny.images(60), tiny.images(9, seed=5)
    flat, own = (pictures.reshape(len(pictures), -1) / 255 for pictures in (train, asked))
    distances, rows = NearestNeighbors(n_neighbors=4, algorithm="brute").fit(flat).kneighbors(own)
    found, measured = nearest(asked, train, 4)
    np.testing.assert_array_equal(found, rows)
    np.testing.assert_allclose(measured, distances / 8, atol=1e-6)  # over 64 pixels


def test_a_copy_is_found_and_of_few_pictures_all():
    pictures = np.arange(3 * 4, dtype=np.uint8).reshape(3, 2, 2, 1) * 20
    found, distances = nearest(pictures[[2]], pictures, 5)
    assert found.tolist() == [[2, 1, 0]]
    assert distances[0, 0] == pytest.approx(0, abs=1e-6)
