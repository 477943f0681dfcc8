"""The dynamics of trained games."""

import pytest

from aegan.evaluation.game_dynamics import measure_dynamics
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
