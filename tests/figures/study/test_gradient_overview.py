"""The generator's gradient norm: every line is named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.figures.study.gradient_overview import draw, spread_heights


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_spread_keeps_order_and_distance(heights):
    placed = spread_heights(heights, 0.06)
    assert np.argsort(placed, kind="stable").tolist() == np.argsort(heights, kind="stable").tolist()
    assert (np.diff(np.sort(placed)) >= 0.06 - 1e-9).all()
    assert max(placed) <= 1 + 1e-9


def test_spread_leaves_distant_heights_alone():
    assert spread_heights([0.9, 0.1, 0.5], 0.06) == pytest.approx([0.9, 0.1, 0.5])
    assert spread_heights([0.5, 0.5], 0.1) == pytest.approx([0.45, 0.55])


def test_overview_names_every_line_and_the_autoencoder(study):
    axes = draw(study.gradients, study.methods, study.autoencoders).axes[0]
    assert {text.get_text() for text in axes.texts} == {*study.methods, "autoencoder alone"}


def test_overview_names_a_method_that_is_zero_throughout(study):
    dead = study.gradients.assign(value=study.gradients["value"].where(study.gradients["method"] != "gan", 0.0))
    axes = draw(dead, study.methods, study.autoencoders).axes[0]
    assert "gan" in {text.get_text() for text in axes.texts}
