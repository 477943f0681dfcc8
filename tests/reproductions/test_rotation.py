"""The field near the end of training: spectra against autograd, tables through the grades, a tiny run."""

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.game_field import make_field_players
from aegan.games.assembly import make_gan_game
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.rotation import (
    PATH,
    draw_field_batch,
    join_parameters,
    largest_share,
    rotation,
    tabulate_path,
    tabulate_spectra,
)
from aegan.training.precision import double_precision

TINY = {"width": 4, "latent": 2, "rounds": 3, "batch_size": 8, "probe_size": 16}
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


def table(game, generator):
    """Two seeds with these eigenvalues at the end, and others at the start."""
    parts = {"game": np.asarray(game, complex), "generator": np.asarray(generator, complex)}
    tables = [
        pd.DataFrame({"part": part, "x": values.real, "y": values.imag, "stage": stage, "seed": seed})
        for part, ends in parts.items()
        for stage, values in (("start", np.array([1j, -1])), ("end", ends))
        for seed in (0, 1)
    ]
    return pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (table([3 + 4j, 3 - 4j, 1], [2, 1, -0.5]), [True, True]),
        (table([3, 1, -1], [2, 1, 0.5]), [False, False]),
        (table([3, 1 + 0.02j, 1 - 0.02j], [2, 1, -0.01]), [False, False]),  # within a hundredth of the largest
        (table([np.nan], [np.nan]), [False, False]),  # a member that diverged
    ],
)
def test_grades_of_tables(rows, passes):
    assert [grade.passed for grade in rotation().grade(rows)] == passes


def test_shares_are_of_the_largest_modulus_and_nan_of_nothing():
    rows = table([3 + 4j, 3 - 4j, 1], [2, 1, -0.5]).query("stage == 'end' and seed == 0")
    assert largest_share(rows, "game", rows["y"].abs()) == pytest.approx(0.8)
    assert largest_share(rows, "generator", -rows["x"]) == pytest.approx(0.25)
    assert np.isnan(largest_share(rows[:0], "game", rows["y"][:0]))


def test_a_tiny_run_says_the_same_twice_and_is_drawn(data):
    before = torch.random.get_rng_state()
    result = rotation(**TINY)
    rows = result.measure(0, data)
    assert_frame_equal(rows, result.measure(0, data), check_exact=True)
    assert torch.equal(before, torch.random.get_rng_state())
    assert set(zip(rows["part"], rows["stage"], strict=True)) == {
        ("game", "start"), ("generator", "start"), ("game", "end"), ("generator", "end"), ("path", "end"),
    }  # fmt: skip
    assert len(result.grade(pd.concat([rows.assign(seed=seed) for seed in (0, 1)]))) == 2
    assert len(result.draw(pd.concat([rows.assign(seed=seed) for seed in (0, 1)])).axes) == 3


def test_images_are_played_on_as_well():
    images = ArrayDataset(np.random.default_rng(0).integers(0, 256, (30, 4, 4, 1), dtype=np.uint8))
    assert len(rotation(**TINY).measure(0, ReproductionData(images, images)))
