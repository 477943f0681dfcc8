import numpy as np
import pandas as pd

from aegan.figures.reproduction import add_legend, draw_band, draw_criterion, make_panels
from aegan.figures.style import PALETTE, to_svg


def series(values):
    """Values (seeds, x) as a tidy frame."""
    return pd.DataFrame(
        [(x, s, v) for s, row in enumerate(values) for x, v in enumerate(row)], columns=["x", "seed", "value"]
    )


def test_a_band_is_the_median_line_and_the_range_of_the_seeds():
    _, (axes, _) = make_panels("figure 2", ["norm", "accuracy"])
    draw_band(axes, series([[1.0, 10.0], [2.0, 20.0], [4.0, 50.0]]), PALETTE[1], "GAN", log=True)
    (line,) = axes.lines
    assert (line.get_xdata().tolist(), line.get_ydata().tolist()) == ([0, 1], [2.0, 20.0])
    corners = axes.collections[0].get_paths()[0].vertices
    np.testing.assert_allclose([corners[:, 1].min(), corners[:, 1].max()], [1.0, 50.0])


def test_limits_grow_with_every_series_and_marks_are_explained():
    figure, (axes,) = make_panels("figure 2", ["norm"], columns=1)
    handles = draw_band(axes, series([[1.0, 0.0]]), PALETTE[1], "GAN", log=True)
    handles += draw_band(axes, series([[1e-6, 1e6], [0.0, 1e6]]), PALETTE[2], "WGAN", log=True)
    low, high = axes.get_ylim()
    assert low < 1e-6
    assert high > 1e6
    add_legend(figure, handles)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["GAN", "zero in a seed", "WGAN"]


def test_a_criterion_is_drawn_at_its_level_and_named():
    figure, (axes,) = make_panels("figure 2", ["norm"])
    draw_criterion(axes, 0.5, "below 0.5")
    assert axes.lines[0].get_ydata() == [0.5, 0.5]
    svg = to_svg(figure)
    assert "below 0.5" in svg
    assert "figure 2" in svg
