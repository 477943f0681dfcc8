"""Decisions look alike in all figures, and seeds agree where p is as small as it can be."""

import numpy as np

from aegan.figures.decision_style import DECISION_STYLES, all_seeds_agree, count_known_pairs


def test_undecided_alone_is_hollow():
    assert [word for word, (_, _, fill) in DECISION_STYLES.items() if fill == "none"] == ["undecided"]
    assert len({colour for colour, _, _ in DECISION_STYLES.values()}) == 4


def test_seeds_agree_where_p_is_the_smallest_possible():
    assert all_seeds_agree(0.0625, 5)
    assert not all_seeds_agree(0.125, 5)  # also what 4 seeds reach at the smallest where the fifth is tied
    assert not all_seeds_agree(1.0, 1)  # one seed agrees with nobody
    assert not all_seeds_agree(np.nan, 5)


def test_tied_pairs_are_unknown_but_for_those_of_divergence():
    """Control: two runs that both did not diverge are tied, and are known to differ by nothing."""
    row = {"n": 12, "tied": 11}
    assert count_known_pairs(row | {"about": "vanishing"}) == 1
    assert count_known_pairs(row | {"about": "divergence"}) == 12
