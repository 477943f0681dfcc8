"""Quality: every seed is drawn, beside the floor."""

import numpy as np
import pandas as pd
import pytest

from aegan.figures.quality_panels import draw_quality
from aegan.metrics.registry import METRIC_LABELS


def test_quality_draws_every_seed_and_the_floor(study):
    figure = draw_quality(study.quality, study.methods, METRIC_LABELS)
    panel = figure.subfigs[0].axes[0]
    points = sorted(x for line in panel.lines if line.get_marker() == "o" for x in line.get_xdata())
    shown = study.quality.query("space == 'classifier' and metric == 'fd'")
    np.testing.assert_allclose(points, sorted(shown["value"]))
    assert panel.lines[-1].get_xdata()[0] == pytest.approx(shown["floor"].iloc[0])
    assert panel.get_title(loc="left") == "FD-cls · lower is better"


def test_a_wide_metric_is_drawn_on_a_log_axis_with_plain_labels(small, words):
    rows = small.quality.query("metric == 'fd'")
    wide = rows.assign(value=np.geomspace(1e-5, 1e-2, len(rows)), floor=1e-5)
    figure = draw_quality(wide, small.methods, METRIC_LABELS)
    assert figure.subfigs[0].axes[0].get_xscale() == "log"
    assert "10⁻⁴" in words(figure)
    assert "$" not in words(figure)


def test_quality_leaves_out_methods_that_a_space_was_not_measured_for(small):
    pixels = small.quality.query("method == 'latent'").assign(space="pixels")
    figure = draw_quality(pd.concat([small.quality, pixels]), small.methods, METRIC_LABELS)
    shown = [[label.get_text() for label in part.axes[0].get_yticklabels()] for part in figure.subfigs]
    assert shown == [["gan", "latent"], ["latent"]]


def test_a_floor_of_zero_does_not_stretch_a_log_axis(small):
    rows = small.quality.query("metric == 'fd'")
    for floor, drawn in ((0.0, False), (1e-5, True)):
        wide = rows.assign(value=np.geomspace(1e-5, 1e-2, len(rows)), floor=floor)
        panel = draw_quality(wide, small.methods, METRIC_LABELS).subfigs[0].axes[0]
        assert panel.get_xlim()[0] > 1e-7
        assert any(line.get_xdata()[0] == floor for line in panel.lines) == drawn
