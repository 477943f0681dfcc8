import math

import torch
from torch.testing import assert_close

from aegan.probes.decomposition import Decomposition
from aegan.probes.gradient_factors import gradient_factors
from aegan.probes.snapshot import ProbeSnapshot
from aegan.tables import FACTORS, WHOLE_NETWORK


def read(*batches):
    decompositions = [
        Decomposition((), torch.tensor(0.0), *(torch.tensor(value, dtype=torch.float64) for value in (*batch, 0.0)))
        for batch in batches
    ]
    return gradient_factors(ProbeSnapshot(None, (), (), (), {}, factors=decompositions))


def test_each_factor_is_its_own_median_over_the_batches():
    found = read((0.5, 1.0, 4.0), (0.1, 3.0, 2.0), (0.3, 2.0, 9.0))
    assert list(found) == [(WHOLE_NETWORK, name) for name in FACTORS]
    assert_close([value.item() for value in found.values()], [0.3, 2.0, 4.0])


def test_a_loss_without_slope_has_no_other_factors():
    assert [math.isnan(value) for value in read((0.0, math.nan, math.nan)).values()] == [False, True, True]


def test_a_player_that_makes_no_fakes_has_no_readings():
    assert gradient_factors(ProbeSnapshot(None, (), (), (), {})) == {}
