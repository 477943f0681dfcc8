"""The criteria on growth one by one; test_verdicts.py has what they decide together."""

import pandas as pd
import pytest
from tests.probes.invented_norms import LIMITS, history

from aegan.probes.growth_criteria import find_explosion, find_oversized_move
from aegan.probes.norm_tables import tabulate_layer_norms

NONE = pd.Series(dtype=float)


def norms(table):
    return tabulate_layer_norms(table, "gradient_norm")


def test_size_is_judged_of_discriminators_alone():
    huge = norms(history(all=[1e5] * 10))
    assert [finding.excess for finding in find_explosion(huge, False, LIMITS)] == [0]
    assert find_explosion(huge, True, LIMITS)[1].excess == pytest.approx(5 / 3)


@pytest.mark.parametrize(("largest", "found"), [(0.05, False), (2.0, True), (float("inf"), False)])
def test_a_move_as_large_as_the_weights_is_too_large(largest, found):
    """Infinity is a move away from weights that are 0."""
    moves = pd.Series([0.01, largest, 0.01], index=[0, 5, 9])
    several, single = norms(history(all=[1.0] * 10, a=[1.0] * 10, b=[1.0] * 10)), norms(history(all=[1.0] * 10))
    (finding,) = find_oversized_move(several, moves, LIMITS)
    assert (finding.excess >= 1) == found
    assert finding.verdict.evidence == ("at step 5 it moved by 2 times the size of its weights" if found else "")
    assert find_oversized_move(single, moves, LIMITS) == []


def test_growth_counts_from_where_the_discriminator_has_learned():
    """A generator's gradient grows by three decades at first, while its discriminator is new, and by one afterwards."""
    table = norms(history(all=[1e-3, 1e-2, 1e-1, 1.0, 1.0, 2.0, 4.0, 10.0, 10.0, 10.0]))
    loss = pd.Series([1.4] * 3 + [0.9] * 7, index=table.index)
    (finding,) = find_explosion(table, False, LIMITS, loss)
    assert finding.excess == pytest.approx(1 / LIMITS.exploding_decades)
    late = pd.Series([1.4] * 8 + [0.9] * 2, index=table.index)
    for other in (NONE, loss * 0 + 1.3, late, None):  # no discriminator, or one that learns nothing, or at the end
        assert find_explosion(table, False, LIMITS, other)[0].excess == pytest.approx(4 / LIMITS.exploding_decades)
    assert find_explosion(table, True, LIMITS, loss)[0].excess == pytest.approx(4 / LIMITS.exploding_decades)
