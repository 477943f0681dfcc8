"""The numbers of a diagnosis, by hand."""

import numpy as np
import pandas as pd
import pytest

from aegan.analysis.diagnosis_summary import summarise_diagnosis
from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.member_tables import MemberTables
from aegan.analysis.study_schema import DYNAMICS, HISTORY, PROBE, STAGE
from aegan.probes.findings import Windows
from aegan.tables import TRAINING_FAKES

NO_TABLE = pd.DataFrame()
NO_HISTORY, NO_PROBE = pd.DataFrame(columns=HISTORY), pd.DataFrame(columns=PROBE)


def looks(stage=100, steps=(0, 10, 50, 100), method="gan", **quantities):
    rows = [
        ("digits", method, 0, stage, TRAINING_FAKES, step, "generator", "(all)", quantity, value)
        for quantity, values in quantities.items()
        for step, value in zip(steps, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=PROBE)


def numbers(probe, dynamics=None):
    table = summarise_diagnosis(probe, pd.DataFrame(dynamics or [], columns=DYNAMICS))
    assert list(table) == [*STAGE, "quantity", "value"]
    return table.set_index("quantity")["value"]


def test_decades_lost_and_grown():
    found = numbers(looks(minimax_gradient_norm=[1.0, 10.0, 1.0, 0.1], minimax_gsnr=[4.0, 3.0, 2.0, 1.0]))
    assert found["minimax_lost"] == pytest.approx(2)  # from the peak of 10
    assert found["minimax_grown"] == pytest.approx(-2)  # from step 10 on, not from step 0
    assert found["minimax_gsnr"] == 1.0
    assert "steps_to_0.7" not in found


def test_denser_cross_entropies_and_other_fakes_change_nothing():
    norms = {"minimax_gradient_norm": [1.0, 10.0, 1.0, 0.1], "minimax_gsnr": [1.0] * 4}
    dense = looks(steps=(0, 12, 60, 100), held_out_cross_entropy=[1.4, 1.0, 0.5, 0.1], train_cross_entropy=[1.0] * 4)
    others = looks(minimax_gradient_norm=[9.0] * 4, minimax_gsnr=[1.0] * 4).assign(fakes="samples")
    found = numbers(pd.concat([dense, looks(**norms), others]))
    matched = found.index.str.contains("steps_to|lost_at")
    pd.testing.assert_series_equal(found[~matched], numbers(looks(**norms)))


def test_levels_of_the_held_out_cross_entropy_are_read_where_they_are_first_reached():
    norms = {"minimax_gradient_norm": [1.0, 10.0, 1.0, 0.1], "minimax_gsnr": [1.0] * 4}
    found = numbers(looks(**norms, held_out_cross_entropy=[1.4, 0.7, 0.07, 0.3]))
    assert (found["steps_to_0.7"], found["lost_at_0.7"]) == (10, 0)
    assert found["steps_to_0.1"] == pytest.approx(10 + 40 * np.log(7) / np.log(10))
    assert found["lost_at_0.1"] == pytest.approx(np.log10(7))
    assert "steps_to_0.05" not in found
    assert "lost_at_0.05" not in found


def test_a_gradient_that_is_gone_has_lost_everything():
    gone = numbers(looks(own_gradient_norm=[1.0, 1.0, 0.0, 0.0], own_gsnr=[np.nan] * 4))
    assert (gone["own_lost"], gone["own_grown"]) == (np.inf, -np.inf)
    never = numbers(looks(own_gradient_norm=[0.0] * 4, own_gsnr=[np.nan] * 4))
    assert never["own_lost"] == np.inf


def test_the_game_in_three_numbers():
    member = ("digits", "gan", 0, 100)
    found = numbers(
        looks(own_gradient_norm=[1.0] * 4, own_gsnr=[1.0] * 4),
        [
            (*member, "symplectic_share", 0, 0.5),
            (*member, "log_condition", 0, 2.0),
            (*member, "log_condition", 1, 4.0),
            (*member, "eigenvalue_real", 0, -9.0),
            (*member, "eigenvalue_imaginary", 0, 0.0),
            (*member, "rotation_real", 0, 2.0),
            (*member, "rotation_imaginary", 0, 4.0),
        ],
    )
    assert (found["symplectic_share"], found["log_condition"], found["largest_rotation"]) == (0.5, 3.0, 4.0)


def read_endpoints(diagnosis):
    """The endpoints of a fresh discriminator by method."""
    tables = MemberTables(NO_HISTORY, NO_TABLE, diagnosis, NO_TABLE, NO_PROBE, windows=Windows(0.2, 0.2))
    return {name: ENDPOINTS[name].read(tables).droplevel(["dataset", "seed"]) for name in ("fresh_lost", "fresh_grown")}


def outcomes(*probes):
    return read_endpoints(summarise_diagnosis(pd.concat(probes), pd.DataFrame(columns=DYNAMICS)))


def test_outcomes_are_the_median_over_the_stages():
    one = {"non_saturating_gradient_norm": [1.0, 1.0, 1.0, 10.0], "non_saturating_gsnr": [1.0] * 4}
    stages = [
        looks(stage, minimax_gradient_norm=[1.0, 1.0, 1.0, 10.0**-lost], minimax_gsnr=[1.0] * 4, **one)
        for stage, lost in ((1, 0), (2, 1), (3, 5))
    ]
    found = outcomes(*stages)
    assert found["fresh_lost"]["gan"] == pytest.approx(1)
    assert found["fresh_grown"]["gan"] == pytest.approx(1)


def test_a_game_without_logits_is_judged_by_its_own_loss():
    energy = looks(method="ebgan", own_gradient_norm=[1.0, 1.0, 1.0, 0.1], own_gsnr=[1.0] * 4)
    plain = looks(
        minimax_gradient_norm=[1.0, 1.0, 1.0, 0.01],
        minimax_gsnr=[1.0] * 4,
        own_gradient_norm=[1.0] * 4,
        own_gsnr=[1.0] * 4,
    )
    found = outcomes(energy, plain)
    assert found["fresh_lost"]["ebgan"] == pytest.approx(1)
    assert found["fresh_lost"]["gan"] == pytest.approx(2)


def test_a_study_without_a_diagnosis_has_none():
    empty = summarise_diagnosis(pd.DataFrame(columns=PROBE), pd.DataFrame(columns=DYNAMICS))
    tables = MemberTables(NO_HISTORY, NO_TABLE, empty, NO_TABLE, NO_PROBE, windows=Windows(0.2, 0.2))
    read = [ENDPOINTS[name].read(tables) for name in ("fresh_lost", "fresh_grown", "conditioning")]
    assert len(empty) == sum(map(len, read)) == 0


def test_a_diagnosis_shorter_than_ten_steps_has_grown_nothing():
    found = numbers(looks(steps=(0, 2, 4, 6), own_gradient_norm=[1.0, 2.0, 3.0, 4.0], own_gsnr=[1.0] * 4))
    assert found["own_grown"] == 0


def test_a_study_without_a_diagnosis_has_no_numbers():
    assert numbers(looks().iloc[:0]).empty


def test_a_code_without_a_condition_number_leaves_the_stage_without_one():
    rows = [("digits", "gan", 0, 100, "log_condition", index, value) for index, value in enumerate([1.0, np.nan, 3.0])]
    assert np.isnan(numbers(looks(), rows)["log_condition"])
