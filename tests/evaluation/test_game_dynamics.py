"""The dynamics of trained games."""

import logging
import re

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from aegan import progress
from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation import game_dynamics
from aegan.evaluation.game_dynamics import measure_dynamics
from aegan.evaluation.restored_games import TrainedMethod
from aegan.games.averaging import average_weights
from aegan.games.roles import ROLES
from aegan.probes import dynamics
from aegan.probes.conditioning import log_condition_numbers
from aegan.tables import DYNAMICS_COLUMNS
from aegan.training.weights import save_tensors, weights_of

SETTINGS = {"eigenvalues": 5, "stages": "last"}
ALL = SETTINGS | {"stages": "all"}


@pytest.mark.parametrize("role", ["none", "reconstruction", "latent"])
def test_the_dynamics_of_every_stage(trained_method, role):
    table = measure_dynamics(trained_method(role), ALL, [0, 1])
    assert list(table) == DYNAMICS_COLUMNS
    counts = table.groupby(["stage", "seed", "quantity"])["value"].size()
    for seed in (0, 1):
        for stage in (6, 12):
            assert counts[stage, seed, "eigenvalue_real"] == counts[stage, seed, "eigenvalue_imaginary"] == 5
            assert counts[stage, seed, "symplectic_share"] == 1
            assert counts[stage, seed, "rotation_real"] == counts[stage, seed, "rotation_imaginary"] == 1
            assert counts[stage, seed, "log_condition"] == 16
        assert counts[12, seed, "path_angle"] == 21  # there is no path to the first stage
    assert table[table["quantity"] == "path_angle"]["value"].abs().max() <= 1


def test_the_last_stage_and_a_seed_alone_read_as_among_all(trained_method):
    method = trained_method()
    every, last, alone = (
        measure_dynamics(method, *asked) for asked in ((ALL, [0, 1]), (SETTINGS, [0, 1]), (SETTINGS, [1]))
    )
    assert last.equals(every[every["stage"] == 12].reset_index(drop=True))
    assert alone.equals(last[last["seed"] == 1].reset_index(drop=True))


def test_without_eigenvalues_only_the_conditioning_is_measured(trained_method):
    method = trained_method()
    whole, table = (measure_dynamics(method, SETTINGS | {"eigenvalues": count}, [0, 1]) for count in (5, 0))
    assert list(table) == DYNAMICS_COLUMNS
    quantities = {"log_condition", "generator_lipschitz"}
    assert set(table["quantity"]) == quantities
    conditioning = whole[whole["quantity"].isin(quantities)].reset_index(drop=True)
    assert table.equals(conditioning)


@pytest.mark.parametrize("reached", [[0], []])
def test_a_seed_that_stopped_before_the_stage_has_nan_there(trained_method, monkeypatch, reached):
    monkeypatch.setattr(game_dynamics, "seeds_by_stage", lambda _file, seeds: {6: seeds, 12: reached})
    table = measure_dynamics(trained_method(), SETTINGS, [0, 1])
    assert set(table["stage"]) == {12}
    lost = table[table["seed"] == 1]
    assert lost["value"].isna().all()
    spectrum = [(f"{name}_{part}", 0) for name in ("eigenvalue", "rotation") for part in ("real", "imaginary")]
    rows = [*spectrum, ("path_angle", -50), ("path_norm", -50)]
    assert list(lost[["quantity", "index"]].itertuples(index=False, name=None)) == rows
    assert table[table["seed"] == 0]["value"].isna().all() == (not reached)


def make_trained(tiny, folder, network, shift=0.0):
    """A method of two stages at its initial weights; the shift is that of the discriminator's last bias."""
    method = tiny.method(generator=network, discriminator=network, loss="minimax")
    stages = {}
    for stage, seed in ((6, 0), (12, 1)):
        modules = tiny.game(method, seed).modules
        with torch.no_grad():
            list(modules["discriminator"].parameters())[-1].add_(shift)
        stages |= {f"{stage}/{name}": value for name, value in weights_of(modules).items()}
    save_tensors(folder / "stages", {0: stages})
    return TrainedMethod(method, ArrayDataset(tiny.images()), None, lambda _seed: None, folder / "stages")


