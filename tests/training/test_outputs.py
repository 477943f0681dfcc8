import numpy as np
import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.games.game import Game
from aegan.games.roles import needs_autoencoder
from aegan.storage import read_json
from aegan.tables import read_table
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train, train_cohort
from aegan.training.outputs import write_training
from aegan.training.sampling import CHUNK, generated, reconstructed
from aegan.training.trained_games import load_games

ROLES = [
    *("none", "reconstruction", "latent", "warm_start", "ebgan", "bigan", "alpha_gan"),
    *("features", "projection", "ac_gan", "semi_supervised"),
]
ABOUT = {"config": {"a": 1}, "code": "c0de", "device": "cpu", "data": "da7a"}


def trained_cohort(tiny, role, folder):
    chosen = tiny.method(role, rounds=4)
    return chosen, train_cohort([0, 1], chosen["rounds"], tiny.recruits(chosen), Checkpoints(folder / "c", "print"))


def write(cohort, folder):
    names = {"dataset": "blobs", "method": "gan"}
    files = folder / "weights.safetensors", folder / "training.parquet", folder / "run.json"
    write_training(cohort, names, ABOUT, *files)
    return files


@pytest.mark.parametrize("role", ROLES)
def test_loaded_games_generate_and_reconstruct_the_same_bits(tiny, tmp_path, role):
    chosen, cohort = trained_cohort(tiny, role, tmp_path)
    weights, _, _ = write(cohort, tmp_path)
    rows, needed = tiny.labelled(), needs_autoencoder(role)
    games = load_games(chosen, rows, [0, 1], weights, lambda seed: tiny.trained(seed) if needed else None)
    originals = {member.seed: member.game for member in cohort.members}
    for seed in (0, 1):
        assert tiny.identical(tiny.weights(games[seed]), tiny.weights(originals[seed]))
    np.testing.assert_array_equal(generated(games, 9, "cpu"), generated(originals, 9, "cpu"))
    np.testing.assert_array_equal(reconstructed(games, rows), reconstructed(originals, rows))


def test_written_files_are_complete(tiny, tmp_path):
    _, cohort = trained_cohort(tiny, "none", tmp_path)
    _, training, run = write(cohort, tmp_path)
    table = read_table(training)
    assert list(table.columns) == ["dataset", "method", "seed", "step", "network", "layer", "quantity", "value"]
    assert set(table["dataset"]) == {"blobs"}
    record = read_json(run)
    assert record["method"] == "gan"
    assert record["code"] == "c0de"
    assert [member["seed"] for member in record["members"]] == [0, 1]


def test_weights_and_history_are_byte_identical_when_run_again(tiny, tmp_path):
    for name in ("one", "two"):
        write(trained_cohort(tiny, "none", tmp_path / name)[1], tmp_path / name)
    for file in ("weights.safetensors", "training.parquet"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_samples_do_not_depend_on_the_cohort_and_come_in_chunks(tiny):
    games = {seed: tiny.game(tiny.method(), seed) for seed in (0, 1)}
    both, alone = generated(games, CHUNK + 3, "cpu"), generated({1: games[1]}, CHUNK + 3, "cpu")
    assert both.shape == (2, CHUNK + 3, 8, 8, 1)
    assert both.dtype == np.uint8
    np.testing.assert_array_equal(both[1], alone[0])
    np.testing.assert_array_equal(both[:, :CHUNK], generated(games, CHUNK, "cpu"))
    assert not np.array_equal(both[0], both[1])


def test_reconstructions_by_hand(tiny):
    images = ArrayDataset(tiny.images(CHUNK + 5))
    inverse = Game(players=(), reconstruct=lambda batch: 1 - batch)
    np.testing.assert_array_equal(reconstructed({0: inverse}, images)[0], 255 - images.array)


def test_games_without_a_way_back_reconstruct_nothing(tiny):
    pictures = reconstructed({0: Game(players=()), 1: Game(players=())}, ArrayDataset(tiny.images()))
    assert pictures.shape == (2, 0, 8, 8, 1)


def test_the_shape_of_data_is_channels_first():
    assert ArrayDataset(np.zeros((2, 5, 7, 3), np.uint8)).sample_shape == (3, 5, 7)
    assert ArrayDataset(np.zeros((4, 2), np.float32)).sample_shape == (2,)


def test_a_diverged_members_images_that_are_no_numbers_are_black(tiny):
    chosen = tiny.method(
        generator={"name": "dense", "width": 8, "depth": 6}, optimiser={"name": "adam", "learning_rate": 1e8}
    )
    member = tiny.recruits(chosen)(0)[0]
    train(member, 10, [])
    assert member.divergence
    assert member.game.generate(4, torch.Generator().manual_seed(0)).isnan().all()
    assert (generated({0: member.game}, 4, "cpu") == 0).all()
    half = Game(players=(), reconstruct=lambda batch: torch.where(batch > 0.5, float("nan"), 1.0))
    by_hand = np.where(tiny.images() > 127, 0, 255)
    np.testing.assert_array_equal(reconstructed({0: half}, ArrayDataset(tiny.images()))[0], by_hand)


def test_points_are_stored_as_they_are_and_keep_what_is_no_number():
    points = ArrayDataset(np.array([[-3.0, 2.0], [0.25, 1e9]], np.float32))
    game = Game(
        players=(),
        generate=lambda count, _rng: torch.full((count, 2), float("nan")),
        reconstruct=lambda batch: torch.where(batch > 1, float("nan"), 2 * batch),
    )
    made = generated({0: game}, 3, "cpu")
    assert (made.shape, made.dtype) == ((1, 3, 2), np.float32)
    assert np.isnan(made).all()
    decoded = reconstructed({0: game, 1: game}, points)
    np.testing.assert_array_equal(decoded[1], np.array([[-6.0, np.nan], [0.5, np.nan]], np.float32))
