"""Decisions look alike in all figures, and seeds agree where p is as small as it can be."""

import numpy as np

from aegan.figures.decision_style import DECISION_STYLES, all_seeds_agree


def test_undecided_alone_is_hollow():
    assert [word for word, (_, _, fill) in DECISION_STYLES.items() if fill == "none"] == ["undecided"]
    assert len({colour for colour, _, _ in DECISION_STYLES.values()}) == 4


def test_seeds_agree_where_p_is_the_smallest_possible():
    assert all_seeds_agree(0.0625, 5)
    assert not all_seeds_agree(0.125, 5)  # also what 4 seeds reach at the smallest where the fifth is tied
    assert not all_seeds_agree(1.0, 1)  # one seed agrees with nobody
    assert not all_seeds_agree(np.nan, 5)