@pytest.mark.parametrize("network", [{"name": "dense", "width": 24, "depth": 2}, {"name": "conv", "channels": 4}])
def test_float32_and_float64_agree_where_nothing_is_faint(tiny, tmp_path, monkeypatch, network):
    method = make_trained(tiny, tmp_path, network)
    monkeypatch.setattr(dynamics, "DENSE_LIMIT", 1)  # as for all but tiny networks: products with the Jacobian
    single = measure_dynamics(method, SETTINGS, [0])
    monkeypatch.setattr(game_dynamics, "_is_faint", lambda _players: True)
    monkeypatch.setattr(game_dynamics, "RESOLVED", -1.0)
    double = measure_dynamics(method, SETTINGS, [0])
    assert single.drop(columns="value").equals(double.drop(columns="value"))
    assert not single["value"].equals(double["value"])
    for quantity, own in double.groupby("quantity"):
        scale = own["value"].abs().max()
        np.testing.assert_allclose(
            single["value"][own.index], own["value"], rtol=0, atol=1e-3 * scale + 1e-6, err_msg=quantity
        )


def read_map(game, count=8):
    """What is measured of a game's map from codes to data, and the codes."""
    rng = torch.Generator().manual_seed(0)
    codes = game.generate.draw_codes(count, torch.Generator().manual_seed(0))
    readings = list(game_dynamics._measure_generating_map(game.generate, count, rng))
    assert [(quantity, index) for quantity, index, _ in readings] == [
        *(("log_condition", index) for index in range(count)),
        ("generator_lipschitz", 0),
    ]
    *conditions, lipschitz = (value for _, _, value in readings)
    return torch.tensor(conditions, dtype=torch.float64), lipschitz, codes


def test_measuring_the_map_changes_no_running_statistic(tiny, tmp_path):
    network = {"name": "dense", "width": 8, "depth": 1, "normalisation": "batch"}
    game = make_trained(tiny, tmp_path, network).restore_game(0, 12)
    before = {name: value.clone() for name, value in weights_of(game.modules).items()}
    read_map(game)
    after = weights_of(game.modules)
    assert any("running_mean" in name for name in before)
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert all(module.training for module in game.modules.values())


def test_the_smallest_singular_value_of_a_nearly_singular_generator_is_that_of_float64(tiny, tmp_path):
    game = make_trained(tiny, tmp_path, {"name": "dense", "width": 8, "depth": 1}).restore_game(0, 12)
    first = next(game.modules["generator"].parameters())
    with torch.no_grad():
        first[:, 1] = first[:, 0] * (1 + 1e-6)
    measured, _, codes = read_map(game)
    assert (measured > game_dynamics.RESOLVED).all()
    generator = game.modules["generator"].double().eval()
    assert_close(measured, log_condition_numbers(generator, codes.double()), rtol=1e-9, atol=0)


#: of the tiny data; they are part of the codes of a class-conditional generator
CLASSES = 4


@pytest.mark.parametrize("role", ROLES)
def test_the_map_is_the_whole_one_from_codes_to_data_in_every_role(tiny, role):
    game = tiny.game(tiny.method(role))
    measured, lipschitz, codes = read_map(game)
    conditional = role in {"projection", "ac_gan"}
    own_code = role in {"vae_gan", "aae", "wae_gan"}
    assert codes.shape[1] == (4 + CLASSES if conditional else 32 if own_code else 4)
    whole = game.generate.generator.eval()
    assert whole(codes).shape[1:] == tiny.SHAPE  # data, never codes
    assert_close(game.generate(8, torch.Generator().manual_seed(0)), whole(codes))
    jacobians = [torch.autograd.functional.jacobian(whole, code[None]).reshape(64, -1) for code in codes]
    spectra = torch.stack([torch.linalg.svdvals(one.double()) for one in jacobians])
    assert_close(measured, 2 * (spectra[:, 0] / spectra[:, -1]).log10(), rtol=1e-3, atol=1e-3)
    assert lipschitz == pytest.approx(spectra[:, 0].max().item(), rel=1e-4)


