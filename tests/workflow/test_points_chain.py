"""From points on a ring to the quality of what every role makes of them: no phase needs pictures."""

import numpy as np
import pandas as pd
import pytest

from aegan.data.array_dataset import ArrayDataset
from aegan.data.gaussians import Ring
from aegan.data.shards import prepare_shards
from aegan.evaluation.autoencoder_quality import evaluate_autoencoder
from aegan.evaluation.code_quality import CohortCodes
from aegan.evaluation.feature_spaces import compute_reference_blocks, make_feature_nets
from aegan.evaluation.latent_prior import encode_cohort, make_codes_loader, make_trained_loader
from aegan.evaluation.quality_floor import measure_floor
from aegan.evaluation.sample_quality import evaluate_cohort
from aegan.games.roles import ROLES
from aegan.metrics.modes import count_modes
from aegan.storage import write_array
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train_cohort
from aegan.training.member_factory import autoencoder_member_factory, gan_member_factory
from aegan.training.sampling import generate_samples, reconstruct_dataset
from aegan.training.weights import save_weights

RING = Ring(count=300, std=0.1)
SEEDS = [0, 1]


@pytest.fixture(scope="module")
def splits():
    prepared = prepare_shards(RING.load([]), source={"name": "ring"}, test_fraction=0.2, seed=0)
    return ArrayDataset(prepared.train, prepared.train_labels), ArrayDataset(prepared.test, prepared.test_labels)


@pytest.fixture(scope="module")
def autoencoder(tiny, splits, tmp_path_factory):
    """A trained autoencoder of each seed on disk, with its codes and prior."""
    folder, chosen = tmp_path_factory.mktemp("points"), tiny.entry()
    recruit, rounds = autoencoder_member_factory(chosen, tiny.PROBES, splits[0])
    cohort = train_cohort(SEEDS, rounds, recruit, Checkpoints(folder / "c", "print"))
    save_weights(folder / "weights", {member.seed: member.game.modules for member in cohort.members})
    codes, priors = encode_cohort(SEEDS, chosen, {"name": "gaussian"}, folder / "weights", *splits)
    write_array(folder / "codes.npy", codes[0])
    save_weights(folder / "sampler", priors)
    return chosen, folder, CohortCodes(codes[0], splits[0].labels, codes[1])


@pytest.mark.parametrize("role", ROLES)
def test_every_role_plays_on_points(tiny, splits, autoencoder, tmp_path, role):
    chosen, folder, _ = autoencoder
    files = (folder / "weights", folder / "sampler") if ROLES[role].needs_autoencoder else (None, None)
    recruit = gan_member_factory(
        tiny.method(role, rounds=6),
        tiny.PROBES,
        splits[0],
        make_codes_loader(folder / "codes.npy", SEEDS, "cpu"),
        make_trained_loader(chosen, splits[0], *files),
    )
    games = {m.seed: m.game for m in train_cohort(SEEDS, 6, recruit, Checkpoints(tmp_path, "print")).members}
    samples, decoded = generate_samples(games, 50, "cpu"), reconstruct_dataset(games, splits[1])
    assert (samples.shape, samples.dtype) == ((2, 50, 2), np.float32)
    assert samples.min() < 0, "points are not held to the range of pixels"
    nets = make_feature_nets((2,), 8)
    reference = {name: np.concatenate(list(blocks)) for name, blocks in compute_reference_blocks(nets, *splits)}
    floor = measure_floor(reference, 50, 1000)
    table = evaluate_cohort(nets, SEEDS, samples, decoded, splits[1], reference, floor, 1000).quality
    assert np.isfinite(table["value"]).all()
    assert ("mse" in set(table["metric"])) == (decoded.shape[1] > 0)


def test_the_autoencoder_of_points_is_measured(splits, autoencoder):
    chosen, folder, codes = autoencoder
    measured = evaluate_autoencoder(chosen, SEEDS, folder / "weights", splits[1], codes)
    assert measured.reconstructions.shape == (2, 60, 2)
    by_hand = [((decoded - splits[1].array) ** 2).mean() for decoded in measured.reconstructions]
    expected = pd.DataFrame({"seed": SEEDS, "metric": "mse", "value": by_hand, "n": 60})
    errors = measured.quality[measured.quality["metric"] == "mse"].reset_index(drop=True)
    pd.testing.assert_frame_equal(errors, expected, check_dtype=False)
    accuracy = measured.quality[measured.quality["metric"] == "neighbour_accuracy"]["value"]
    assert (accuracy > 0.5).all()  # of eight modes


def test_real_points_cover_every_mode(splits):
    modes, high_quality = count_modes(splits[0].array, RING.compute_centres(), RING.std)
    assert modes == 8
    assert high_quality > 0.95
