"""The dynamics of trained games."""

import logging
import re

import pytest

from aegan import progress
from aegan.evaluation.game_dynamics import measure_dynamics
from aegan.probes import dynamics
from aegan.tables import DYNAMICS_COLUMNS

SETTINGS = {"eigenvalues": 5}


@pytest.mark.parametrize("role", ["none", "reconstruction", "latent"])
def test_the_dynamics_of_every_stage(trained_method, role):
    table = measure_dynamics(trained_method(role), SETTINGS, [0, 1])
    assert list(table) == DYNAMICS_COLUMNS
    counts = table.groupby(["stage", "seed", "quantity"])["value"].size()
    for seed in (0, 1):
        for stage in (6, 12):
            assert counts[stage, seed, "eigenvalue_real"] == counts[stage, seed, "eigenvalue_imaginary"] == 5
            assert counts[stage, seed, "symplectic_share"] == 1
            assert counts[stage, seed, "log_condition"] == 16
        assert counts[12, seed, "path_angle"] == 21  # there is no path to the first stage
    assert table[table["quantity"] == "path_angle"]["value"].abs().max() <= 1


def test_without_eigenvalues_only_the_conditioning_is_measured(trained_method):
    method = trained_method()
    whole, table = (measure_dynamics(method, {"eigenvalues": count}, [0, 1]) for count in (5, 0))
    assert list(table) == DYNAMICS_COLUMNS
    assert set(table["quantity"]) == {"log_condition"}
    conditioning = whole[whole["quantity"] == "log_condition"].reset_index(drop=True)
    assert table.equals(conditioning)


def test_the_dynamics_log_their_progress(trained_method, caplog, monkeypatch):
    caplog.set_level(logging.INFO, "aegan")
    monkeypatch.setattr(progress, "PROGRESS_SECONDS", 0.0)
    monkeypatch.setattr(dynamics, "DENSE_LIMIT", 1)
    measure_dynamics(trained_method(), SETTINGS, [1])
    products = [line for line in caplog.messages if "eigenvalues: product" in line]
    assert products[0].startswith("dynamics after round 6, seed 1: eigenvalues: product 1 of at most ")
    done, most = zip(
        *(map(int, re.findall(r"product (\d+) of at most (\d+)", line)[0]) for line in products), strict=True
    )
    assert max(done) <= most[0]
    assert [line for line in caplog.messages if line.startswith("dynamics of games: ")][-1].startswith(
        "dynamics of games: 2 of 2"
    )