@pytest.mark.parametrize("role", ["latent", "decoded", "decoded_reconstruction"])
def test_a_role_of_two_networks_reads_as_the_plain_gan_with_the_same_whole_map(tiny, role):
    game = tiny.game(tiny.method(role))
    small = {"name": "dense", "width": 8, "depth": 1}
    plain = tiny.game(tiny.method(generator={"name": "composite", "code": 4, "codes": small, "decoder": small}))
    values = dict(
        zip(plain.generate.generator.state_dict(), game.generate.generator.state_dict().values(), strict=True)
    )
    plain.generate.generator.load_state_dict(values)
    for measured, expected in zip(read_map(game), read_map(plain), strict=True):
        assert_close(torch.as_tensor(measured), torch.as_tensor(expected), rtol=1e-9, atol=0)
    # negative control: a part of the map, which was measured once, reads otherwise
    part = game.get_player("generator").module if role != "decoded" else game.generate.generator.codes
    assert not torch.allclose(log_condition_numbers(part, read_map(game)[2]), read_map(game)[0], rtol=0.01)


def test_with_averaged_weights_the_map_is_that_of_the_averages(tiny):
    game = average_weights(tiny.game(tiny.method()), 0.5)
    before = read_map(game)
    with torch.no_grad():
        for weight in game.modules["average_generator"].parameters():
            weight.mul_(1.5)
    assert not torch.allclose(read_map(game)[0], before[0])
    game.modules["generator"].load_state_dict(game.modules["average_generator"].module.state_dict())
    averaged = read_map(game)[0]
    assert_close(averaged, log_condition_numbers(game.modules["generator"], before[2]))


@pytest.mark.parametrize(("shift", "faint"), [(0.0, False), (-200.0, True)])
def test_a_game_with_a_vanished_gradient_is_measured_in_float64(tiny, tmp_path, monkeypatch, shift, faint):
    method, types = make_trained(tiny, tmp_path, {"name": "dense", "width": 8, "depth": 1}, shift), []
    make = dynamics.Jacobian

    def record(players):
        types.extend(weight.dtype for own, _ in players for weight in own)
        return make(players)

    monkeypatch.setattr(dynamics, "Jacobian", record)
    table = measure_dynamics(method, SETTINGS, [0])
    assert set(types) == {torch.float64 if faint else torch.float32}
    assert np.isfinite(table["value"]).all()


def test_the_dynamics_log_their_progress(trained_method, caplog, monkeypatch):
    caplog.set_level(logging.INFO, "aegan")
    monkeypatch.setattr(progress, "PROGRESS_SECONDS", 0.0)
    monkeypatch.setattr(dynamics, "DENSE_LIMIT", 1)
    measure_dynamics(trained_method(), ALL, [1])
    products = [line for line in caplog.messages if "eigenvalues: product" in line]
    assert products[0].startswith("dynamics after round 6, seed 1: eigenvalues: product 1 of at most ")
    done, most = zip(
        *(map(int, re.findall(r"product (\d+) of at most (\d+)", line)[0]) for line in products), strict=True
    )
    assert max(done) <= most[0]
    assert [line for line in caplog.messages if line.startswith("dynamics of games: ")][-1].startswith(
        "dynamics of games: 2 of 2"
    )


def test_the_rotation_of_a_game_with_r1_is_that_of_a_dense_solver(tiny, tmp_path, monkeypatch):
    method = make_trained(tiny, tmp_path, {"name": "dense", "width": 2, "depth": 1})
    method = method._replace(method=method.method | {"penalty": {"name": "r1", "gamma": 0.1}})
    found = []
    for limit in (1000, 1):  # a dense matrix, products with the Jacobian
        monkeypatch.setattr(dynamics, "DENSE_LIMIT", limit)
        table = measure_dynamics(method, SETTINGS, [0]).set_index("quantity")["value"]
        found.append(complex(table["rotation_real"], table["rotation_imaginary"]))
        assert found[-1].imag > 0.1
        assert (table["eigenvalue_imaginary"] == 0).all(), "those of largest modulus do not rotate"
    assert found[1] == pytest.approx(found[0], rel=1e-3)
