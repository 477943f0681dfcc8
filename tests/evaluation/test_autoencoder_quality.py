"""Quality of trained autoencoders."""

import numpy as np
import torch
from sklearn.decomposition import PCA
from tests.evaluation.cases import SHAPE, images

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.autoencoder_quality import evaluate_autoencoder, project_codes
from aegan.evaluation.code_quality import CohortCodes
from aegan.games.assembly import make_autoencoder
from aegan.metrics.registry import CLASS_INFORMATION, CODES, METRICS, RECONSTRUCTION
from aegan.training.weights import save_weights


def test_autoencoders_are_measured_on_the_test_split(tmp_path):
    chosen = {"architecture": {"name": "dense", "code": 3, "width": 8, "depth": 1}, "objective": {"name": "mse"}}
    autoencoder, test = make_autoencoder(chosen, SHAPE, 7), ArrayDataset(images(20), np.arange(20))
    save_weights(tmp_path / "a.safetensors", {seed: {"autoencoder": autoencoder} for seed in (0, 1)})
    drawn = np.random.default_rng(0).normal(size=(2, 20, 3)).astype(np.float32)
    codes = CohortCodes(drawn, np.arange(20) % 4, drawn)
    measured = evaluate_autoencoder(chosen, [0, 1], tmp_path / "a.safetensors", test, codes)
    assert list(measured.quality.columns) == ["seed", "metric", "value", "n"]
    assert measured.reconstructions.shape == (2, 20, 8, 8, 1)
    with torch.no_grad():
        by_hand = autoencoder(test.select_batch(np.arange(20)).real).mul(255).round().permute(0, 2, 3, 1).numpy()
    np.testing.assert_array_equal(measured.reconstructions[1], by_hand)
    error = ((by_hand / 255.0 - images(20) / 255.0) ** 2).mean()
    mse = measured.quality.set_index(["metric", "seed"])["value"]["mse", 0]
    np.testing.assert_allclose(mse, error, rtol=1e-6)
    assert set(measured.quality["metric"]) == set(RECONSTRUCTION) | set(CODES) | set(CLASS_INFORMATION) <= set(METRICS)
    assert list(measured.projection["label"][:20]) == list(range(20))


def test_codes_are_projected_on_their_principal_components():
    codes = np.random.default_rng(0).normal(size=(2, 30, 5)).astype(np.float32)
    table = project_codes([3, 8], codes, np.arange(30))
    assert list(table.columns) == ["seed", "x", "y", "label"]
    for position, seed in enumerate((3, 8)):
        plane = PCA(2).fit_transform(codes[position].astype(np.float64))
        measured = table.loc[table["seed"] == seed, ["x", "y"]].to_numpy()
        np.testing.assert_allclose(np.abs(measured), np.abs(plane), atol=1e-10)


def test_codes_of_one_number_lie_on_a_line():
    codes = np.arange(6, dtype=np.float32).reshape(1, 6, 1)
    table = project_codes([0], codes, None)
    np.testing.assert_allclose(np.abs(table["x"]), np.abs(np.arange(6) - 2.5), atol=1e-6)
    assert (table["y"] == 0).all()
    assert table["label"].isna().all()
