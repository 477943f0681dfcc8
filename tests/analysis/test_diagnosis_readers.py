"""The endpoints of the diagnosis: what fails ranks worst."""

import numpy as np
import pandas as pd
import pytest
from tests.analysis.members import history, quality, tables_of

from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.study_schema import DIAGNOSIS, PROBE
from aegan.tables import TRAINING_FAKES


def test_a_fresh_discriminator_or_a_jacobian_that_fails_ranks_worst_and_is_never_left_out():
    looks = pd.DataFrame(
        [
            ("digits", "gan", seed, stage, quantity, found)
            for quantity in ("minimax_lost", "own_lost", "non_saturating_grown", "log_condition")
            for seed in range(4)
            for stage, found in ((20, 1.0), (100, np.nan if seed == 1 else 3.0))  # lost at the last stage of seed 1
        ],
        columns=DIAGNOSIS,
    )
    looks.loc[(looks["quantity"] == "own_lost"), "value"] = 7.0  # of another loss: it stands in for nothing
    row = ("digits", "gan", 2, 20, TRAINING_FAKES, 60, "discriminator", "dense1", "diverged", 1.0)
    other = ("digits", "gan", 3, 20, "samples", 60, "discriminator", "dense1", "diverged", 1.0)  # not read
    tables = tables_of(
        pd.concat([history("gan", seed, [1.0]) for seed in range(4)]),
        quality("gan", 0, 1.0),
        looks,
        pd.DataFrame([row, other], columns=PROBE),
    )
    for name in ("fresh_lost", "fresh_grown"):
        assert ENDPOINTS[name].read(tables)["digits", "gan"].to_dict() == pytest.approx(
            {0: 2.0, 1: np.nan, 2: np.nan, 3: 2.0}, nan_ok=True
        )
    conditions = ENDPOINTS["conditioning"].read(tables)["digits", "gan"].to_dict()
    assert conditions == pytest.approx({0: 3.0, 1: np.nan, 2: 3.0, 3: 3.0}, nan_ok=True)


def test_a_method_whose_every_fresh_discriminator_diverged_is_paired():
    row = ("digits", "gan", 0, 20, TRAINING_FAKES, 0, "discriminator", "dense1", "diverged", 1.0)
    tables = tables_of(history("gan", 0, [1.0]), quality("gan", 0, 1.0), probe=pd.DataFrame([row], columns=PROBE))
    assert np.isnan(ENDPOINTS["fresh_lost"].read(tables)["digits", "gan", 0])
