"""Negative controls: measurements without the published effect, on which no criterion of any result may pass."""

import numpy as np
import pytest
from tests.reproductions import (
    test_conditioning,
    test_critic_depth,
    test_critic_field,
    test_dirac,
    test_energy,
    test_instability,
    test_packing,
    test_rotation,
    test_spectral_bound,
    test_stacked_modes,
    test_vanishing,
)

from aegan.registry import build
from aegan.reproductions.registry import REPRODUCTIONS


def swap_networks():
    """Two Gaussians whose discriminator has an even field and whose critic saturates, and that stay apart."""
    rows = test_critic_field.table(4.0)
    swapped = rows["network"].replace({"discriminator": "critic", "critic": "discriminator"})
    return rows.assign(network=swapped)


#: result -> rows of several seeds
CONTROLS = {
    "vanishing": test_vanishing.table({seed: [0.0] * 3 for seed in range(5)}, accuracy=0.5),  # D learns nothing
    "instability": test_instability.table(0.0, -0.02),  # D learns nothing
    "critic_depth": test_critic_depth.table([0.0] * 5),  # neither clipping nor the penalty changes the slope
    "dirac": test_dirac.made(0.8, 1.0, error=1e-5),  # the game converges without R1, and circles with it
    "energy": test_energy.table([[0.0, 1]] * 5, [[0.0, 1]] * 5),  # both games score the same
    "stacked_modes": test_stacked_modes.table((693, 0.9), (693, 0.9), [1.0] * 5),  # all losses do the same
    "packing": test_packing.table([10, 18, 5], [10, 18, 5], [10, 18, 5]),  # packs reach what single samples reach
    "spectral_bound": test_spectral_bound.table(normalised=2.0, exceeding=0.5),
    "critic_field": swap_networks(),
    "conditioning": test_conditioning.table(0.0),  # distances that do not depend on the conditioning
    "rotation": test_rotation.table(*test_rotation.START.values(), field=1.0),  # the game before it is trained
}


def test_every_result_has_a_control():
    assert set(CONTROLS) == set(REPRODUCTIONS)


@pytest.mark.parametrize("name", CONTROLS)
def test_no_criterion_passes_on_its_control(name):
    rows = CONTROLS[name]
    grades = build(REPRODUCTIONS, {"name": name}).grade(rows)
    assert rows["seed"].nunique() > 1
    assert not [grade.criterion for grade in grades if grade.passed]
    assert not np.isnan([grade[1:4] for grade in grades]).any()  # measured, and failed
