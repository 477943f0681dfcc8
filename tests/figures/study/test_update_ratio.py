"""Size of update / size of weights: the medians of its quantity are drawn."""

import numpy as np

from aegan.figures.study.update_ratio import SPEC


def test_the_medians_of_the_quantity_are_drawn(small, words):
    figure = SPEC.draw_study(small)
    rows = small.gradients.query("quantity == 'update_ratio' and network == 'generator' and layer == 'output'")
    expected = rows[rows["method"] == "gan"].groupby("step")["value"].median()
    (axes,) = [axes for axes in figure.axes if axes.get_title(loc="left") == "output"][:1]
    (line,) = [line for line in axes.lines if line.get_label() == "gan"]
    np.testing.assert_allclose(line.get_ydata(), expected)
    assert "size of update / size of weights" in words(figure)
    assert SPEC.section == "gradients"


def test_the_alternative_text_tells_the_size(small):
    assert "2 methods, 1 data set and 2 seeds." in SPEC.describe_study(small)
