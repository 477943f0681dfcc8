"""The field of a game as tables: spectra and length against autograd, the path of training, the batch."""

import numpy as np
import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.game_field import join_parameters, make_field_players
from aegan.games.assembly import make_gan_game
from aegan.probes.dynamics import DENSE_LIMIT, Jacobian
from aegan.reproductions.game_spectra import PATH, draw_field_batch, tabulate_path, tabulate_spectra
from aegan.reproductions.inputs import ReproductionData
from aegan.training.precision import double_precision

NETWORK = {"name": "dense", "width": 3, "depth": 1, "activation": "relu"}
METHOD = {"role": {"name": "none"}, "loss": {"name": "non_saturating"}, "latent": 2}


@pytest.fixture
def data():
    rows = ArrayDataset(np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32))
    return ReproductionData(rows, rows)


@pytest.fixture
def game():
    return make_gan_game(METHOD | {"generator": NETWORK, "discriminator": NETWORK}, (2,), 0, None)


def test_the_generators_hessian_has_the_eigenvalues_that_autograd_finds(data, game):
    batch = draw_field_batch(data.train_dataset, 0, 16)
    rows = tabulate_spectra(game, batch, 0, 20)
    with double_precision(game.modules.values()):
        own, loss = make_field_players(game, batch, 0)[1]
        first = torch.cat([part.flatten() for part in torch.autograd.grad(loss(), own, create_graph=True)])
        lines = [torch.autograd.grad(entry, own, retain_graph=True, materialize_grads=True) for entry in first]
    hessian = torch.stack([torch.cat([part.flatten() for part in line]) for line in lines])
    found = rows[rows["part"] == "generator"]
    np.testing.assert_allclose(np.sort(found["x"]), torch.linalg.eigvalsh(hessian).numpy(), atol=1e-10)
    assert found["y"].abs().max() < 1e-8
    assert len(rows[rows["part"] == "game"]) == len(join_parameters(game))
    with double_precision(game.modules.values()):
        parts = [
            torch.autograd.grad(loss(), own, materialize_grads=True) for own, loss in make_field_players(game, batch, 0)
        ]
    squares = sum((part**2).sum() for own in parts for part in own)
    assert rows.loc[rows["part"] == "field", "x"].item() == pytest.approx(float(squares) ** 0.5)


def test_the_path_leads_from_the_first_weights_to_the_last(data, game):
    batch, last = draw_field_batch(data.train_dataset, 0, 16), join_parameters(game)
    rows = tabulate_path(game, batch, 0, last - 0.1)
    np.testing.assert_array_equal(rows["x"], PATH)
    assert torch.equal(join_parameters(game), last)
    with double_precision(game.modules.values()):
        field = torch.cat(
            [
                part.flatten()
                for own, loss in make_field_players(game, batch, 0)
                for part in torch.autograd.grad(loss(), own)
            ]
        )
    cosine = field.sum() / field.norm() / len(field) ** 0.5  # all weights moved by the same
    at_end = rows["y"][np.isclose(rows["x"], 1)].item()
    assert at_end == pytest.approx(cosine.item(), rel=1e-5)


def test_probe_batches_are_rows_of_the_data_in_double_precision(data):
    real = draw_field_batch(data.train_dataset, 5, 10).real
    assert real.dtype == torch.float64
    assert len(np.unique(real.numpy(), axis=0)) == 10
    assert np.isin(real.numpy().astype(np.float32), data.train_dataset.array).all()


def test_of_a_game_too_large_to_write_out_the_rotation_is_among_the_eigenvalues(data):
    network = {"name": "dense", "width": 16, "depth": 2, "activation": "tanh"}
    method = METHOD | {"generator": network, "discriminator": network, "penalty": {"name": "r1", "gamma": 10.0}}
    game = make_gan_game(method, (2,), 0, None)
    assert len(join_parameters(game)) > DENSE_LIMIT
    batch = draw_field_batch(data.train_dataset, 0, 16)
    rows = tabulate_spectra(game, batch, 0, 1).query("part == 'game'")
    with double_precision(game.modules.values()):
        matrix = Jacobian(make_field_players(game, batch, 0)).matrix()
    spectrum = torch.linalg.eigvals(matrix)
    assert len(rows) == 2
    assert rows["x"].iloc[0] == pytest.approx(spectrum[spectrum.abs().argmax()].real.item(), rel=1e-6)
    assert rows["y"].iloc[0] == 0, "that of largest modulus does not rotate"
    assert rows["y"].iloc[1] == pytest.approx(spectrum.imag.max().item(), rel=1e-3)
