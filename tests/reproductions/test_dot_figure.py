"""The figure of arms: a dot per seed at its value, the interquartile mean, infinite values at the edge."""

import numpy as np
import pandas as pd

from aegan.reproductions.dot_figure import draw_dots

ROWS = pd.DataFrame(
    {
        "seed": [0, 1, 2, 3, 0, 1, 2, 3],
        "arm": ["GAN"] * 4 + ["ALI"] * 4,
        "modes": [1.0, 2.0, 3.0, 40.0, 5.0, 5.0, 5.0, np.inf],
    }
)


def test_dots_are_the_values_and_bars_their_interquartile_mean():
    figure = draw_dots(ROWS, {"modes": "modes reached"})
    (axes,) = figure.axes
    assert axes.get_title() == "modes reached"
    dots, bars, edges = axes.lines[0::3], axes.lines[1::3], axes.lines[2::3]
    np.testing.assert_array_equal(dots[0].get_xdata(), [1, 2, 3, 40])
    assert [float(bar.get_xdata()[0]) for bar in bars] == [2.5, 5.0]
    assert [len(edge.get_xdata()) for edge in edges] == [0, 1]  # the infinite value of the second arm
    assert {text.get_text() for text in axes.texts} == {"GAN", "ALI"}
